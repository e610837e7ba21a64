package route

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// escape parses what comes after a \ outside of a class.
func (p *pythonParser) escape() (*expr, error) {
	if !p.more() {
		return nil, errors.New("a \\ at the end")
	}
	c := p.text[p.at]
	if op, ok := positions[c]; ok {
		p.at++
		e := &expr{op: op, flags: p.flags}
		e.flags.multiline = false
		return e, nil
	}
	if strings.ContainsRune("dDwWsS", c) {
		p.at++
		e := &expr{op: opClass, flags: p.flags}
		e.class.addEscape(c, p.flags.ascii)
		return e, nil
	}
	if '1' <= c && c <= '9' {
		if octal, ok := p.octal(3); ok {
			return p.literal(octal), nil
		}
		digits := 1
		if p.at+1 < len(p.text) && '0' <= p.text[p.at+1] && p.text[p.at+1] <= '9' {
			digits = 2
		}
		name := string(p.text[p.at : p.at+digits])
		p.at += digits
		return p.reference(opBackreference, name)
	}
	char, err := p.character()
	return p.literal(char), err
}

// positions are the escapes that match no character.
var positions = map[rune]op{'A': opBegin, 'Z': opTextEnd, 'z': opTextEnd, 'b': opBoundary, 'B': opNotBoundary}

// octal parses exactly so many octal digits, of which the first is at most 3.
func (p *pythonParser) octal(digits int) (rune, bool) {
	if p.at+digits > len(p.text) {
		return 0, false
	}
	n, err := strconv.ParseUint(string(p.text[p.at:p.at+digits]), 8, 8)
	if err != nil {
		return 0, false
	}
	p.at += digits
	return rune(n), true
}

// character parses an escape that stands for one character.
func (p *pythonParser) character() (rune, error) {
	c := p.text[p.at]
	p.at++
	switch c {
	case 'a':
		return '\a', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'v':
		return '\v', nil
	case 'x':
		return p.hex(2)
	case 'u':
		return p.hex(4)
	case 'U':
		return p.hex(8)
	case '0':
		n := rune(0)
		for i := 0; i < 2 && p.more() && '0' <= p.text[p.at] && p.text[p.at] <= '7'; i++ {
			n = n*8 + p.text[p.at] - '0'
			p.at++
		}
		return n, nil
	}
	if isASCIILetter(c) || '1' <= c && c <= '9' {
		return 0, fmt.Errorf("unknown escape \\%c", c)
	}
	return c, nil
}

func (p *pythonParser) hex(digits int) (rune, error) {
	if p.at+digits > len(p.text) {
		return 0, errors.New("incomplete escape")
	}
	n, err := strconv.ParseUint(string(p.text[p.at:p.at+digits]), 16, 32)
	if err != nil || n > unicode.MaxRune {
		return 0, errors.New("incomplete escape")
	}
	p.at += digits
	return rune(n), nil
}

// class parses what comes after a [.
func (p *pythonParser) class() (*expr, error) {
	e := &expr{op: opClass, flags: p.flags}
	e.class.negated = p.accept("^")
	for first := true; ; first = false {
		if !p.more() {
			return nil, errors.New("missing ]")
		}
		if !first && p.accept("]") {
			return e, nil
		}
		low, single, err := p.classItem(&e.class)
		if err != nil {
			return nil, err
		}
		if !single {
			if p.looksAt("-") && !p.looksAt("-]") && p.at+1 < len(p.text) {
				return nil, errors.New("bad character range")
			}
			continue
		}
		if !p.looksAt("-") || p.looksAt("-]") {
			e.class.add(low, low)
			continue
		}
		p.at++
		if !p.more() {
			return nil, errors.New("missing ]")
		}
		high, single, err := p.classItem(&e.class)
		if err != nil {
			return nil, err
		}
		if !single || high < low {
			return nil, errors.New("bad character range")
		}
		e.class.add(low, high)
	}
}

// classItem parses one character, or adds one of the escapes that stand for many.
func (p *pythonParser) classItem(to *class) (char rune, single bool, err error) {
	char = p.text[p.at]
	p.at++
	if char != '\\' {
		return char, true, nil
	}
	if !p.more() {
		return 0, false, errors.New("a \\ at the end")
	}
	switch c := p.text[p.at]; {
	case c == 'b':
		p.at++
		return '\b', true, nil
	case strings.ContainsRune("dDwWsS", c):
		p.at++
		to.addEscape(c, p.flags.ascii)
		return 0, false, nil
	case '0' <= c && c <= '7':
		n := rune(0)
		for i := 0; i < 3 && p.more() && '0' <= p.text[p.at] && p.text[p.at] <= '7'; i++ {
			n = n*8 + p.text[p.at] - '0'
			p.at++
		}
		return n, true, nil
	}
	char, err = p.character()
	return char, true, err
}

func isASCIILetter(c rune) bool { return c < utf8.RuneSelf && unicode.IsLetter(c) }
