package route

import (
	"unicode"
	"unicode/utf8"
)

// isAt reports whether a place in path is what s asks for.
func (s *step) isAt(path string, at int) bool {
	switch s.op {
	case opBegin:
		return at == 0 || s.flags.multiline && path[at-1] == '\n'
	case opEnd:
		rest := path[at:]
		return rest == "" || rest == "\n" || s.flags.multiline && rest[0] == '\n'
	case opTextEnd:
		return at == len(path)
	default:
		before, _ := utf8.DecodeLastRuneInString(path[:at])
		after, _ := utf8.DecodeRuneInString(path[at:])
		edge := isWord(before, s.flags.ascii) != isWord(after, s.flags.ascii)
		if s.op == opBoundary {
			return edge
		}
		return !edge && path != "" // Python before 3.14
	}
}

// isWord reports whether c is one of Python's \w.
func isWord(c rune, ascii bool) bool {
	if ascii && c >= utf8.RuneSelf {
		return false
	}
	return c == '_' || unicode.IsLetter(c) || unicode.IsNumber(c)
}
