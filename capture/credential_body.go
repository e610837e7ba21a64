package capture

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
)

// body reads the fields of the request's body, as far as it was captured.
func (c *credentialSet) body(f *failure) {
	body := f.x.Failure.RequestBody
	if len(body) == 0 {
		return
	}
	plain, _, err := decode(body, f.requestHeader.Get("Content-Encoding"), MaxRequestBody)
	if err != nil {
		return
	}
	media, params, _ := mime.ParseMediaType(f.requestHeader.Get("Content-Type"))
	switch {
	case media == "application/x-www-form-urlencoded":
		c.query(string(plain))
	case media == "multipart/form-data":
		c.multipart(plain, params["boundary"])
	case isJSON(media):
		c.json(plain)
	}
}

// maxField is in bytes: what is longer is a text.
const maxField = 4 << 10

func (c *credentialSet) multipart(plain []byte, boundary string) {
	reader := multipart.NewReader(bytes.NewReader(plain), boundary)
	for range maxParts {
		p, err := reader.NextRawPart()
		if err != nil {
			return
		}
		if name := p.FormName(); p.FileName() == "" && c.scrub.denies(name) {
			value, _ := io.ReadAll(io.LimitReader(p, maxField))
			c.add(string(value), certaintyOf(name))
		}
	}
}

// container is an object or a list on the way through a JSON document.
type container struct {
	object bool
	key    string // whose value comes next; empty: a key comes next
	denied string // the name around that is hidden; empty: none

	// Of an object of a name and a value.
	name, value string
}

// maxContainers is how deep a document is read.
const maxContainers = 64

// json reads a document as far as there is one: it may have been cut.
func (c *credentialSet) json(plain []byte) {
	dec := json.NewDecoder(bytes.NewReader(plain))
	dec.UseNumber()
	within := []container{{}}
	for {
		token, err := dec.Token()
		if err != nil {
			return
		}
		top := &within[len(within)-1]
		if name, isText := token.(string); isText && top.object && top.key == "" {
			top.key = name + " " // which is never empty
			continue
		}
		denied := top.denied
		if top.object && c.scrub.denies(top.key) {
			denied = top.key
		}
		switch v := token.(type) {
		case json.Delim:
			if v == '}' || v == ']' {
				c.named(top)
				if within = within[:len(within)-1]; len(within) == 0 {
					return
				}
				within[len(within)-1].key = ""
				continue
			}
			if len(within) == maxContainers {
				return
			}
			within = append(within, container{object: v == '{', denied: denied})
			continue
		case string:
			top.note(v)
			c.field(denied, v)
		case json.Number:
			top.note(v.String())
			c.field(denied, v.String())
		}
		top.key = ""
	}
}

func (c *credentialSet) field(name, value string) {
	if name != "" && len(value) <= maxField {
		c.add(value, certaintyOf(name))
	}
}

// note keeps what names an object, and its value.
func (in *container) note(value string) {
	switch fold(in.key) {
	case "name", "key", "field", "id", "label":
		in.name = value
	case "value", "val", "data", "content":
		in.value = value
	}
}

// named reads {"name": "password", "value": "…"}.
func (c *credentialSet) named(in *container) {
	if in.object && in.denied == "" && len(in.name) <= maxCellName && c.scrub.denies(in.name) {
		c.field(in.name, in.value)
	}
}
