package capture

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf8"
)

// spelling is a text as it was found, or with escapes undone: those of URLs, HTML,
// JSON and Python's repr. A credential is looked for in every spelling, since one
// layer may be in another: a URL in JSON in an attribute.
type spelling struct {
	text   string
	origin []int32 // where in the text as it was found each byte begins; nil: it is that text
	layers int     // that were undone
}

// maxLayers is how many layers of escapes are undone.
const maxLayers = 3

// source returns the place in the text as it was found.
func (s spelling) source(at int) int {
	if s.origin == nil {
		return at
	}
	return int(s.origin[at])
}

// unescape undoes one layer. more is false if there is none.
func (s spelling) unescape() (next spelling, more bool) {
	if s.layers == maxLayers || !strings.ContainsAny(s.text, `%&\'"`) {
		return s, false
	}
	var out strings.Builder
	var origin []int32
	done := 0 // s.text[:done] is in out
	var buffer [utf8.UTFMax]byte
	for at := 0; at < len(s.text); {
		plain, length := escapeAt(buffer[:0], s.text[at:])
		if length == 0 {
			at++
			continue
		}
		if origin == nil {
			out.Grow(len(s.text))
			origin = make([]int32, 0, len(s.text)+1)
		}
		origin = s.copyOrigin(origin, done, at)
		out.WriteString(s.text[done:at])
		for _, c := range plain {
			out.WriteByte(c)
			origin = append(origin, int32(s.source(at)))
		}
		at += length
		done = at
	}
	if origin == nil {
		return s, false
	}
	origin = s.copyOrigin(origin, done, len(s.text)+1)
	out.WriteString(s.text[done:])
	return spelling{out.String(), origin, s.layers + 1}, true
}

func (s spelling) copyOrigin(origin []int32, from, to int) []int32 {
	if s.origin != nil {
		return append(origin, s.origin[from:to]...)
	}
	for at := from; at < to; at++ {
		origin = append(origin, int32(at))
	}
	return origin
}

// escapeAt returns what the escape stands for that s begins with, and its length;
// 0 if it begins with none.
func escapeAt(out []byte, s string) (plain []byte, length int) {
	switch s[0] {
	case '%':
		if c, ok := hexByte(s, 1); ok {
			return append(out, c), 3
		}
	case '&':
		return entityAt(out, s)
	case '\\':
		return backslashAt(out, s)
	case '\'', '"':
		return out, joinLength(s)
	}
	return out, 0
}

func hexByte(s string, at int) (byte, bool) {
	if len(s) < at+2 {
		return 0, false
	}
	n, err := strconv.ParseUint(s[at:at+2], 16, 8)
	return byte(n), err == nil
}

// maxEntity is in bytes. Only what escapes is of interest, and the longest name of
// that is &percnt;.
const maxEntity = 10

func entityAt(out []byte, s string) ([]byte, int) {
	end := strings.IndexByte(s[:min(len(s), maxEntity)], ';')
	if end < 2 {
		return out, 0
	}
	plain := html.UnescapeString(s[:end+1])
	if plain == s[:end+1] || len(plain) > utf8.UTFMax {
		return out, 0
	}
	return append(out, plain...), end + 1
}

func backslashAt(out []byte, s string) ([]byte, int) {
	if len(s) < 2 {
		return out, 0
	}
	switch c := s[1]; c {
	case '\\', '\'', '"', '/':
		return append(out, c), 2
	case 'n':
		return append(out, '\n'), 2
	case 'r':
		return append(out, '\r'), 2
	case 't':
		return append(out, '\t'), 2
	case 'x':
		if c, ok := hexByte(s, 2); ok {
			return append(out, c), 4
		}
	case 'u':
		if n, ok := hexRune(s, 4); ok {
			return utf8.AppendRune(out, n), 6
		}
	case 'U':
		if n, ok := hexRune(s, 8); ok {
			return utf8.AppendRune(out, n), 10
		}
	}
	return out, 0
}

func hexRune(s string, digits int) (rune, bool) {
	if len(s) < 2+digits {
		return 0, false
	}
	n, err := strconv.ParseUint(s[2:2+digits], 16, 31)
	return rune(n), err == nil
}

// joinLength returns the length of what stands between two lines of one literal,
// as Python's pprint breaks it: 'abc'\n 'def'. 0 if s does not begin with that.
func joinLength(s string) int {
	quote := s[0]
	at, lines := 1, 0
	for at < len(s) && (s[at] == ' ' || s[at] == '\n') {
		if s[at] == '\n' {
			lines++
		}
		at++
	}
	if lines != 1 || at == len(s) {
		return 0
	}
	if s[at] == 'b' {
		at++
	}
	if at == len(s) || s[at] != quote {
		return 0
	}
	return at + 1
}
