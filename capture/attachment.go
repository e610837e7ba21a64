package capture

import (
	"encoding/json"

	"github.com/caddy-django/gateway/store"
)

// attachments are what a body is attached as, by its format.
var attachments = map[format]store.Attachment{
	formatText: {Name: "response.txt", ContentType: "text/plain; charset=utf-8"},
	formatForm: {Name: "response.txt", ContentType: "text/plain; charset=utf-8"},
	formatHTML: {Name: "response.html", ContentType: "text/html; charset=utf-8"},
	formatJSON: {Name: "response.json", ContentType: "application/json"},
}

// attachment returns what is kept of the page as a file that follows the event, nil
// if that is nothing or if nobody wants it.
func (s *Site) attachment(p page) *store.Attachment {
	if !s.opts.AttachBody || s.opts.Destination == "" {
		return nil
	}
	text := p.scrubbed(s.opts.Scrubber)
	if text == "" {
		return nil
	}
	a := attachments[p.format]
	if p.format == formatJSON && !json.Valid([]byte(text)) {
		a = attachments[formatText] // half a document is none
	}
	a.Data = []byte(text)
	return &a
}
