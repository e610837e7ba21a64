// Package sentrytrace makes a request and what Sentry's SDK reports of it behind
// the gateway one trace.
package sentrytrace

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"

	"github.com/getsentry/sentry-go"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// Names of the headers, as net/http writes them.
const (
	sentryTrace = "Sentry-Trace"
	baggage     = "Baggage"
)

// Propagator hands traces on to the SDK behind.
type Propagator struct {
	members string // of the baggage, the same for every trace
}

// New returns a propagator whose traces belong to a project, by the public key of
// its DSN. Release and environment may be empty.
func New(publicKey, release, environment string) *Propagator {
	var members strings.Builder
	for _, m := range [][2]string{{"public_key", publicKey}, {"release", release}, {"environment", environment}} {
		if m[1] != "" {
			members.WriteString(",sentry-" + m[0] + "=" + url.PathEscape(m[1]))
		}
	}
	return &Propagator{members.String()}
}

// Propagate returns the span of a request in its trace, and sees to it that the
// headers of the request name that trace. current is the span that something else
// has begun for the request; it may be invalid.
//
// A client that sends sentry-trace decides, and its headers stay as they are.
// Else the trace is that of current, of traceparent, or a new one, and whether it
// is sampled is left to the SDK behind.
//
// Sentry: develop-docs/sdk/foundations/trace-propagation.
func (p *Propagator) Propagate(h http.Header, current trace.SpanContext) trace.SpanContext {
	if sent, ok := sentry.ParseTraceParentContext([]byte(h.Get(sentryTrace))); ok && trace.TraceID(sent.TraceID).IsValid() {
		return newSpan(trace.TraceID(sent.TraceID))
	}
	if !current.IsValid() {
		current = newSpan(traceOf(h))
	}
	id := current.TraceID().String()
	h[sentryTrace] = []string{id + "-" + current.SpanID().String()}
	h[baggage] = []string{p.baggage(h[baggage], id)}
	return current
}

// maxBaggage is in bytes (W3C Baggage 3.3.2).
const maxBaggage = 8192

// baggage adds a new trace to what others have in the header. Sentry's members
// of a trace that is not there are none of its.
func (p *Propagator) baggage(headers []string, id string) string {
	return joinBaggage(headers, fmt.Sprintf("sentry-trace_id=%s%s,sentry-sample_rand=0.%06d", id, p.members, rand.IntN(1_000_000)))
}

func joinBaggage(headers []string, own string) string {
	if len(headers) == 0 {
		return own
	}
	var others []string
	for member := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		member = strings.TrimSpace(member)
		if member != "" && !strings.HasPrefix(member, "sentry-") {
			others = append(others, member)
		}
	}
	all := strings.Join(append(others, own), ",")
	if len(all) > maxBaggage {
		return own
	}
	return all
}

var noContext = context.Background()

// traceOf returns the trace that the client's traceparent names, or a new one.
func traceOf(h http.Header) trace.TraceID {
	if _, ok := h["Traceparent"]; ok {
		ctx := propagation.TraceContext{}.Extract(noContext, propagation.HeaderCarrier(h))
		if remote := trace.SpanContextFromContext(ctx); remote.IsValid() {
			return remote.TraceID()
		}
	}
	var id trace.TraceID
	fill(id[:])
	return id
}

// newSpan returns a span of the trace, which nobody records here.
func newSpan(id trace.TraceID) trace.SpanContext {
	var span trace.SpanID
	fill(span[:])
	return trace.NewSpanContext(trace.SpanContextConfig{TraceID: id, SpanID: span})
}

// fill makes an id, which must be unique and need not be secret. One of zeros
// only is not valid.
func fill(id []byte) {
	for i := range id {
		id[i] = byte(1 + rand.IntN(255))
	}
}
