package capture

import (
	"strings"

	"golang.org/x/net/html"
)

// html hides the values of form fields and meta tags, of table rows, which is
// how Django's debug page lists variables, and of what looks like text. Comments
// and the part of that page which dumps the request and the settings are left
// out, and so is a tag that was cut.
func (s *Scrubber) html(body []byte) string { return s.htmlAt(string(body), 0) }

func (s *Scrubber) htmlAt(page string, depth int) string {
	page = s.hideNamedElements(page)
	m := markup{s: s, z: html.NewTokenizer(strings.NewReader(page)), depth: depth + 1}
	m.z.AllowCDATA(true)
	for {
		kind := m.z.Next()
		raw := string(m.z.Raw()) // before reading the token, which unescapes in place
		switch kind {
		case html.ErrorToken:
			return m.out.String()
		case html.TextToken:
			raw = m.text(raw)
		case html.StartTagToken, html.SelfClosingTagToken:
			raw = m.start(raw, kind)
		case html.EndTagToken:
			m.end()
		case html.CommentToken:
			raw = m.s.leaveOut("comment", raw)
		}
		m.out.WriteString(raw)
	}
}

// markup is a page on its way through the scrubber.
type markup struct {
	s   *Scrubber
	z   *html.Tokenizer
	out strings.Builder

	depth   int // of the texts in it
	inCell  bool
	cell    string // the beginning of the text of the cell before this one
	rowName string // what follows in this row is the value of this name, which is hidden
	hidden  string // the element whose text is hidden
	key     keyLines
	open    bool // the text before ended in a name whose value is still to come
}

// maxCellName is in bytes; a cell with more text is no name.
const maxCellName = 128

func (m *markup) text(raw string) string {
	plain := string(m.z.Text())
	if strings.TrimSpace(plain) == "" {
		return raw
	}
	if m.inCell && len(m.cell) < maxCellName {
		m.cell += plain[:min(len(plain), maxCellName)]
	}
	hide, name := m.hides()
	var clean string
	clean, m.open = m.s.textAt(plain, m.depth) // this may be one more name
	switch {
	case m.key.goesOn(plain):
		return m.s.hide(privateKey, plain)
	case hide:
		return m.s.hideNamed(name, plain)
	case clean == plain:
		return raw
	default:
		return html.EscapeString(clean)
	}
}

// isTag tells a tag from what Python prints of its objects: <Order: {'a': 1}>.
func isTag(token html.Token) bool {
	if token.DataAtom != 0 {
		return true
	}
	odd := strings.HasSuffix(token.Data, ":") || strings.ContainsAny(token.Data, "@(){}[]'\",")
	for _, attr := range token.Attr {
		odd = odd || strings.ContainsAny(attr.Key, "(){}[]'\",")
	}
	return !odd
}

// hides reports whether the text to come is the value of a name, and of which.
func (m *markup) hides() (hide bool, name string) {
	switch {
	case m.hidden != "":
		return true, m.hidden
	case m.inCell && m.rowName != "":
		return true, m.rowName
	default:
		return m.open, "in the text before"
	}
}

func (m *markup) start(raw string, kind html.TokenType) string {
	token := m.z.Token()
	if !isTag(token) {
		var clean string
		clean, m.open = m.s.textAt(raw, maxNesting)
		return clean
	}
	// Of another element the secrets may stand where a tag has its names.
	if clean := m.s.hideShapes(raw); clean != raw {
		again := html.NewTokenizer(strings.NewReader(clean))
		if again.Next() != kind {
			return clean
		}
		raw, token = clean, again.Token()
	}
	switch token.Data {
	case "tr":
		m.cell, m.rowName = "", ""
	case "dt":
		m.cell, m.rowName, m.inCell = "", "", true
	case "td", "th", "dd":
		if m.rowName == "" && m.s.denies(m.cell) {
			m.rowName = m.cell
		}
		m.cell, m.inCell = "", true
	}
	if attribute(token, "id") == "requestinfo" {
		return m.s.hide(neverRead, m.skip(token.Data))
	}
	// An element that HTML does not know is one of XML: <password>…</password>.
	if kind == html.StartTagToken && m.hidden == "" &&
		(token.DataAtom == 0 && (m.s.denies(token.Data) && token.Data != "key" || m.s.namedByAttribute(token)) || token.Data == "textarea" && m.s.deniedField(token) != "") {
		m.hidden = token.Data
	}
	if hidden, changed := m.attributes(token); changed {
		return hidden
	}
	return raw
}

func (m *markup) end() {
	switch name, _ := m.z.TagName(); string(name) {
	case m.hidden:
		m.hidden = ""
	case "td", "th", "dt", "dd":
		m.inCell = false
	}
}

// skip reads up to the end of the element that was just opened, and returns it for an
// audit.
func (m *markup) skip(element string) string {
	var skipped strings.Builder
	for depth := 1; depth > 0; {
		kind := m.z.Next()
		if m.s.audit != nil {
			skipped.Write(m.z.Raw())
		}
		switch kind {
		case html.ErrorToken:
			depth = 0
		case html.StartTagToken:
			if name, _ := m.z.TagName(); string(name) == element {
				depth++
			}
		case html.EndTagToken:
			if name, _ := m.z.TagName(); string(name) == element {
				depth--
			}
		}
	}
	return skipped.String()
}

// attributes hides the value of <input name="csrfmiddlewaretoken" value="…">,
// the content of <meta name="csrf-token" content="…"> and attributes such as
// data-token="…".
func (m *markup) attributes(token html.Token) (hidden string, changed bool) {
	field := m.s.deniedField(token)
	for i, attr := range token.Attr {
		var clean string
		switch {
		case isName(attr.Key):
			continue
		case attr.Key == "key" && attribute(token, "value") != "":
			continue
		case m.s.denies(attr.Key):
			clean = m.s.hideNamed(attr.Key, attr.Val)
		case field != "" && (attr.Key == "value" || attr.Key == "content"):
			clean = m.s.hideNamed(field, attr.Val)
		case isAddress(attr.Key):
			clean = m.s.url(attr.Val)
		default:
			clean, _ = m.s.textAt(attr.Val, m.depth)
		}
		if m.s.altered(attr.Val, clean) {
			token.Attr[i].Val, changed = clean, true
		}
	}
	return token.String(), changed
}

func isName(key string) bool { return key == "name" || key == "id" || key == "class" || key == "type" }

func isAddress(key string) bool {
	return key == "href" || key == "src" || key == "action" || key == "formaction"
}

// deniedField returns the name of a form field or a meta tag whose value is secret;
// empty if it is none.
func (s *Scrubber) deniedField(token html.Token) string {
	if attribute(token, "type") == "password" {
		return "password"
	}
	for _, key := range []string{"name", "id", "property", "itemprop", "http-equiv", "key"} {
		if name := attribute(token, key); s.denies(name) {
			return name
		}
	}
	return ""
}

// namedByAttribute reports whether an element of XML holds a secret by its name or its
// key: <string name="api_key">.
func (s *Scrubber) namedByAttribute(token html.Token) bool {
	return s.denies(attribute(token, "name")) || s.denies(attribute(token, "key"))
}

func attribute(token html.Token, key string) string {
	for _, attr := range token.Attr {
		if attr.Key == key {
			return attr.Val
		}
	}
	return ""
}
