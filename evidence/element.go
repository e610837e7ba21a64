package evidence

import "golang.org/x/net/html"

// text is the text of the element that is being read.
type text struct {
	escaped []byte
}

// maxElement is in bytes, of the text of an element.
const maxElement = 512 << 10

func (t *text) add(raw []byte) {
	t.escaped = append(t.escaped, raw[:min(len(raw), maxElement-len(t.escaped))]...)
}

func (t *text) reset() { t.escaped = t.escaped[:0] }

func (t *text) String() string { return html.UnescapeString(string(t.escaped)) }

// cut returns at most n bytes of it.
func (t *text) cut(n int) string { return cut(t.String(), n) }

// attributes returns what tells the elements of Django's debug page apart. It holds until the next token.
func attributes(z *html.Tokenizer, more bool) (class, id []byte) {
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "class":
			class = value
		case "id":
			id = value
		}
	}
	return class, id
}
