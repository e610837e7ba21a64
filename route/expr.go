package route

// op is what an expr does.
type op uint8

const (
	opEmpty op = iota
	opLiteral
	opClass
	opAny
	opBegin       // ^ and \A
	opEnd         // $, which also matches before a last newline
	opTextEnd     // \Z
	opBoundary    // \b
	opNotBoundary // \B
	opGroup       // (?:…)
	opCapture
	opConcat
	opAlternate
	opRepeat
	opAtomic // (?>…)
	opLook   // (?=…), (?!…), (?<=…), (?<!…)
	opBackreference
	opCondition // (?(1)…|…)
)

// expr is a Python regular expression, parsed.
type expr struct {
	op    op
	flags flags
	subs  []*expr
	char  rune   // of a literal
	class class  // of a class
	group int    // of a capture, a backreference or a condition: its number
	name  string // of a capture
	open  string // of a look: what it begins with

	min, max int  // of a repeat; max is -1 for no bound
	mode     byte // of a repeat: '?' lazy, '+' possessive, 0 greedy
}

// flags are those of Python's re that change what a part of an expression means.
type flags struct{ fold, multiline, dotAll, verbose, ascii bool }

// set sets the flag with that letter; Python's others change nothing here.
func (f *flags) set(letter rune, on bool) bool {
	switch letter {
	case 'i':
		f.fold = on
	case 'm':
		f.multiline = on
	case 's':
		f.dotAll = on
	case 'x':
		f.verbose = on
	case 'a':
		f.ascii = on
	case 'u':
		f.ascii = false
	default:
		return false
	}
	return true
}

// parts are what must match one after another.
func (e *expr) parts() []*expr {
	switch e.op {
	case opEmpty:
		return nil
	case opConcat:
		return e.subs
	default:
		return []*expr{e}
	}
}

// prefix is the text that every match begins with, at the beginning of the path;
// only means that this is all there is to match. whole says that a match is of
// the whole path in any case.
func (e *expr) prefix(whole bool) (text string, only bool) {
	var prefix []rune
	parts := e.parts()
	anchored := whole
	for i, part := range parts {
		switch {
		case part.op == opBegin && !part.flags.multiline && len(prefix) == 0:
			anchored = true
		case part.op == opLiteral && !part.flags.fold && anchored:
			prefix = append(prefix, part.char)
		case part.op == opEnd && !part.flags.multiline && whole && i == len(parts)-1:
		default:
			return string(prefix), false
		}
	}
	return string(prefix), anchored || len(parts) == 0
}
