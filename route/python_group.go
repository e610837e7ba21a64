package route

import (
	"errors"
	"fmt"
	"slices"
)

// group parses what comes after a (.
func (p *pythonParser) group() (*expr, error) {
	outer := p.flags
	e := &expr{op: opGroup, flags: outer}
	switch {
	case p.accept("?P<"):
		name, err := p.until('>')
		if err != nil {
			return nil, err
		}
		if !isIdentifier(name) {
			return nil, fmt.Errorf("%q is no name of a group", name)
		}
		if p.names[name] != 0 {
			return nil, fmt.Errorf("the group name %q is used twice", name)
		}
		p.groups++
		e.op, e.name, e.group = opCapture, name, p.groups
		p.names[name] = p.groups
	case p.accept("?P="):
		name, err := p.until(')')
		if err != nil {
			return nil, err
		}
		return p.reference(opBackreference, name)
	case p.accept("?:"):
	case p.accept("?#"):
		_, err := p.until(')')
		return nil, err
	case p.accept("?="), p.accept("?!"), p.accept("?<="), p.accept("?<!"):
		e.op = opLook
		e.open = "(?" + string(p.text[p.at-1])
		if p.text[p.at-2] == '<' {
			e.open = "(?<" + string(p.text[p.at-1])
		}
	case p.accept("?>"):
		e.op = opAtomic
	case p.accept("?("):
		name, err := p.until(')')
		if err != nil {
			return nil, err
		}
		if e, err = p.reference(opCondition, name); err != nil {
			return nil, err
		}
	case p.accept("?"):
		if whole, err := p.setFlags(); err != nil || whole {
			return nil, err
		}
	default:
		p.groups++
		e.op, e.group = opCapture, p.groups
	}
	if e.op == opCapture {
		p.open = append(p.open, e.group)
		defer func() { p.open = p.open[:len(p.open)-1] }()
	}
	sub, err := p.alternatives()
	if err != nil {
		return nil, err
	}
	if !p.accept(")") {
		return nil, errors.New("missing )")
	}
	p.flags = outer
	if e.op == opCondition && sub.op == opAlternate && len(sub.subs) > 2 {
		return nil, errors.New("a condition has more than two branches")
	}
	e.subs = []*expr{sub}
	return e, nil
}

// setFlags parses (?im) and (?i-s:, after the question mark. whole means that
// the group ends there, and the flags are for all that follows.
func (p *pythonParser) setFlags() (whole bool, err error) {
	changed, on := p.flags, true
	for p.more() {
		c := p.text[p.at]
		p.at++
		switch {
		case c == '-' && on:
			on = false
		case c == ':' || c == ')' && on:
			p.flags = changed
			return c == ')', nil
		case !changed.set(c, on) && c != 'L':
			return false, fmt.Errorf("unknown extension ?%c", c)
		}
	}
	return false, errors.New("missing )")
}

func (p *pythonParser) reference(op op, name string) (*expr, error) {
	group, ok := p.names[name]
	if !ok {
		for _, c := range name {
			if c < '0' || c > '9' || group > p.groups {
				return nil, fmt.Errorf("unknown group %q", name)
			}
			group = group*10 + int(c-'0')
		}
	}
	if group < 1 || group > p.groups {
		return nil, fmt.Errorf("unknown group %q", name)
	}
	if op == opBackreference && slices.Contains(p.open, group) {
		return nil, fmt.Errorf("cannot refer to the open group %q", name)
	}
	return &expr{op: op, flags: p.flags, group: group}, nil
}
