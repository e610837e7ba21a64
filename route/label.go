package route

import "strings"

// simplify writes an expression the way a reader of a dashboard wants it, and
// without what means something in a PromQL matcher: a named group is <name>,
// anything else that varies is <var>, and anchors are gone. It goes further than
// Django's simplify_regex (contrib/admindocs/views.py), which leaves some in.
func simplify(e *expr) string {
	switch e.op {
	case opLiteral:
		return string(e.char)
	case opCapture:
		if e.name != "" {
			return "<" + e.name + ">"
		}
		return variable
	case opConcat:
		var b strings.Builder
		for _, sub := range e.subs {
			text := simplify(sub)
			if text == variable && strings.HasSuffix(b.String(), variable) {
				continue
			}
			b.WriteString(text)
		}
		return b.String()
	case opGroup, opRepeat, opAtomic:
		return simplify(e.subs[0])
	case opClass, opAny, opAlternate, opBackreference, opCondition:
		return variable
	default: // what matches no text
		return ""
	}
}
