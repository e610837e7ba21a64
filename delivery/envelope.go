package delivery

import (
	"bytes"
	"cmp"
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
	// Trace describes the trace of a transaction to the receiver
	// (develop-docs/sdk/foundations/trace-propagation/dynamic-sampling-context).
	Trace map[string]string `json:"trace,omitempty"`
}

// item is what an envelope is for.
type item struct {
	kind    string // "event", "transaction" or "attachment"
	eventID string
	payload []byte
	trace   map[string]string

	contentType string // of the payload; empty is JSON
	fileName    string // of an attachment
}

func eventItem(d store.Delivery) item {
	return item{kind: "event", eventID: d.EventID, payload: d.Payload}
}

// attachmentItem is the attachment of an event, which tells by its event id where it belongs. It goes in an envelope of its own.
func attachmentItem(d store.Delivery) item {
	a := d.Attachment
	return item{kind: "attachment", eventID: d.EventID, payload: a.Data, contentType: a.ContentType, fileName: a.Name}
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

// writeEnvelope writes an item as an envelope, with what else the receiver is told as a second item, unless it is nil.
// sentAt must be the time of this attempt: Relay shifts all times of an event whose envelope seems to have been under way
// for 55 minutes or more (Relay: ClockDriftProcessor).
//
// Sentry: develop-docs/sdk/foundations/transport/envelopes.
func writeEnvelope(w io.Writer, it item, report []byte, by sdk, sentAt time.Time) error {
	if err := json.NewEncoder(w).Encode(envelopeHeader{it.eventID, sentAt.UTC().Format(sentAtLayout), by, it.trace}); err != nil {
		return err
	}
	if err := writeItem(w, it); err != nil || report == nil {
		return err
	}
	return writeItem(w, item{kind: "client_report", payload: report})
}

func writeItem(w io.Writer, it item) error {
	header := itemHeader{Type: it.kind, ContentType: cmp.Or(it.contentType, "application/json"), Length: len(it.payload), FileName: it.fileName}
	if it.kind == "attachment" {
		header.AttachmentType = "event.attachment"
	}
	if err := json.NewEncoder(w).Encode(header); err != nil {
		return err
	}
	if _, err := w.Write(it.payload); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// compressors are reused because each holds hundreds of kilobytes.
var compressors = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// compressedEnvelope returns an envelope as the gzip body of a request.
func compressedEnvelope(it item, report []byte, by sdk, sentAt time.Time) (*bytes.Buffer, error) {
	body := new(bytes.Buffer)
	zw := compressors.Get().(*gzip.Writer)
	defer compressors.Put(zw)
	zw.Reset(body)
	if err := writeEnvelope(zw, it, report, by, sentAt); err != nil {
		return nil, err
	}
	return body, zw.Close()
}
