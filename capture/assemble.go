package capture

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"github.com/getsentry/sentry-go"
	"github.com/google/uuid"

	"github.com/caddy-django/gateway/evidence"
	"github.com/caddy-django/gateway/exchange"
)

// exceptionTypes name each kind of failure; the value says which.
var exceptionTypes = map[exchange.Outcome]string{
	exchange.GatewayError: "Django did not answer",
	exchange.Truncated:    "Django did not finish its response",
	exchange.Panicked:     "Panic in the gateway",
}

// newEvent assembles the event of a failure and returns it as JSON.
func newEvent(f *failure, g grouping, body page, limit *groupLimit) (id string, payload []byte, err error) {
	f.makeMask()
	x, opts := &f.x, f.site.opts
	scrub := opts.Scrubber
	e := event{
		EventID:         newEventID(),
		Timestamp:       x.Start.Add(x.Duration).UTC(),
		Platform:        "other",
		Level:           sentry.LevelError,
		Logger:          "caddy.django",
		ServerName:      opts.ServerName,
		Release:         opts.Release,
		Environment:     opts.Environment,
		Transaction:     cmp.Or(x.EventRoute, x.Route),
		TransactionInfo: map[string]string{"source": "route"},
		Fingerprint:     g.keys,
		Exception: exceptions{[]sentry.Exception{{
			Type:      exceptionType(x),
			Value:     clip(cmp.Or(sentence(x, g.kind, body.message, f.server), g.title), maxText),
			Mechanism: &sentry.Mechanism{Type: "caddy", Handled: new(false)},
		}}},
		Request:     requestOf(f),
		User:        userOf(f),
		Tags:        tags(f, g.kind),
		Breadcrumbs: breadcrumbsOf(f),
		Contexts: contexts{
			Gateway: gatewayContext{
				Type:                "gateway",
				Outcome:             x.Outcome.String(),
				Cause:               string(x.Failure.Cause),
				Error:               errorText(f, x.Failure.Err),
				Site:                x.Site,
				Upstream:            x.Failure.Upstream,
				Retries:             x.Failure.Retries,
				DurationMs:          milliseconds(x.Duration),
				TimeToHeadersMs:     milliseconds(x.TimeToHeaders),
				RequestID:           requestID(f),
				ErrorID:             clip(x.Failure.ErrorID, maxTag),
				SuppressedSinceLast: limit.suppressed,
				Stack:               clip(string(x.Failure.Stack), maxStack),
			},
		},
		Sdk: sentry.SdkInfo{Name: SDKName, Version: f.site.rec.version},
	}
	if !x.Outcome.Failed() {
		e.Exception.Values[0].Mechanism.Handled = new(true)
		if !x.Logged {
			e.Level = sentry.LevelWarning
		}
	}
	if unreached(x) {
		e.Level = sentry.LevelFatal
		e.Exception.Values[0].Value = limit.outage.describe(causeTitle(x.Failure.Cause, x))
		e.Contexts.Outage = &outageContext{"outage", limit.outage.since.UTC(), limit.outage.failed}
	}
	if x.Failure.ResponseHeader != nil {
		e.Contexts.Response = &responseContext{
			Type:       "response",
			StatusCode: x.Status,
			BodySize:   x.ResponseBytes,
			Headers:    scrub.header(x.Failure.ResponseHeader),
			Data:       body.scrubbed(scrub),
			DataCut:    body.cut,
		}
	}
	if x.Trace.IsValid() {
		e.Contexts.Trace = &traceContext{x.Trace.TraceID().String(), x.Trace.SpanID().String()}
	}
	e.attest(f)
	said := f.said
	if said == nil && x.Outcome == exchange.AppError {
		said = evidence.Read(body.contentType, body.plain, body.cut)
	}
	opts.InApp.Mark(said)
	f.mask.evidence(said)
	e.testify(scrub, said, g.ruled() || f.noise != "")
	if f.noise != "" {
		e.Level = sentry.LevelWarning
		e.Tags["noise"] = string(f.noise)
	}
	if len(x.Failure.RequestBody) > 0 || x.Failure.RequestBodyCut {
		e.Request.Data, e.Contexts.Gateway.RequestBody = scrub.requestBody(x.Failure.RequestBody, x.Failure.RequestBodyCut,
			f.requestHeader.Get("Content-Type"), f.requestHeader.Get("Content-Encoding"))
	}
	f.duplicate.mark(&e)
	f.mask.event(&e)
	payload, err = encodeJSON(e)
	for err == nil && len(payload) > maxEvent && e.shrink() {
		payload, err = encodeJSON(e)
	}
	return e.EventID, payload, err
}

// testify adds what the body or the probe tells of the exception. An event with a
// stack, or of what was logged without one, is grouped by the receiver as one of an
// SDK inside Django, unless a rule has a say.
func (e *event) testify(scrub *Scrubber, said *evidence.Evidence, ruled bool) {
	python := scrub.python(said)
	if python == nil && (said == nil || said.Logged == nil) {
		return
	}
	e.Platform = "python"
	e.Exception.Values = python // nil: the log entry says it, as in the SDK's event
	if !ruled {
		e.Fingerprint = []string{"{{ default }}"}
	}
	e.Tags["evidence"] = string(said.Source)
	if said.View != "" {
		e.Tags["view"] = clip(said.View, maxTag)
	}
	if said.Python != "" && e.Contexts.Runtime == nil {
		e.Contexts.Runtime = &runtimeContext{Type: "runtime", Name: "CPython", Version: said.Python}
	}
	if said.Django != "" {
		if e.Modules == nil {
			e.Modules = make(map[string]string)
		}
		e.Modules["django"] = clip(said.Django, maxTag)
	}
}

// shrink takes from an event that is too large, and reports whether there was
// something to take. The body goes first: control characters take six bytes each
// and are no text, and the exceptions tell what is in a page of Django's.
func (e *event) shrink() bool {
	if r := e.Contexts.Response; r != nil && r.Data != "" {
		r.Data, r.DataCut = "", true
		return true
	}
	if shrink(e.Exception.Values) {
		return true
	}
	switch {
	case e.Request.Data != "":
		e.Request.Data, e.Contexts.Gateway.RequestBody = "", requestCut
	case e.Breadcrumbs != nil:
		e.Breadcrumbs = nil
	case e.Modules != nil:
		e.Modules = nil
	default:
		return false
	}
	return true
}

func exceptionType(x *exchange.Exchange) string {
	switch {
	case x.Logged:
		return "Logged error"
	case x.Slow:
		return "Slow request"
	case x.Repeating:
		return "N+1 queries"
	}
	if name, ok := exceptionTypes[x.Outcome]; ok {
		return name
	}
	return fmt.Sprintf("HTTP %d %s", x.Status, http.StatusText(x.Status))
}

// tags are what a receiver can search by. The operator's own win.
func tags(f *failure, kind Kind) map[string]string {
	x := &f.x
	all := map[string]string{
		"kind":        string(kind),
		"http.route":  x.Route,
		"http.method": exchange.MethodLabel(x.Method),
		"http.status": fmt.Sprint(x.Status),
		"site":        x.Site,
		"evidence":    "response",
	}
	if x.Failure.ResponseHeader == nil {
		all["evidence"] = "gateway"
	}
	if f.bot {
		all["client"] = "bot"
	}
	for name, value := range map[string]string{
		"cause":      string(x.Failure.Cause),
		"upstream":   x.Failure.Upstream,
		"error_id":   x.Failure.ErrorID,
		"request_id": requestID(f),
	} {
		if value != "" {
			all[name] = clip(value, maxTag)
		}
	}
	for name, value := range x.Failure.Tags {
		all[name] = clip(f.site.opts.Scrubber.tag(f.mask.text(value)), maxTag)
	}
	return all
}

func errorText(f *failure, err error) string {
	if err == nil {
		return ""
	}
	return clip(f.site.opts.Scrubber.text(f.mask.text(err.Error())), maxText)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// newEventID makes a UUID without dashes, as Sentry wants it.
func newEventID() string {
	id := uuid.New()
	return hex.EncodeToString(id[:])
}
