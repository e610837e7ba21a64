package evidence

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// summaryPart is the top of the debug page: the message, and a table about it.
type summaryPart struct {
	text *text
	row  string

	heading string // the type and the path
	shown   string // the message with the notes
	reading bool

	kind, value    string
	location       Frame // of the innermost frame
	view           string
	django, python string
	path           []string
}

func (s *summaryPart) start(element atom.Atom, class []byte) {
	switch element {
	case atom.H1, atom.Th, atom.Td:
		s.text.reset()
	case atom.Pre:
		if s.reading = string(class) == "exception_value"; s.reading {
			s.text.reset()
		}
	}
}

func (s *summaryPart) end(element atom.Atom) bool {
	switch element {
	case atom.H1:
		s.heading = s.text.cut(maxLine)
	case atom.Pre:
		if s.reading {
			s.shown, s.reading = s.text.String(), false
		}
	case atom.Th:
		s.row = strings.TrimSpace(s.text.String())
	case atom.Td:
		s.fill(s.text.String())
	}
	return false
}

func (s *summaryPart) fill(cell string) {
	switch s.row {
	case "Exception Type:":
		s.kind = clip(cell, maxLine)
	case "Exception Value:":
		s.value = clip(cell, maxText)
	case "Exception Location:":
		// From the right: this may be part of a file's name, but not of a function's.
		if at := strings.LastIndex(cell, ", line "); at >= 0 {
			line, function, _ := place(cell[at:])
			s.location = Frame{AbsPath: clip(cell[:at], maxLine), Line: line, Function: clip(function, maxLine)}
		}
	case "Raised during:":
		s.view = clip(cell, maxLine)
	case "Django Version:":
		s.django = clip(cell, maxLine)
	case "Python Version:":
		s.python = clip(cell, maxLine)
	case "Python Path:":
		s.path = pythonPath(cell)
	}
}

// complement takes the exception from what is above the table, which may be all that there is of the page.
func (s *summaryPart) complement() {
	if s.kind != "" {
		return
	}
	if s.reading {
		s.shown = s.text.cut(maxText)
	}
	if name, _, found := strings.Cut(s.heading, " at /"); found {
		s.kind = strings.TrimSpace(name)
		if s.shown != noMessage {
			s.value = clip(s.shown, maxText)
		}
	}
}

// complete reports whether the exception is known. One without a message has no
// row for it, but the page says so above.
func (s *summaryPart) complete() bool {
	return s.kind != "" && (s.value != "" || s.shown == noMessage)
}

// exception returns the one that made the request fail, without its frames.
func (s *summaryPart) exception() Exception {
	x := Exception{Type: s.kind, Value: s.value}
	if notes, found := strings.CutPrefix(s.shown, s.value+"\n"); found {
		x.Notes = noteLines(notes)
	}
	return x
}

func noteLines(notes string) []string {
	lines := strings.SplitN(notes, "\n", maxNotes+1)
	lines = lines[:min(len(lines), maxNotes)]
	for i, line := range lines {
		lines[i] = clip(line, maxLine)
	}
	return lines
}
