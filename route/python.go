package route

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// parsePython parses a regular expression as Python's re does (re/_parser.py).
// flags are letters as in (?im).
func parsePython(text, letters string) (*expr, error) {
	p := &pythonParser{text: []rune(text), names: make(map[string]int)}
	for _, letter := range letters {
		if !p.flags.set(letter, true) && letter != 'L' {
			return nil, fmt.Errorf("unknown flag %q", letter)
		}
	}
	e, err := p.alternatives()
	if err == nil && p.more() {
		err = errors.New("unbalanced )")
	}
	if err != nil {
		return nil, fmt.Errorf("at character %d: %w", p.at, err)
	}
	return e, nil
}

type pythonParser struct {
	text   []rune
	at     int
	flags  flags
	groups int
	names  map[string]int
	open   []int // the groups that the parser is in
	depth  int
}

// maxExprDepth bounds how deep groups are nested.
const maxExprDepth = 250

func (p *pythonParser) more() bool { return p.at < len(p.text) }

func (p *pythonParser) looksAt(s string) bool {
	return len(p.text)-p.at >= utf8.RuneCountInString(s) && string(p.text[p.at:p.at+utf8.RuneCountInString(s)]) == s
}

func (p *pythonParser) accept(s string) bool {
	if !p.looksAt(s) {
		return false
	}
	p.at += utf8.RuneCountInString(s)
	return true
}

// until returns what comes before end, and skips both.
func (p *pythonParser) until(end rune) (string, error) {
	for i := p.at; i < len(p.text); i++ {
		if p.text[i] == end {
			s := string(p.text[p.at:i])
			p.at = i + 1
			return s, nil
		}
	}
	return "", fmt.Errorf("missing %q", end)
}

func (p *pythonParser) alternatives() (*expr, error) {
	if p.depth++; p.depth > maxExprDepth {
		return nil, errors.New("nested too deep")
	}
	defer func() { p.depth-- }()
	var subs []*expr
	for {
		e, err := p.sequence()
		if err != nil {
			return nil, err
		}
		if subs = append(subs, e); !p.accept("|") {
			break
		}
	}
	if len(subs) == 1 {
		return subs[0], nil
	}
	return &expr{op: opAlternate, subs: subs}, nil
}

func (p *pythonParser) sequence() (*expr, error) {
	var subs []*expr
	for p.more() && !p.looksAt("|") && !p.looksAt(")") {
		if p.flags.verbose && p.skipVerbose() {
			continue
		}
		e, err := p.atom()
		if err != nil {
			return nil, err
		}
		if e == nil { // a comment, or flags
			continue
		}
		if e, err = p.repeated(e); err != nil {
			return nil, err
		}
		subs = append(subs, e)
	}
	switch len(subs) {
	case 0:
		return &expr{op: opEmpty}, nil
	case 1:
		return subs[0], nil
	default:
		return &expr{op: opConcat, subs: subs}, nil
	}
}

// skipVerbose skips what has no meaning with the flag x.
func (p *pythonParser) skipVerbose() bool {
	switch c := p.text[p.at]; {
	case strings.ContainsRune(" \t\n\r\v\f", c):
		p.at++
	case c == '#':
		for p.more() && p.text[p.at] != '\n' {
			p.at++
		}
	default:
		return false
	}
	return true
}

func (p *pythonParser) atom() (*expr, error) {
	c := p.text[p.at]
	p.at++
	switch c {
	case '.':
		return &expr{op: opAny, flags: p.flags}, nil
	case '^':
		return &expr{op: opBegin, flags: p.flags}, nil
	case '$':
		return &expr{op: opEnd, flags: p.flags}, nil
	case '(':
		return p.group()
	case '[':
		return p.class()
	case '\\':
		return p.escape()
	case '*', '+', '?':
		return nil, errors.New("nothing to repeat")
	}
	return p.literal(c), nil
}

func (p *pythonParser) literal(c rune) *expr { return &expr{op: opLiteral, flags: p.flags, char: c} }

// repeated is e with the quantifier that follows, if one does.
func (p *pythonParser) repeated(e *expr) (*expr, error) {
	for p.flags.verbose && p.more() && p.skipVerbose() {
	}
	low, high, ok, err := p.quantifier()
	if err != nil || !ok {
		return e, err
	}
	switch e.op {
	case opBegin, opEnd, opTextEnd, opBoundary, opNotBoundary:
		return nil, errors.New("nothing to repeat")
	}
	r := &expr{op: opRepeat, subs: []*expr{e}, min: low, max: high}
	switch {
	case p.accept("?"):
		r.mode = '?'
	case p.accept("+"):
		r.mode = '+'
	}
	if _, _, again, _ := p.quantifier(); again {
		return nil, errors.New("multiple repeat")
	}
	return r, nil
}

func (p *pythonParser) quantifier() (low, high int, ok bool, err error) {
	switch {
	case p.accept("*"):
		return 0, -1, true, nil
	case p.accept("+"):
		return 1, -1, true, nil
	case p.accept("?"):
		return 0, 1, true, nil
	case !p.looksAt("{") || p.looksAt("{}"):
		return 0, 0, false, nil
	}
	start := p.at
	p.at++
	low, high = p.number(0), -1
	if p.accept(",") {
		high = p.number(-1)
	} else {
		high = low
	}
	switch {
	case !p.accept("}"):
		p.at = start // Python: then the brace is a literal
		return 0, 0, false, nil
	case low > maxRepeat || high > maxRepeat:
		return 0, 0, false, errors.New("the repetition number is too large")
	case high >= 0 && high < low:
		return 0, 0, false, errors.New("the minimum of a repetition is greater than its maximum")
	}
	return low, high, true, nil
}

// maxRepeat bounds the size of what a repetition is compiled to.
const maxRepeat = 1 << 16

// number returns none if there is none.
func (p *pythonParser) number(none int) int {
	n := none
	for p.more() && '0' <= p.text[p.at] && p.text[p.at] <= '9' {
		n = min(max(n, 0)*10+int(p.text[p.at]-'0'), maxRepeat+1)
		p.at++
	}
	return n
}
