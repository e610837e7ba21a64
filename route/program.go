package route

import (
	"errors"
	"fmt"
)

// program is an expression as its steps. What is tried after a step follows it,
// and each step ends up in an opDone.
type program struct {
	first    *step
	anchored bool // it matches at the beginning only
	groups   int
	loops    int
}

// step is what must match at a place, before the steps after it do.
type step struct {
	op    op
	flags flags
	next  *step
	subs  []*step // alternatives; the body of a loop, a look or an atomic group

	text  string   // of opLiteral
	set   *charset // of opClass and opSpan
	group int      // of opOpen, opClose, a backreference or a condition
	loop  int      // of opLoop: which one

	min, max int  // of opSpan and opLoop; max is -1 for no bound
	mode     byte // of opSpan and opLoop, as in expr

	negated, behind bool // of a look
	width           int  // of a look behind, in characters
}

// The steps that are no expr of their own.
const (
	opDone  = opCondition + 1 + iota
	opOpen  // of a capture
	opClose // of a capture
	opSpan  // a repeat of single characters
	opEnter // a loop
	opLoop  // each time before its body, and after the last
)

// newProgram compiles e. whole makes it match whole paths only.
func newProgram(e *expr, whole bool) (*program, error) {
	p := &program{anchored: whole}
	if parts := e.parts(); len(parts) > 0 && parts[0].op == opBegin && !parts[0].flags.multiline {
		p.anchored = true
	}
	last := &step{op: opDone}
	if whole {
		last = &step{op: opTextEnd, next: last}
	}
	first, err := p.compile(e, last)
	p.first = first
	return p, err
}

// compile returns the steps of e, with next after them.
func (p *program) compile(e *expr, next *step) (*step, error) {
	s := &step{op: e.op, flags: e.flags, group: e.group, next: next}
	var err error
	switch e.op {
	case opEmpty:
		return next, nil
	case opLiteral, opClass, opAny:
		if e.op == opLiteral && !e.flags.fold {
			return literalStep(string(e.char), next), nil
		}
		s.op = opClass
		s.set, err = newCharset(e)
	case opGroup:
		return p.compile(e.subs[0], next)
	case opCapture:
		p.groups = max(p.groups, e.group)
		s.op = opOpen
		s.next, err = p.compile(e.subs[0], &step{op: opClose, group: e.group, next: next})
	case opConcat:
		for i := len(e.subs) - 1; i >= 0 && err == nil; i-- {
			next, err = p.compile(e.subs[i], next)
		}
		return next, err
	case opAlternate:
		err = p.addSubs(s, e.subs, next)
	case opRepeat:
		return p.compileRepeat(e, next)
	case opAtomic:
		err = p.addSubs(s, e.subs, &step{op: opDone})
	case opLook:
		s.negated = e.open[len(e.open)-1] == '!'
		if s.behind = e.open[2] == '<'; s.behind {
			if s.width, err = width(e.subs[0]); err != nil {
				return nil, err
			}
		}
		err = p.addSubs(s, e.subs, &step{op: opDone})
	case opCondition:
		branches := []*expr{e.subs[0], {op: opEmpty}}
		if e.subs[0].op == opAlternate {
			branches = e.subs[0].subs
		}
		err = p.addSubs(s, branches, next)
	}
	return s, err
}

// literalStep joins text to the literal that follows.
func literalStep(text string, next *step) *step {
	if next.op == opLiteral {
		text, next = text+next.text, next.next
	}
	return &step{op: opLiteral, text: text, next: next}
}

func (p *program) addSubs(s *step, subs []*expr, next *step) error {
	for _, sub := range subs {
		compiled, err := p.compile(sub, next)
		if err != nil {
			return err
		}
		s.subs = append(s.subs, compiled)
	}
	return nil
}

func (p *program) compileRepeat(e *expr, next *step) (*step, error) {
	body := e.subs[0]
	for body.op == opGroup {
		body = body.subs[0]
	}
	switch body.op {
	case opLiteral, opClass, opAny:
		set, err := newCharset(body)
		return &step{op: opSpan, set: set, min: e.min, max: e.max, mode: e.mode, next: next}, err
	}
	if e.mode == '+' {
		// Python takes no round back, nor any way through one.
		round := &expr{op: opAtomic, subs: e.subs}
		rounds := &expr{op: opRepeat, subs: []*expr{round}, min: e.min, max: e.max}
		return p.compile(&expr{op: opAtomic, subs: []*expr{rounds}}, next)
	}
	s := &step{op: opLoop, loop: p.loops, min: e.min, max: e.max, mode: e.mode, next: next}
	p.loops++
	return &step{op: opEnter, next: s}, p.addSubs(s, e.subs, s)
}

// maxWidth bounds the width of a look behind, in characters.
const maxWidth = 1 << 16

var errWidth = errors.New("a look behind is not of a fixed width")

// width is the number of characters that e matches. It fails if they are not
// always as many, as Python does.
func width(e *expr) (int, error) {
	switch e.op {
	case opLiteral, opClass, opAny:
		return 1, nil
	case opBackreference:
		return 0, fmt.Errorf("%w: it refers to a group", errWidth)
	case opLook:
		return 0, nil
	}
	total := 0
	for i, sub := range e.subs {
		n, err := width(sub)
		switch {
		case err != nil:
			return 0, err
		case e.op == opAlternate && i > 0 && n != total:
			return 0, errWidth
		case e.op == opRepeat && e.min != e.max:
			return 0, errWidth
		case e.op == opAlternate:
			total = n
		case e.op == opRepeat:
			total = n * e.min
		case e.op == opCondition && sub.op != opAlternate && n != 0:
			return 0, errWidth
		default:
			total += n
		}
		if total > maxWidth {
			return 0, errWidth
		}
	}
	return total, nil
}
