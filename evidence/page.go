package evidence

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// readHTML returns nil for the page on which Django shows with DEBUG that it has no such page: that is no failure.
func readHTML(body []byte, cut, glance bool) *Evidence {
	if isDebugPage(body) {
		if e := readDebugPage(body, cut, glance); e != nil {
			return e
		}
	}
	e := &Evidence{Source: Page, Message: pageMessage(body)}
	switch {
	case bytes.Contains(body, []byte(tracebackHeader)):
		if e.Exceptions = readTraceback(preformatted(body)); len(e.Exceptions) > 0 {
			e.Message, e.Source = "", Traceback
			if bytes.Contains(body, []byte("Werkzeug Debugger</title>")) {
				e.Source = WerkzeugDebugger
			}
		}
	case bytes.Contains(body, []byte("DEBUG = True</code>")):
		return nil // Django: views/templates/technical_404.html
	case bytes.Contains(body, []byte("\n    <h1><p>"+e.Message+"</p></h1>\n")):
		e.Source = Gunicorn // gunicorn/util.py, write_error
	case bytes.HasPrefix(body, []byte("<!doctype html>\n<html lang=en>\n<title>"+e.Message+"</title>\n<h1>")):
		e.Source = Werkzeug // werkzeug/exceptions.py, get_body
	case bytes.Contains(body, []byte("\n  <h1>"+e.Message+"</h1><p></p>\n")):
		e.Source = Django // views/defaults.py, ERROR_PAGE_TEMPLATE
	}
	return e
}

// pageMessage returns the title of a page or, without one, its first heading or its first words.
func pageMessage(body []byte) string {
	z := html.NewTokenizer(bytes.NewReader(body))
	z.SetMaxBuf(maxToken)
	var within atom.Atom
	var words string
	for {
		switch z.Next() {
		case html.ErrorToken:
			return words
		case html.StartTagToken:
			name, _ := z.TagName()
			within = atom.Lookup(name)
			if within == 0 && bytes.IndexByte(name, '-') < 0 {
				return "" // XML, where any word may be a secret
			}
		case html.EndTagToken:
			within = 0
		case html.TextToken:
			if within == atom.Style || within == atom.Script || within == atom.Textarea {
				continue
			}
			switch {
			case len(bytes.TrimSpace(z.Raw())) == 0:
			case within == atom.Title || within == atom.H1:
				return oneLine(z.Text())
			case words == "":
				words = oneLine(z.Text())
			}
		}
	}
}

func oneLine(s []byte) string { return cut(strings.Join(strings.Fields(string(s)), " "), maxText) }

// preformatted returns the text of the first element that a traceback is in, with those that are in it.
func preformatted(body []byte) string {
	z := html.NewTokenizer(bytes.NewReader(body))
	z.SetMaxBuf(maxToken)
	var t text
	for {
		switch z.Next() {
		case html.ErrorToken:
			return t.String()
		case html.TextToken:
			t.add(z.Raw())
		case html.StartTagToken, html.EndTagToken:
			name, _ := z.TagName()
			switch atom.Lookup(name) {
			case atom.Pre, atom.Textarea:
				if bytes.Contains(t.escaped, []byte(tracebackHeader)) {
					return t.String()
				}
				t.reset()
			}
		}
	}
}
