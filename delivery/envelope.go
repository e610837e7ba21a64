package delivery

import (
	"bytes"
	"encoding/json"
	"io"
	"sync"
	"time"

	"github.com/caddy-django/gateway/store"
	"github.com/klauspost/compress/gzip"
)

// sdk names the sender of an envelope.
type sdk struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// envelopeHeader leaves out the DSN, which holds the key; that goes in a request header.
type envelopeHeader struct {
	EventID string `json:"event_id"`
	SentAt  string `json:"sent_at"`
	SDK     sdk    `json:"sdk"`
}

type itemHeader struct {
	Type        string `json:"type"`
	ContentType string `json:"content_type"`
	Length      int    `json:"length"` // bytes

	FileName       string `json:"filename,omitempty"`
	AttachmentType string `json:"attachment_type,omitempty"`
}

// sentAtLayout is RFC 3339 in UTC with milliseconds.
const sentAtLayout = "2006-01-02T15:04:05.000Z"

// writeEnvelope writes an event as an envelope, with what else the receiver is told as a second item, unless it is nil.
// sentAt must be the time of this attempt: Relay shifts all times of an event whose envelope seems to have been under way
// for 55 minutes or more (Relay: ClockDriftProcessor).
//
// Sentry: develop-docs/sdk/foundations/transport/envelopes.
func writeEnvelope(w io.Writer, d store.Delivery, report []byte, by sdk, sentAt time.Time) error {
	if err := writeHeader(w, d, by, sentAt); err != nil {
		return err
	}
	if err := writeItem(w, itemHeader{Type: "event", ContentType: "application/json"}, d.Payload); err != nil || report == nil {
		return err
	}
	return writeItem(w, itemHeader{Type: "client_report", ContentType: "application/json"}, report)
}

// writeAttachment writes the attachment of an event as an envelope of its own, which tells by its event id where it belongs.
func writeAttachment(w io.Writer, d store.Delivery, by sdk, sentAt time.Time) error {
	if err := writeHeader(w, d, by, sentAt); err != nil {
		return err
	}
	return writeItem(w, itemHeader{
		Type:           "attachment",
		ContentType:    d.Attachment.ContentType,
		FileName:       d.Attachment.Name,
		AttachmentType: "event.attachment",
	}, d.Attachment.Data)
}

func writeHeader(w io.Writer, d store.Delivery, by sdk, sentAt time.Time) error {
	return json.NewEncoder(w).Encode(envelopeHeader{d.EventID, sentAt.UTC().Format(sentAtLayout), by})
}

func writeItem(w io.Writer, header itemHeader, payload []byte) error {
	header.Length = len(payload)
	if err := json.NewEncoder(w).Encode(header); err != nil {
		return err
	}
	if _, err := w.Write(payload); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// compressors are reused because each holds hundreds of kilobytes.
var compressors = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// compressed returns an envelope as the gzip body of a request.
func compressed(write func(io.Writer) error) (*bytes.Buffer, error) {
	body := new(bytes.Buffer)
	zw := compressors.Get().(*gzip.Writer)
	defer compressors.Put(zw)
	zw.Reset(body)
	if err := write(zw); err != nil {
		return nil, err
	}
	return body, zw.Close()
}
