package capture

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// body returns the text of a body without secrets.
func (s *Scrubber) body(body []byte, f format) string {
	switch f {
	case formatJSON:
		return s.json(body)
	case formatForm:
		return s.query(string(body))
	case formatHTML:
		return s.html(body)
	default:
		return s.text(string(body))
	}
}

// textPattern finds name = value and name: value in free text: settings, the
// reprs of local variables, a cut JSON document, a header dump. An unquoted
// value reaches to the end of its line, and a nested one to the end of the text,
// because where it ends cannot be known.
func textPattern(terms []string) *regexp.Regexp {
	quoted := make([]string, len(terms))
	for i, term := range terms {
		quoted[i] = strings.ReplaceAll(regexp.QuoteMeta(term), "_", "[-_]")
	}
	return regexp.MustCompile(`(?i)([\w.-]*(?:` + strings.Join(quoted, "|") + `)[\w.-]*)` + // 1: name
		`(["']?\]?\s*(?:=>|[:=])\s*)` + // 2: separator
		`(b?"(?:[^"\\\n]|\\.)*"?|b?'(?:[^'\\\n]|\\.)*'?|[\[{](?s:.*)|[^\n<]+)`) // 3: value
}

// exception names end like this: "KeyError: 'price'" is no key.
var exceptionName = regexp.MustCompile(`(?i)(?:error|exception|warning|failed|denied|expired|invalid|required|missing|exist|exists)$`)

func (s *Scrubber) text(plain string) string {
	return s.inText.ReplaceAllStringFunc(plain, func(found string) string {
		m := s.inText.FindStringSubmatch(found)
		if exceptionName.MatchString(m[1]) {
			return found
		}
		return m[1] + m[2] + filtered
	})
}

// json hides values by their key, at any depth. A document that was cut, or
// that is none, is treated as text.
func (s *Scrubber) json(body []byte) string {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var document any
	if dec.Decode(&document) != nil || dec.More() {
		return s.text(string(body))
	}
	clean, err := json.Marshal(s.value(document))
	if err != nil {
		return s.text(string(body))
	}
	return string(clean)
}

func (s *Scrubber) value(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			if s.denies(key) {
				v[key] = filtered
			} else {
				v[key] = s.value(inner)
			}
		}
	case []any:
		for i, inner := range v {
			v[i] = s.value(inner)
		}
	case string:
		return s.text(v)
	}
	return v
}

// html hides the values of form fields and meta tags, of table rows, which is
// how Django's debug page lists variables, and of what looks like text. The
// part of that page which dumps the request and the settings is left out.
func (s *Scrubber) html(body []byte) string {
	var (
		out     strings.Builder
		z       = html.NewTokenizer(bytes.NewReader(body))
		cell    string // text of the table cell before this one
		inCell  bool
		hideRow bool
	)
	for {
		kind := z.Next()
		raw := string(z.Raw())
		switch kind {
		case html.ErrorToken:
			out.WriteString(s.text(raw)) // a tag that was cut
			return out.String()
		case html.TextToken:
			switch {
			case inCell && hideRow:
				raw = filtered
			case inCell:
				cell += raw
				raw = s.text(raw)
			default:
				raw = s.text(raw)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			switch token.Data {
			case "tr":
				cell, hideRow = "", false
			case "td", "th":
				hideRow = hideRow || s.denies(html.UnescapeString(cell)) && cell != ""
				inCell = true
			}
			if attribute(token, "id") == "requestinfo" {
				skipElement(z, token.Data)
				raw = filtered
			} else if hidden, changed := s.attributes(token); changed {
				raw = hidden
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == "td" || string(name) == "th" {
				inCell = false
			}
		}
		out.WriteString(raw)
	}
}

// attributes hides the value of <input name="csrfmiddlewaretoken" value="…">
// and the content of <meta name="csrf-token" content="…">.
func (s *Scrubber) attributes(token html.Token) (hidden string, changed bool) {
	secret := s.denies(attribute(token, "name")) || attribute(token, "type") == "password"
	for i, attr := range token.Attr {
		switch attr.Key {
		case "value", "content":
			if secret {
				token.Attr[i].Val, changed = filtered, true
			}
		case "href", "src", "action":
			if clean := s.url(attr.Val); clean != attr.Val {
				token.Attr[i].Val, changed = clean, true
			}
		}
	}
	return token.String(), changed
}

func attribute(token html.Token, key string) string {
	for _, attr := range token.Attr {
		if attr.Key == key {
			return attr.Val
		}
	}
	return ""
}

// skipElement reads up to the end of the element that was just opened.
func skipElement(z *html.Tokenizer, name string) {
	for depth := 1; depth > 0; {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken:
			if tag, _ := z.TagName(); string(tag) == name {
				depth++
			}
		case html.EndTagToken:
			if tag, _ := z.TagName(); string(tag) == name {
				depth--
			}
		}
	}
}
