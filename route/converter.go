package route

// converters are Django's own (urls/converters.py). Each returns the length of
// the longest match at the start of s, 0 for none.
var converters = map[string]func(s string) int{
	"int":  matchInt,
	"path": matchPath,
	"slug": matchSlug,
	"str":  matchStr,
	"uuid": matchUUID,
}

// maxIntDigits is Python's limit for int() of a string; a longer number raises
// ValueError, and Django takes that as no match.
const maxIntDigits = 4300

func matchInt(s string) int {
	n := span(s, func(c byte) bool { return '0' <= c && c <= '9' })
	if n > maxIntDigits {
		return 0
	}
	return n
}

func matchPath(s string) int { return span(s, func(c byte) bool { return c != '\n' }) }

func matchSlug(s string) int {
	return span(s, func(c byte) bool {
		return c == '-' || c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	})
}

func matchStr(s string) int { return span(s, func(c byte) bool { return c != '/' }) }

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

func span(s string, in func(c byte) bool) int {
	n := 0
	for n < len(s) && in(s[n]) {
		n++
	}
	return n
}
