package evidence

import (
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"
)

// templatePart shows where in a template an exception was raised.
type templatePart struct {
	text *text

	name   string
	line   int
	number int // of the line that is being read
	source sourceLines
}

func (t *templatePart) start(element atom.Atom, _ []byte) {
	switch element {
	case atom.Code, atom.Strong, atom.Th, atom.Td:
		t.text.reset()
	}
}

func (t *templatePart) end(element atom.Atom) bool {
	switch element {
	case atom.Code:
		t.name = t.text.cut(maxLine)
	case atom.Strong:
		t.line, _ = strconv.Atoi(t.text.String())
	case atom.Th:
		t.number, _ = strconv.Atoi(t.text.String())
	case atom.Td:
		t.source.add(t.number, t.line, t.text.String())
	}
	return false
}

// frame is nil if no template was involved.
func (t *templatePart) frame() *Frame { return t.source.frame(t.name, t.line) }

// sourceLines are lines around one of a template.
type sourceLines struct {
	before, after []string
	line          string
}

func (s *sourceLines) add(number, line int, source string) {
	source = clip(strings.TrimRight(source, "\r\n"), maxLine)
	switch {
	case number < line && len(s.before) < maxContext:
		s.before = append(s.before, source)
	case number == line:
		s.line = source
	case number > line && len(s.after) < maxContext:
		s.after = append(s.after, source)
	}
}

func (s *sourceLines) frame(name string, line int) *Frame {
	if name == "" || line == 0 {
		return nil
	}
	return &Frame{
		File:        name,
		AbsPath:     name,
		Line:        line,
		PreContext:  s.before,
		ContextLine: s.line,
		PostContext: s.after,
		InApp:       inApp(name),
	}
}
