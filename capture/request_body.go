package capture

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"unicode/utf8"
)

// MaxRequestBody bounds how much of a request's body an event holds, in bytes:
// beside it the page that answered must find room.
const MaxRequestBody = 64 << 10

// What an event says of the body of a request.
const (
	requestWhole   = "whole"
	requestCut     = "cut"
	requestInvalid = "invalid"
	requestOther   = "other type"
)

// requestBody returns what may be kept of the body of a failed request, and how
// it was. Only what names its values can be scrubbed by name: JSON, whole, since
// half a document does not tell what its values are, and form fields, up to the
// last whole one. Of files there are names and sizes alone.
func (s *Scrubber) requestBody(body []byte, cut bool, contentType, coding string) (data, state string) {
	plain, more, err := decode(body, coding, MaxRequestBody)
	cut = cut || more
	media, params, _ := mime.ParseMediaType(contentType)
	state = requestWhole
	if cut {
		state = requestCut
	}
	switch {
	case err != nil:
		return "", requestInvalid
	case media == "multipart/form-data":
		return s.multipart(plain, params["boundary"], state)
	case media == "application/x-www-form-urlencoded":
		return s.form(plain, state)
	case !isJSON(media):
		return "", requestOther
	case cut:
		return "", state
	case !json.Valid(plain):
		return "", requestInvalid
	}
	return s.json(plain), state
}

// form keeps the whole fields of a form.
func (s *Scrubber) form(plain []byte, state string) (data, _ string) {
	if !utf8.Valid(plain) {
		return "", requestInvalid
	}
	fields := string(plain)
	if state == requestCut {
		fields = fields[:max(strings.LastIndexByte(fields, '&'), 0)]
	}
	return s.query(fields), state
}

// part is what is told of a part of a multipart form: not what is in it.
type part struct {
	Name        string `json:"name"`
	FileName    string `json:"filename,omitempty"`
	ContentType string `json:"content_type,omitempty"`
	Size        int64  `json:"size"`
}

// maxParts is more than Django takes of files (DATA_UPLOAD_MAX_NUMBER_FILES).
const maxParts = 128

func (s *Scrubber) multipart(plain []byte, boundary, state string) (data, _ string) {
	reader := multipart.NewReader(bytes.NewReader(plain), boundary)
	var parts []part
	for len(parts) < maxParts {
		p, err := reader.NextRawPart()
		if err == io.EOF {
			break
		}
		if err == nil {
			var size int64
			size, err = io.Copy(io.Discard, p)
			if err == nil {
				parts = append(parts, s.part(p, size))
				continue
			}
		}
		if state == requestWhole {
			state = requestInvalid
		}
		break
	}
	if len(parts) == 0 {
		return "", state
	}
	list, err := encodeJSON(parts)
	if err != nil {
		return "", requestInvalid
	}
	return string(list), state
}

func (s *Scrubber) part(p *multipart.Part, size int64) part {
	return part{
		Name:        clip(s.text(p.FormName()), maxTag),
		FileName:    clip(s.text(p.FileName()), maxTag),
		ContentType: clip(s.text(p.Header.Get("Content-Type")), maxTag),
		Size:        size,
	}
}
