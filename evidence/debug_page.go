package evidence

import (
	"bytes"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// isDebugPage reports whether a page may be Django's debug page (Django: views/templates/technical_500.html), which
// for all its changes since 3.2 has this one place for the message of the exception.
func isDebugPage(body []byte) bool {
	return bytes.Contains(body, []byte(`class="exception_value"`))
}

// maxToken is in bytes, of a tag and of a text between two tags.
const maxToken = 4 << 20

// part is a part of the debug page on its way through the tokenizer. What Django fills in is escaped, so that no
// value looks like a tag.
type part interface {
	start(element atom.Atom, class []byte)
	// end returns whether there is nothing left to read.
	end(element atom.Atom) (whole bool)
}

// debugPage reads the parts that come before the request and the settings, and none of those.
type debugPage struct {
	glance    bool
	text      text
	summary   summaryPart
	template  templatePart
	traceback tracebackPart
	pastebin  pastebinPart
}

// readDebugPage returns nil if the page is not Django's debug page after all. With
// glance it reads no further than to the exception. cut tells that the page goes on, perhaps before its message ends.
func readDebugPage(body []byte, cut, glance bool) *Evidence {
	p := &debugPage{glance: glance}
	p.summary.text = &p.text
	p.template.text = &p.text
	p.traceback.text = &p.text
	p.pastebin.text = &p.text
	p.read(body)
	if cut {
		p.summary.complement()
	}
	switch {
	case p.summary.kind == "":
		return nil
	case glance:
		return &Evidence{Source: DebugPage, Exceptions: []Exception{p.summary.exception()}}
	default:
		return p.evidence()
	}
}

func (p *debugPage) read(body []byte) {
	z := html.NewTokenizer(bytes.NewReader(body))
	z.SetMaxBuf(maxToken)
	var current part
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.TextToken:
			p.text.add(z.Raw())
		case html.StartTagToken:
			name, more := z.TagName()
			element := atom.Lookup(name)
			class, id := attributes(z, more)
			switch string(id) {
			case "summary":
				current = &p.summary
			case "template":
				current = &p.template
			case "browserTraceback":
				current = &p.traceback
			case "traceback_area":
				current = &p.pastebin
			case "unicode-hint", "template-not-exist", "traceback", "pastebinTraceback":
				current = nil
			case "requestinfo":
				return
			}
			if current != nil {
				current.start(element, class)
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if current != nil && current.end(atom.Lookup(name)) || p.glance && p.summary.complete() {
				return
			}
		}
	}
}

func (p *debugPage) evidence() *Evidence {
	e := &Evidence{
		Source:   DebugPage,
		Template: p.template.frame(),
		View:     p.summary.view,
		Django:   p.summary.django,
		Python:   p.summary.python,
	}
	last := p.summary.exception()
	if p.traceback.empty() && p.pastebin.content != "" {
		traceback, _, whole := cutLast(p.pastebin.content, "\nException Type: ")
		pasted := readPasted(traceback, p.summary.path)
		n := len(pasted.chain) - 1
		last.Frames, last.Omitted = pasted.chain[n].Frames, pasted.chain[n].Omitted
		e.Exceptions, e.Cut = append(pasted.chain[:n], last), !whole
	} else {
		e.Exceptions, e.Cut = p.traceback.exceptions(last, p.summary.location, p.summary.path), !p.traceback.whole
	}
	nameTypes(e.Exceptions)
	return e
}
