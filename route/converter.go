package route

import "strings"

// converter is the expression of a parameter.
type converter struct {
	match func(s string) int // length in bytes of the longest match at the start of s, 0 for none
	fixed bool               // there is no shorter match; else any number of characters but none will do
	max   int                // in bytes; Django gives up on a longer match. 0: any length
}

// converters are Django's own (urls/converters.py).
var converters = map[string]*converter{
	"int":  {match: matchInt, max: maxIntDigits},
	"path": {match: matchPath},
	"slug": {match: matchSlug},
	"str":  {match: matchStr},
	"uuid": {match: matchUUID, fixed: true},
}

// maxIntDigits is Python's limit for int() of a string; a longer number raises
// ValueError, and Django takes that as no match.
const maxIntDigits = 4300

func matchInt(s string) int {
	return span(s, func(c byte) bool { return '0' <= c && c <= '9' })
}

func matchPath(s string) int { return until(s, '\n') }

func matchSlug(s string) int {
	return span(s, func(c byte) bool {
		return c == '-' || c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	})
}

func matchStr(s string) int { return until(s, '/') }

func matchUUID(s string) int {
	const layout = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
	if len(s) < len(layout) {
		return 0
	}
	for i := range len(layout) {
		c := s[i]
		hex := '0' <= c && c <= '9' || 'a' <= c && c <= 'f' // Django: lower case only
		if layout[i] == 'x' && !hex || layout[i] == '-' && c != '-' {
			return 0
		}
	}
	return len(layout)
}

func until(s string, end byte) int {
	if n := strings.IndexByte(s, end); n >= 0 {
		return n
	}
	return len(s)
}

func span(s string, in func(c byte) bool) int {
	n := 0
	for n < len(s) && in(s[n]) {
		n++
	}
	return n
}
