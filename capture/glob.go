package capture

import "strings"

// glob is a text in which a * stands for anything, and which is compared in any
// case: its parts between the stars, in lower case.
type glob []string

func newGlob(pattern string) glob { return strings.Split(strings.ToLower(pattern), "*") }

func (g glob) matches(s string) bool {
	s = strings.ToLower(s)
	first, last := g[0], g[len(g)-1]
	if len(g) == 1 {
		return s == first
	}
	s, begins := strings.CutPrefix(s, first)
	s, ends := strings.CutSuffix(s, last)
	if !begins || !ends {
		return false
	}
	for _, part := range g[1 : len(g)-1] {
		at := strings.Index(s, part)
		if at < 0 {
			return false
		}
		s = s[at+len(part):]
	}
	return true
}
