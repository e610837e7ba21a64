package evidence

import (
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"
)

// readDebugText reads Django's debug page for a client that accepts no HTML (Django: views/templates/technical_500.txt).
// It returns nil if s is another text. cut tells that the page goes on, perhaps before it has said that it is Django's.
func readDebugText(s string, cut bool) *Evidence {
	title, rest, _ := strings.Cut(s, "\n")
	name, path, found := strings.Cut(title, " at /")
	whole := strings.Contains(rest, "\nDjango Version: ") && strings.Contains(rest, "\nPython Version: ")
	if !found || name == "" || strings.ContainsAny(name, " \t") || !whole && (!cut || strings.ContainsAny(path, " \t")) {
		return nil
	}
	page := splitDebugText(title, rest)
	switch {
	case page == nil && whole:
		return nil
	case page == nil:
		return &Evidence{Source: DebugText, Exceptions: []Exception{{Type: clip(name, maxLine), Value: clip(rest, maxText)}}, Cut: true}
	case page.value == noMessage:
		page.value = ""
	}
	about, traceback, _ := strings.Cut(page.about, "\nInstalled Applications:\n")
	if page.value != "" {
		// A template error has the message once more, in which a traceback may be quoted.
		traceback = strings.Replace(traceback, page.value+"\n", "\n", 1)
	}
	p := readPasted(traceback, pythonPath(field(about, "Python Path: ")))
	last := &p.chain[len(p.chain)-1]
	last.Type, last.Value, last.Notes = clip(name, maxLine), clip(page.value, maxText), page.notes
	nameTypes(p.chain)
	return &Evidence{
		Source:     DebugText,
		Exceptions: p.chain,
		Template:   p.template,
		View:       clip(page.view, maxLine),
		Django:     clip(field(about, "Django Version: "), maxLine),
		Python:     clip(field(about, "Python Version: "), maxLine),
		Cut:        !page.whole,
	}
}

// debugText is the text of a debug page, split where the message of the exception begins and ends.
type debugText struct {
	value string // of the exception
	about string // from the request's method to the end of the traceback
	notes []string
	view  string
	whole bool // the page goes on at least to the end of the traceback
}

const (
	methodField = "\n\nRequest Method: " // follows the message
	noMessage   = "No exception message supplied"
)

// splitDebugText splits what follows the title. A message may hold any line that the page itself has. The page shows it
// twice, and what follows is different each time: so it ends where the two stop being equal. It returns nil if the page
// ends before its message does.
func splitDebugText(title, s string) *debugText {
	end := "\nException Type: " + title + "\n"
	p := &debugText{about: s}
	equal, fields := -1, ""
	// The message may hold the line as well. Of so many that is looked for, no text makes more than a few passes.
	const maxPlaces = 8
	for at, places := 0, 0; places < maxPlaces; places++ {
		next := strings.Index(s[at:], end)
		if next < 0 {
			break
		}
		at += next + len(end)
		again, found := strings.CutPrefix(s[at:], "Exception Value: ")
		if n := commonPrefix(s, again); found && n > equal {
			equal, fields = n, again
			p.about = s[:at-len(end)]
		}
	}
	if equal >= 0 {
		equal = strings.LastIndex(s[:min(equal+len(methodField), len(s))], methodField)
	}
	if equal >= 0 {
		p.value, p.whole = s[:equal], true
		p.about = p.about[min(equal, len(p.about)):]
		p.finish(fields[min(equal, len(fields)):])
		return p
	}
	value, about, found := strings.Cut(s, methodField)
	if !found {
		return nil
	}
	p.value = value
	about = untilRequest(about)
	if p.about, fields, p.whole = strings.Cut(about, end); !p.whole {
		p.about, fields, p.whole = cutLast(about, "\nException Type: ")
		_, fields, _ = strings.Cut(fields, "\n")
	}
	p.finish(strings.TrimPrefix(fields, "Exception Value: "+value))
	return p
}

func untilRequest(s string) string {
	s, _, _ = strings.Cut(s, "\nRequest information:\n")
	return s
}

// finish reads what follows the message at the end of the traceback.
func (p *debugText) finish(s string) {
	notes, view, found := cutLast(untilRequest(s), "\nRaised during: ")
	if found {
		p.view, _, _ = strings.Cut(view, "\n")
	}
	if notes = strings.Trim(notes, "\n"); notes != "" {
		p.notes = noteLines(notes)
	}
}

// commonPrefix returns how many bytes a and b begin with alike.
func commonPrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
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
}

// readPasted reads it up to where it names the exception that was raised last. It always finds an exception, if only one
// that tells nothing. path is Python's sys.path.
func readPasted(s string, path []string) *pasted {
	about, s, _ := strings.Cut(s, "\n"+tracebackHeader+"\n")
	p := &pasted{template: pastedTemplate(about)}
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
