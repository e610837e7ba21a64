package delivery

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode"
)

// verdict is what an attempt to deliver an event came to.
type verdict int

const (
	failed    verdict = iota // not answered for good: try again
	delivered                // the receiver has it
	refused                  // the receiver will never take it
	followed                 // the receiver has the event since before, and of its attachment no more is to be told
)

// outcome is a verdict with what the receiver said about it.
type outcome struct {
	verdict verdict
	reason  string        // one line; empty if delivered
	pause   time.Duration // send nothing for this long, whatever the verdict
	status  int           // of the answer; 0 if there was none
	noFiles time.Duration // send no attachments for this long

	fileOnly bool // only the attachment is to be tried again: other events need not wait
	arrived  bool // and the event has been delivered just now
}

// maxReasonBytes bounds what is kept of a receiver's explanation.
const maxReasonBytes = 200

// judge tells from an answer what became of the event.
//
// Sentry's own clients give up on a 5xx; nothing is lost by trying again when the queue is durable.
func judge(status int, header http.Header, body []byte, now time.Time) outcome {
	o := outcome{verdict: refused, pause: requestedPause(status, header, now)}
	accepted := status >= 200 && status < 300
	switch {
	case accepted && !isReceipt(body):
		// Whoever that is, a portal, a login page or another service where the receiver should be: it has not kept the event.
		o.verdict = failed
		o.reason = fmt.Sprintf("HTTP %d, but not from Sentry", status)
	case accepted, status == http.StatusBadRequest && isRepetition(body):
		o.verdict = delivered
		return o
	case status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, status >= 500:
		o.verdict = failed
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusNotFound:
		// That is said of the key or the project, not of the event: it can go when the DSN is right.
		o.verdict = failed
	}
	if o.reason == "" {
		o.reason = fmt.Sprintf("HTTP %d", status)
	}
	if said := explanation(header, body); said != "" {
		o.reason += ": " + said
	}
	return o
}

// isRepetition recognizes how Bugsink answers an event that it has already.
func isRepetition(body []byte) bool {
	return bytes.Contains(bytes.ToLower(body), []byte("event already exists"))
}

// isReceipt reports whether the body of a successful response can be that of a receiver: a JSON object (Sentry, Relay, GlitchTip
// and Bugsink answer with {"id": "…"}), nothing (Bugsink, for an envelope without an event), or OK. A JSON object that broke off counts:
// sending the event again would deliver it twice.
func isReceipt(body []byte) bool {
	body = bytes.TrimSpace(body)
	if len(body) == 0 || bytes.EqualFold(body, []byte("ok")) {
		return true
	}
	var object map[string]json.RawMessage
	err := json.NewDecoder(bytes.NewReader(body)).Decode(&object)
	return object != nil || body[0] == '{' && errors.Is(err, io.ErrUnexpectedEOF)
}

// explanation returns on one line how the receiver explains its answer.
func explanation(header http.Header, body []byte) string {
	said := header.Get("X-Sentry-Error")
	if said == "" {
		said = string(body[:min(len(body), maxReasonBytes)])
	}
	said = said[:min(len(said), maxReasonBytes)]
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(said, ""), func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
}
