package route

import (
	"strings"
	"unicode/utf8"
)

// DecodePath decodes a path as it is on the wire, as a WSGI server and Django
// do (core/handlers/wsgi.py, get_path_info): what is no escape stays, and so do,
// escaped, the bytes that are not UTF-8. A query is cut off.
func DecodePath(wire string) string {
	wire, _, _ = strings.Cut(wire, "?")
	if !strings.Contains(wire, "%") {
		return repercent(wire)
	}
	var b strings.Builder
	for i := 0; i < len(wire); i++ {
		if wire[i] == '%' && i+2 < len(wire) {
			high, low := unhex(wire[i+1]), unhex(wire[i+2])
			if high >= 0 && low >= 0 {
				b.WriteByte(byte(high<<4 | low))
				i += 2
				continue
			}
		}
		b.WriteByte(wire[i])
	}
	return repercent(b.String())
}

// repercent escapes the bytes that are not UTF-8 (utils/encoding.py,
// repercent_broken_unicode).
func repercent(path string) string {
	if utf8.ValidString(path) {
		return path
	}
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(path); {
		c, n := utf8.DecodeRuneInString(path[i:])
		if c == utf8.RuneError && n == 1 {
			b.WriteByte('%')
			b.WriteByte(digits[path[i]>>4])
			b.WriteByte(digits[path[i]&0xf])
		} else {
			b.WriteString(path[i : i+n])
		}
		i += n
	}
	return b.String()
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c - 'a' + 10)
	case 'A' <= c && c <= 'F':
		return int(c - 'A' + 10)
	default:
		return -1
	}
}
