package evidence

import (
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"
)

// isDebugText reports whether a text is Django's debug page for a client that accepts no HTML (Django:
// views/templates/technical_500.txt). The request and the settings come after what announces them.
func isDebugText(s string) bool {
	title, _, _ := strings.Cut(s, "\n")
	return strings.Contains(title, " at /") && strings.Contains(s, "\nDjango Version: ") && strings.Contains(s, "\nPython Version: ")
}

// readDebugText reads Django's debug page as text.
func readDebugText(s string) *Evidence {
	s, _, _ = strings.Cut(s, "\nRequest information:\n")
	title, rest, _ := strings.Cut(s, "\n")
	name, _, _ := strings.Cut(title, " at /")
	value, rest, found := strings.Cut(rest, "\n\nRequest Method: ")
	if !found {
		return nil
	}
	if value == "No exception message supplied" {
		value = ""
	}
	about, rest, _ := strings.Cut(rest, "\nInstalled Applications:\n")
	p := readPasted(rest, pythonPath(field(about, "Python Path: ")))
	last := &p.chain[len(p.chain)-1]
	last.Type, last.Value = clip(name, maxLine), clip(value, maxText)
	if _, notes, found := strings.Cut(p.fields, "\nException Value: "+value+"\n"); found {
		if notes = strings.TrimRight(notes, "\n"); notes != "" {
			last.Notes = noteLines(notes)
		}
	}
	nameTypes(p.chain)
	return &Evidence{
		Source:     DebugText,
		Exceptions: p.chain,
		Template:   p.template,
		View:       clip(p.view, maxLine),
		Django:     clip(field(about, "Django Version: "), maxLine),
		Python:     clip(field(about, "Python Version: "), maxLine),
		Cut:        !p.whole,
	}
}

// field returns what comes after a name at the beginning of a line.
func field(s, name string) string {
	_, rest, _ := strings.Cut("\n"+s, "\n"+name)
	line, _, _ := strings.Cut(rest, "\n")
	return line
}

// pastebinPart is the traceback that the debug page offers for copying, which says the same in one text.
type pastebinPart struct {
	text    *text
	content string
}

func (p *pastebinPart) start(atom.Atom, []byte) { p.text.reset() }

func (p *pastebinPart) end(element atom.Atom) bool {
	if element == atom.Textarea {
		p.content = p.text.String()
	}
	return false
}

// pasted is a traceback as Django writes it, which differs from Python's: it comes in one piece, and exceptions are
// told by the sentences between them and by the fields at the end.
type pasted struct {
	chain    []Exception // without type, value and notes of the last
	template *Frame
	fields   string // from the type of the exception on
	view     string
	whole    bool
}

// readPasted always finds an exception, if only one that tells nothing. path is Python's sys.path.
func readPasted(s string, path []string) *pasted {
	about, s, _ := strings.Cut(s, "\n"+tracebackHeader+"\n")
	p := &pasted{template: pastedTemplate(about)}
	s, p.fields, p.whole = cutLast(s, "\nException Type: ")
	p.fields, p.view, _ = cutLast(p.fields, "\nRaised during: ")
	l := lines{rest: s}
	for {
		var x Exception
		x.Frames, x.Omitted = l.frames()
		for i, f := range x.Frames {
			if f.ContextLine == noSource {
				f.ContextLine = ""
			}
			x.Frames[i] = f.located(path)
		}
		link, ok := l.link()
		if !ok {
			p.chain = chained(p.chain, x)
			return p
		}
		value, relation, _ := cutLink(link)
		x.Value, x.Relation = clip(value, maxText), relation
		p.chain = chained(p.chain, x)
	}
}

// link moves to after the sentence that leads to the next exception. The value in it may be several lines long.
func (l *lines) link() (sentence string, ok bool) {
	s := strings.TrimLeft(l.rest, " \n")
	s = strings.TrimPrefix(strings.TrimPrefix(s, "Traceback: "), "None\n") // where an exception has no frames
	s = strings.TrimLeft(s, "\n")
	if !strings.HasPrefix(s, "The above exception (") && !strings.HasPrefix(s, "During handling of the above exception (") {
		return "", false
	}
	near := s[:min(len(s), 2*maxText)]
	end := -1
	for _, ending := range []string{") was the direct cause of the following exception:\n", "), another exception occurred:\n"} {
		if at := strings.Index(near, ending); at >= 0 && (end < 0 || at+len(ending) < end) {
			end = at + len(ending)
		}
	}
	if end < 0 {
		return "", false
	}
	l.rest = strings.TrimLeft(s[end:], "\n")
	return s[:end-1], true
}

func cutLast(s, sep string) (before, after string, found bool) {
	if at := strings.LastIndex(s, sep); at >= 0 {
		return s[:at], s[at+len(sep):], true
	}
	return s, "", false
}

// pastedTemplate reads where in a template it happened.
func pastedTemplate(s string) *Frame {
	_, s, _ = strings.Cut(s, "\nTemplate error:\nIn template ")
	name, s, _ := strings.Cut(s, ", error at line ")
	digits, s, _ := strings.Cut(s, "\n")
	line, err := strconv.Atoi(digits)
	if err != nil {
		return nil
	}
	var source sourceLines
	for text := range strings.Lines(s) {
		digits, text, found := strings.Cut(strings.TrimPrefix(text, "   "), " : ")
		if number, err := strconv.Atoi(digits); found && err == nil {
			source.add(number, line, text)
		}
	}
	return source.frame(clip(name, maxLine), line)
}
