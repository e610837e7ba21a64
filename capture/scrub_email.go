package capture

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of an e-mail address, in bytes (RFC 5321 4.5.3.1).
const (
	maxLocalPart = 64
	maxDomain    = 255
)

// hideEmails hides e-mail addresses, also where they are percent-encoded.
func (s *Scrubber) hideEmails(plain string) string {
	var out strings.Builder
	done := 0
	for at := 0; at < len(plain); {
		next := strings.IndexAny(plain[at:], "@%")
		if next < 0 {
			break
		}
		at += next
		width := 1
		if plain[at] == '%' {
			if width = len("%40"); !strings.HasPrefix(plain[at:], "%40") {
				at++
				continue
			}
		}
		start := localPart(plain, done, at)
		end := at + width + domainLength(plain[at+width:])
		if start == at || end == at+width {
			at += width
			continue
		}
		out.WriteString(plain[done:start])
		out.WriteString(s.hide("e-mail address", plain[start:end]))
		at, done = end, end
	}
	if done == 0 {
		return plain
	}
	out.WriteString(plain[done:])
	return out.String()
}

// localPart returns where the part before the @ begins, which is at if there is
// none.
func localPart(plain string, from, at int) int {
	start := at
	for start > from && at-start < maxLocalPart && (inWord[plain[start-1]] || strings.IndexByte(".+-%", plain[start-1]) >= 0) {
		start--
	}
	for start < at && plain[start] == '.' {
		start++
	}
	return start
}

// images are what a name such as logo@2x.png ends in.
var images = []string{"png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "css", "js"}

// domainLength returns the length of the domain that s begins with: at least two
// labels, the last of which has letters alone. A host without a dot is none, since
// that is how much else is written, decorators and versions among it.
func domainLength(s string) int {
	n := 0
	for n < len(s) && n < maxDomain && (inWord[s[n]] && s[n] != '_' || s[n] == '-' || s[n] == '.') {
		n++
	}
	domain := strings.TrimRight(s[:n], ".-")
	dot := strings.LastIndexByte(domain, '.')
	if dot < 1 || domain[0] == '.' || domain[0] == '-' {
		return 0
	}
	top := domain[dot+1:]
	if len(top) < 2 || slices.Contains(images, strings.ToLower(top)) ||
		strings.ContainsFunc(top, func(r rune) bool { return r < utf8.RuneSelf && !isLetter(byte(r)) }) {
		return 0
	}
	return len(domain)
}
