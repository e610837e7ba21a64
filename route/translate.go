package route

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// errNeedsBacktracking is what RE2 has no words for.
var errNeedsBacktracking = errors.New("needs backtracking")

// translation writes an expr for RE2. Flags are resolved here, but for the one
// that ignores case, and groups lose their names: those of Python are not all
// allowed elsewhere.
type translation struct{ strings.Builder }

// translate writes e for RE2. whole makes it match whole paths only.
func translate(e *expr, whole bool) (string, error) {
	t := new(translation)
	if !whole {
		err := t.write(e)
		return t.String(), err
	}
	t.WriteString(`\A(?:`)
	parts := e.parts()
	if last := len(parts) - 1; last >= 0 && parts[last].op == opEnd && !parts[last].flags.multiline {
		parts = parts[:last] // the path ends here anyway
	}
	if err := t.writeAll(parts); err != nil {
		return "", err
	}
	t.WriteString(`)\z`)
	return t.String(), nil
}

func (t *translation) writeAll(parts []*expr) error {
	for _, part := range parts {
		if err := t.write(part); err != nil {
			return err
		}
	}
	return nil
}

func (t *translation) write(e *expr) error {
	switch e.op {
	case opLiteral:
		t.writeLiteral(e)
	case opClass:
		t.fold(e, e.class.text(e.flags))
	case opAny:
		if e.flags.dotAll {
			t.WriteString(`(?s:.)`)
		} else {
			t.WriteString(`[^\n]`)
		}
	case opBegin:
		if e.flags.multiline {
			t.WriteString(`(?m:^)`)
		} else {
			t.WriteString(`\A`)
		}
	case opEnd:
		return t.writeEnd(e)
	case opTextEnd:
		t.WriteString(`\z`)
	case opBoundary, opNotBoundary:
		return t.writeBoundary(e)
	case opGroup:
		return t.wrap("(?:", e.subs[0], ")")
	case opCapture:
		return t.wrap("(", e.subs[0], ")")
	case opConcat:
		return t.writeAll(e.subs)
	case opAlternate:
		for i, sub := range e.subs {
			if i > 0 {
				t.WriteByte('|')
			}
			if err := t.write(sub); err != nil {
				return err
			}
		}
	case opRepeat:
		return t.writeRepeat(e)
	case opAtomic, opLook, opBackreference, opCondition:
		return errNeedsBacktracking
	}
	return nil
}

func (t *translation) wrap(open string, e *expr, end string) error {
	t.WriteString(open)
	err := t.write(e)
	t.WriteString(end)
	return err
}

func (t *translation) fold(e *expr, text string) {
	if e.flags.fold && !e.flags.ascii {
		text = "(?i:" + text + ")"
	}
	t.WriteString(text)
}

func (t *translation) writeLiteral(e *expr) {
	if e.flags.fold && (e.flags.ascii || slices.Contains(dottedI, e.char)) {
		t.fold(e, class{ranges: []rune{e.char, e.char}}.text(e.flags))
		return
	}
	var b strings.Builder
	writeRune(&b, e.char)
	t.fold(e, b.String())
}

func (t *translation) writeEnd(e *expr) error {
	if !e.flags.multiline {
		return errNeedsBacktracking // RE2 cannot look at the newline without taking it
	}
	t.WriteString(`(?m:$)`)
	return nil
}

func (t *translation) writeBoundary(e *expr) error {
	if !e.flags.ascii || e.op == opNotBoundary {
		return errNeedsBacktracking // RE2 knows no other words, and an empty path has no \B
	}
	t.WriteString(`\b`)
	return nil
}

func (t *translation) writeRepeat(e *expr) error {
	if e.mode == '+' || nullable(e.subs[0]) {
		return errNeedsBacktracking // RE2 has its own mind about a round of no text
	}
	end := ")"
	switch {
	case e.max < 0 && e.min == 0:
		end += "*"
	case e.max < 0 && e.min == 1:
		end += "+"
	case e.max < 0:
		end += fmt.Sprintf("{%d,}", e.min)
	default:
		end += fmt.Sprintf("{%d,%d}", e.min, e.max)
	}
	if e.mode == '?' {
		end += "?"
	}
	return t.wrap("(?:", e.subs[0], end)
}

// nullable reports whether e may match no text.
func nullable(e *expr) bool {
	switch e.op {
	case opLiteral, opClass, opAny:
		return false
	case opGroup, opCapture:
		return nullable(e.subs[0])
	case opConcat:
		return !slices.ContainsFunc(e.subs, func(sub *expr) bool { return !nullable(sub) })
	case opAlternate:
		return slices.ContainsFunc(e.subs, nullable)
	case opRepeat:
		return e.min == 0 || nullable(e.subs[0])
	default:
		return true
	}
}
