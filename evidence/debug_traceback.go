package evidence

import (
	"bytes"
	"strings"

	"golang.org/x/net/html/atom"
)

// tracebackPart is the traceback of the debug page, the first cause first.
type tracebackPart struct {
	text *text

	chain []Exception
	stack stack
	whole bool

	frame   *Frame
	foreign bool // Django's own
	placed  bool // the file has been read, its line comes next

	list  string // of source lines
	table bool   // of local variables
	cells int    // of the row
	local string // the name in it
}

func (t *tracebackPart) empty() bool {
	return len(t.chain) == 0 && len(t.stack.frames) == 0 && t.frame == nil
}

func (t *tracebackPart) start(element atom.Atom, class []byte) {
	t.place()
	switch element {
	case atom.Li:
		if bytes.HasPrefix(class, []byte("frame ")) {
			t.endFrame()
			t.frame = &Frame{}
			t.foreign = string(class) == "frame django"
		}
	case atom.H3, atom.Code:
		t.text.reset()
	case atom.Ol:
		t.list = string(class)
	case atom.Pre:
		if t.list != "" {
			t.text.reset()
		}
	case atom.Table:
		t.table = string(class) == "vars"
	case atom.Tr:
		t.cells = 0
	case atom.Td:
		t.text.reset()
	}
}

func (t *tracebackPart) end(element atom.Atom) (whole bool) {
	t.place()
	switch element {
	case atom.Ul:
		t.whole = true
		return !t.empty()
	case atom.H3:
		t.link(strings.TrimSpace(t.text.String()))
	}
	if t.frame == nil {
		return false
	}
	switch element {
	case atom.Code:
		if t.frame.AbsPath == "" {
			t.frame.AbsPath, t.placed = t.text.cut(maxLine), true
			t.text.reset()
		}
	case atom.Pre:
		t.line()
	case atom.Ol:
		t.list = ""
	case atom.Td:
		t.cell()
	case atom.Table:
		t.table = false
	}
	return false
}

func (t *tracebackPart) place() {
	if t.placed && t.frame != nil {
		line, function, _ := place(strings.TrimSpace(t.text.String()))
		t.frame.Line, t.frame.Function, t.placed = line, clip(function, maxLine), false
	}
}

func (t *tracebackPart) line() {
	switch t.list {
	case "pre-context":
		t.frame.PreContext = t.withLine(t.frame.PreContext)
	case "context-line":
		line, _, _ := strings.Cut(t.text.String(), "\n") // and carets below
		if line != noSource {
			t.frame.ContextLine = clip(line, maxLine)
		}
	case "post-context":
		t.frame.PostContext = t.withLine(t.frame.PostContext)
	}
}

// noSource stands where Django found no source code.
const noSource = "<source code not available>"

func (t *tracebackPart) withLine(lines []string) []string {
	if len(lines) == maxContext {
		return lines
	}
	return append(lines, t.text.cut(maxLine))
}

func (t *tracebackPart) cell() {
	if !t.table {
		return
	}
	switch t.cells++; t.cells {
	case 1:
		t.local = t.text.cut(maxLine)
	case 2:
		if len(t.frame.Locals) < maxLocals {
			t.frame.Locals = append(t.frame.Locals, Local{t.local, t.text.cut(maxText)})
		}
	}
}

// endFrame keeps the frame that has been read, unless it only says that an exception has none.
func (t *tracebackPart) endFrame() {
	if f := t.frame; f != nil && f.AbsPath != "" && f.Function != "" {
		f.InApp = !t.foreign
		t.stack.add(*f)
	}
	t.frame, t.list, t.table, t.placed = nil, "", false, false
}

// link ends an exception with the sentence that leads to the next.
func (t *tracebackPart) link(sentence string) {
	value, relation, ok := cutLink(sentence)
	if !ok {
		return
	}
	t.endFrame()
	x := Exception{Value: clip(value, maxText), Relation: relation}
	x.Frames, x.Omitted = t.stack.inOrder()
	t.chain = chained(t.chain, x)
}

// exceptions ends the chain with the one that made the request fail, whose innermost frame the page's summary has,
// however early the page was cut.
func (t *tracebackPart) exceptions(x Exception, innermost Frame, path []string) []Exception {
	t.endFrame()
	if !t.whole && innermost.AbsPath != "" && !t.stack.endsAt(innermost) {
		innermost.InApp = true // unless its path says otherwise
		t.stack.add(innermost)
	}
	x.Frames, x.Omitted = t.stack.inOrder()
	t.chain = chained(t.chain, x)
	for _, x := range t.chain {
		for i, f := range x.Frames {
			located := f.located(path)
			located.InApp = located.InApp && f.InApp
			x.Frames[i] = located
		}
	}
	return t.chain
}

// cutLink reads the sentence between two tracebacks, in which Django puts the value of the first one's exception.
func cutLink(sentence string) (value string, relation Relation, ok bool) {
	if value, ok = cutAround(sentence, "The above exception (", ") was the direct cause of the following exception:"); ok {
		return value, Cause, true
	}
	value, ok = cutAround(sentence, "During handling of the above exception (", "), another exception occurred:")
	return value, Context, ok
}

func cutAround(s, before, after string) (string, bool) {
	s, found := strings.CutPrefix(s, before)
	if !found {
		return "", false
	}
	return strings.CutSuffix(s, after)
}
