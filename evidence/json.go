package evidence

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// messageKeys hold the message in the errors of Django REST framework, Django Ninja, GraphQL and problem details
// (RFC 9457), the most telling first.
var messageKeys = []string{"detail", "message", "error", "title", "msg", "errors", "code", "type"}

// maxDepth is how deep in a JSON document the message is looked for.
const maxDepth = 4

// maxNesting is how deep in a document anything is read at all.
const maxNesting = 256

// rank orders the strings of a document by the keys that lead to them. Zero, which no key has, ends it.
type rank [maxDepth]int

// jsonError is a document on its way through the decoder.
type jsonError struct {
	path []jsonLevel

	message string
	rank    rank

	title, detail, code, kind string // of the object that the message is in, as far as they are strings or numbers
	exceptions                []Exception
}

// jsonLevel is an object or a list that is open.
type jsonLevel struct {
	object bool
	isKey  bool   // what comes next is a key
	key    string // of the value that comes next
	index  int    // of the element that comes next
}

// readJSON reads what there is of a document: one that is cut, or wrong, may have said enough before.
func readJSON(media string, body []byte) *Evidence {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	j := &jsonError{}
	for {
		token, err := d.Token()
		if err != nil || len(j.path) > maxNesting {
			return j.evidence(media)
		}
		j.read(token)
	}
}

func (j *jsonError) read(token json.Token) {
	switch token {
	case json.Delim('{'):
		j.path = append(j.path, jsonLevel{object: true, isKey: true})
	case json.Delim('['):
		j.path = append(j.path, jsonLevel{})
	case json.Delim('}'), json.Delim(']'):
		j.path = j.path[:len(j.path)-1]
		j.endValue()
	default:
		if top := j.top(); top != nil && top.isKey {
			top.key, top.isKey = token.(string), false
			return
		}
		switch v := token.(type) {
		case string:
			j.value(v)
		case json.Number:
			j.field(v.String())
		}
		j.endValue()
	}
}

func (j *jsonError) top() *jsonLevel {
	if len(j.path) == 0 {
		return nil
	}
	return &j.path[len(j.path)-1]
}

func (j *jsonError) endValue() {
	if top := j.top(); top != nil {
		top.index++
		top.isKey = top.object
	}
}

// value takes a string.
func (j *jsonError) value(s string) {
	if s == "" || len(j.path) > maxDepth {
		return
	}
	if j.exceptions == nil && strings.Contains(s, tracebackHeader) {
		j.exceptions = readTraceback(s)
		return
	}
	j.field(s)
	if r, ok := j.rankOf(); ok && (j.message == "" || slices.Compare(r[:], j.rank[:]) < 0) {
		j.message, j.rank = s, r
	}
}

// rankOf returns the rank of the value that comes next. Of a list only the first element counts.
func (j *jsonError) rankOf() (r rank, ok bool) {
	for i, level := range j.path {
		if !level.object {
			if level.index > 0 {
				return r, false
			}
			continue
		}
		n := slices.Index(messageKeys, level.key)
		if n < 0 && i > 0 && j.path[i-1].key == "errors" {
			n = len(messageKeys) // the name of a field
		}
		if n < 0 {
			return r, false
		}
		r[i] = n + 1
	}
	return r, true
}

// field takes what the document, or the error in it, has beside the message.
func (j *jsonError) field(s string) {
	inError := len(j.path) == 2 && j.path[0].key == "error"
	if len(j.path) != 1 && !inError {
		return
	}
	switch j.top().key {
	case "title":
		j.title = s
	case "detail":
		j.detail = s
	case "code":
		j.code = s
	case "type":
		j.kind = s
	}
}

func (j *jsonError) evidence(media string) *Evidence {
	e := &Evidence{Source: JSON, Exceptions: j.exceptions, Message: j.message, Code: j.code}
	if media == "application/problem+json" {
		e.Source = Problem
	}
	// RFC 9457 3.1: the title is of the kind of problem, the detail is of this occurrence.
	if j.title != "" && j.detail == j.message {
		e.Message, e.Detail = j.title, j.detail
	}
	if e.Code == "" && j.kind != "about:blank" && j.kind != e.Message {
		e.Code = j.kind
	}
	e.Message, e.Detail, e.Code = clip(e.Message, maxText), clip(e.Detail, maxText), clip(e.Code, maxLine)
	return e
}
