package capture

import (
	"fmt"
	"net/http"
	"regexp"

	"github.com/caddy-django/gateway/evidence"
	"github.com/caddy-django/gateway/exchange"
)

// SDKDuplicates is what becomes of failures that Sentry's SDK inside Django has
// reported itself.
type SDKDuplicates string

const (
	KeepDuplicates SDKDuplicates = ""     // nobody has said that there is an SDK
	MarkDuplicates SDKDuplicates = "mark" // their events say so
	DropDuplicates SDKDuplicates = "drop" // they make no events
)

// Validate refuses other values.
func (d SDKDuplicates) Validate() error {
	switch d {
	case KeepDuplicates, MarkDuplicates, DropDuplicates:
		return nil
	}
	return fmt.Errorf("sdk_duplicates %q is unknown: use mark or drop", string(d))
}

// duplicate is a failure that the SDK has reported, too.
type duplicate struct {
	eventID string // of the SDK's event; empty if the response does not tell
}

// duplicateOf returns nil if nothing shows that the SDK has reported the failure.
//
// It reports what a view raises and does not catch, which Django answers with a
// page of its own, and tells the id of its event where the project passes it on.
// It is blind to whatever is not Django's answer, and to views that answer with a
// failure themselves.
func duplicateOf(f *failure, body page) *duplicate {
	x := &f.x
	if f.said != nil { // it reports what is logged with a traceback, too
		return &duplicate{sdkEventID(x.Failure.ResponseHeader, body.plain)}
	}
	if x.Outcome != exchange.AppError {
		return nil
	}
	if id := sdkEventID(x.Failure.ResponseHeader, body.plain); id != "" {
		return &duplicate{id}
	}
	switch body.source {
	case evidence.DebugPage, evidence.DebugText:
		return new(duplicate)
	case evidence.Django:
		if x.Status == http.StatusInternalServerError {
			return new(duplicate)
		}
	}
	return nil
}

// sdkEventHeaders are where projects put the id of the SDK's event.
var sdkEventHeaders = []string{"X-Sentry-Id", "Sentry-Event-Id"}

var (
	sdkEvent = regexp.MustCompile(`^[0-9a-fA-F]{32}$`)
	// reportDialog is Sentry's form for visitors, as its documentation has it in
	// pages of errors.
	reportDialog = regexp.MustCompile(`showReportDialog\(\s*\{[^{}]{0,500}?\beventId["']?\s*:\s*["']([0-9a-fA-F]{32})["']`)
)

func sdkEventID(h http.Header, body []byte) string {
	for _, name := range sdkEventHeaders {
		if id := h.Get(name); sdkEvent.MatchString(id) {
			return id
		}
	}
	if m := reportDialog.FindSubmatch(body); m != nil {
		return string(m[1])
	}
	return ""
}

// sdkEventContext is the event that the SDK has made of the same failure.
type sdkEventContext struct {
	Type    string `json:"type"`
	EventID string `json:"event_id"`
}

// mark says that the event is one of two.
func (d *duplicate) mark(e *event) {
	if d == nil {
		return
	}
	e.Tags["sdk_duplicate"] = "yes"
	if d.eventID != "" {
		e.Contexts.SDKEvent = &sdkEventContext{"sdk_event", d.eventID}
	}
}
