package route

import (
	"regexp/syntax"
	"unicode/utf8"
)

// charset are the characters that a part of an expression matches.
type charset struct {
	ascii  [utf8.RuneSelf]bool
	others *syntax.Inst // nil for none
}

// newCharset makes the set of the characters that e matches, which is one that
// matches a single character. It has them from RE2, so that they are the same in
// either engine.
func newCharset(e *expr) (*charset, error) {
	text, err := translate(e, false)
	if err != nil {
		return nil, err
	}
	parsed, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, err
	}
	prog, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return nil, err
	}
	set := new(charset)
	for i := range prog.Inst {
		inst := &prog.Inst[i]
		switch inst.Op {
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			set.others = inst
			for c := range set.ascii {
				set.ascii[c] = inst.MatchRune(rune(c))
			}
		}
	}
	return set, nil
}

func (s *charset) has(c rune) bool {
	if c < utf8.RuneSelf {
		return s.ascii[c]
	}
	return s.others != nil && s.others.MatchRune(c)
}

// next returns the length in bytes of the character that path has at a place if
// it is one of s, or 0.
func (s *charset) next(path string, at int) int {
	if at == len(path) {
		return 0
	}
	if c := path[at]; c < utf8.RuneSelf {
		if s.ascii[c] {
			return 1
		}
		return 0
	}
	c, size := utf8.DecodeRuneInString(path[at:])
	if !s.has(c) {
		return 0
	}
	return size
}
