package route

import (
	"errors"
	"regexp"
	"regexp/syntax"
)

// regex is a compiled Python regular expression. It is matched by RE2, whose
// time is linear, where RE2 has words for it and the path is not too long; else
// by a program that counts its steps.
type regex struct {
	re2     *regexp.Regexp // nil for none
	size    int            // of re2, in instructions
	program *program
	names   []string // of the groups; empty for one that has none
}

// maxRE2Steps bounds what RE2 may do at one go, since it cannot be stopped. It
// takes up to 7 ns for each.
const maxRE2Steps = 1 << 14

// compileRegex compiles e. whole makes it match whole paths only, as Python's
// fullmatch; else it matches anywhere, as search.
func compileRegex(e *expr, whole bool) (*regex, error) {
	r := &regex{names: groupNames(e, []string{""})}
	var err error
	if r.program, err = newProgram(e, whole); err != nil {
		return nil, err
	}
	text, err := translate(e, whole)
	if errors.Is(err, errNeedsBacktracking) {
		return r, nil
	}
	if r.re2, err = regexp.Compile(text); err != nil {
		return r, nil // RE2 finds it too large
	}
	r.size, err = sizeRE2(text)
	return r, err
}

// sizeRE2 is the number of instructions of a compiled expression. RE2 does at
// most all of them for each character.
func sizeRE2(text string) (int, error) {
	parsed, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return 0, err
	}
	prog, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return 0, err
	}
	return len(prog.Inst), nil
}

// groupNames appends the names of the groups in e, in their order.
func groupNames(e *expr, names []string) []string {
	if e.op == opCapture {
		names = append(names, e.name)
	}
	for _, sub := range e.subs {
		names = groupNames(sub, names)
	}
	return names
}

// linear reports whether RE2 matches path, which it does within the budget then.
func (r *regex) linear(b *budget, path string) bool {
	if r.re2 == nil {
		return false
	}
	steps := r.size * (len(path) + 1)
	return steps <= maxRE2Steps && b.spend(steps)
}

// matches reports whether there is a match in path.
func (r *regex) matches(b *budget, path string) bool {
	if r.linear(b, path) {
		return r.re2.MatchString(path)
	}
	return r.program.find(b, path) != nil
}

// find returns where the first match in path and its groups begin and end, as
// the methods of regexp do, or nil for none.
func (r *regex) find(b *budget, path string) []int {
	if r.linear(b, path) {
		return r.re2.FindStringSubmatchIndex(path)
	}
	return r.program.find(b, path)
}
