package capture

import (
	"cmp"
	"time"

	"github.com/getsentry/sentry-go"

	"github.com/caddy-django/gateway/sentrytrace"
)

// transactionEvent is a transaction as Sentry takes it
// (develop-docs/sdk/foundations/data-model/event-payloads/transaction).
type transactionEvent struct {
	EventID         string                 `json:"event_id"`
	Type            string                 `json:"type"`
	StartTimestamp  time.Time              `json:"start_timestamp"`
	Timestamp       time.Time              `json:"timestamp"`
	Platform        string                 `json:"platform"`
	ServerName      string                 `json:"server_name,omitempty"`
	Release         string                 `json:"release,omitempty"`
	Environment     string                 `json:"environment,omitempty"`
	Transaction     string                 `json:"transaction"`
	TransactionInfo map[string]string      `json:"transaction_info"`
	Request         sentry.Request         `json:"request"`
	User            sentry.User            `json:"user,omitzero"`
	Tags            map[string]string      `json:"tags"`
	Contexts        transactionContexts    `json:"contexts"`
	Measurements    map[string]measurement `json:"measurements"`
	Spans           []span                 `json:"spans,omitempty"`
	Sdk             sentry.SdkInfo         `json:"sdk"`
}

type transactionContexts struct {
	Trace    rootContext        `json:"trace"`
	Response *responseContext   `json:"response,omitempty"`
	Gateway  transactionGateway `json:"gateway"`
}

// rootContext is the span that the transaction itself is.
type rootContext struct {
	TraceID      string `json:"trace_id"`
	SpanID       string `json:"span_id"`
	ParentSpanID string `json:"parent_span_id,omitempty"`
	Op           string `json:"op"`
	Status       string `json:"status"`
	Origin       string `json:"origin"`
}

type transactionGateway struct {
	Type      string `json:"type"`
	Outcome   string `json:"outcome"`
	Cause     string `json:"cause,omitempty"`
	Site      string `json:"site"`
	Upstream  string `json:"upstream,omitempty"`
	Retries   int    `json:"retries"`
	RequestID string `json:"request_id,omitempty"`
}

type measurement struct {
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

// newTransaction assembles the transaction of a sampled exchange.
func newTransaction(f *failure) (Transaction, error) {
	f.makeMask()
	x, opts := &f.x, f.site.opts
	e := transactionEvent{
		EventID:         newEventID(),
		Type:            "transaction",
		StartTimestamp:  x.Start.UTC(),
		Timestamp:       x.Start.Add(x.Duration).UTC(),
		Platform:        "other",
		ServerName:      opts.ServerName,
		Release:         opts.Release,
		Environment:     opts.Environment,
		Transaction:     cmp.Or(x.EventRoute, x.Route),
		TransactionInfo: map[string]string{"source": "route"},
		Request:         requestOf(f),
		User:            userOf(f),
		Tags:            tags(f, kindOf(x, message{})),
		Contexts: transactionContexts{
			Trace: rootContext{
				TraceID: x.Trace.TraceID().String(),
				SpanID:  x.Trace.SpanID().String(),
				Op:      "http.server",
				Status:  spanStatus(x),
				Origin:  origin,
			},
			Gateway: transactionGateway{
				Type:      "gateway",
				Outcome:   x.Outcome.String(),
				Cause:     string(x.Failure.Cause),
				Site:      x.Site,
				Upstream:  x.Failure.Upstream,
				Retries:   x.Failure.Retries,
				RequestID: requestID(f),
			},
		},
		Measurements: map[string]measurement{
			"request_body_size":  {float64(x.RequestBytes), "byte"},
			"response_body_size": {float64(x.ResponseBytes), "byte"},
		},
		Spans: spansOf(x),
		Sdk:   sentry.SdkInfo{Name: SDKName, Version: f.site.rec.version},
	}
	delete(e.Tags, "evidence") // which is of a failure
	if e.Tags["kind"] == "" {
		delete(e.Tags, "kind") // nothing has failed
	}
	if x.Transaction.Parent.IsValid() {
		e.Contexts.Trace.ParentSpanID = x.Transaction.Parent.String()
	}
	if !x.Transaction.HeadersAt.IsZero() {
		e.Contexts.Response = &responseContext{Type: "response", StatusCode: x.Status, BodySize: x.ResponseBytes}
	}
	if x.TimeToHeaders > 0 {
		e.Measurements["time_to_headers"] = measurement{milliseconds(x.TimeToHeaders), "millisecond"}
	}
	f.mask.transaction(&e)
	payload, err := encodeJSON(e)
	t := Transaction{EventID: e.EventID, Payload: payload, Spans: len(e.Spans) + 1}
	t.Trace = describeTrace(f)
	return t, err
}

// describeTrace returns what the envelope says of the trace, nil if that is not enough:
// Relay takes no description without these two.
func describeTrace(f *failure) map[string]string {
	members := sentrytrace.Members(f.x.Transaction.Baggage)
	if members["trace_id"] == "" || members["public_key"] == "" {
		return nil
	}
	for _, name := range sentrytrace.FreeMembers {
		if value, ok := members[name]; ok {
			members[name] = f.site.opts.Scrubber.text(f.mask.text(value))
		}
	}
	return members
}
