package sentrytrace

import (
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/getsentry/sentry-go"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// Incoming is what a request says of its trace, and whether that is sampled.
//
// A client's decision stands: a trace is sampled as a whole or not at all. Without
// one the random number of the trace decides, which all who take part in it know.
//
// Sentry: develop-docs/sdk/telemetry/traces.
type Incoming struct {
	TraceID trace.TraceID // not valid if the request names none
	Parent  trace.SpanID  // of the client
	Decided bool          // by the client, or by Sample
	Sampled bool
	Rate    float64 // by which it was decided; 1 or 0 if the client did

	random     float64           // in [0, 1)
	current    trace.SpanContext // that something else has begun for the request
	fromSentry bool              // the client sent sentry-trace: its baggage is that of the trace
}

// Read reads the headers of a request. current is the span that something else
// has begun for it; it may be invalid. Whether that one is sampled is for those
// who have begun it: it says nothing here.
func Read(h http.Header, current trace.SpanContext) Incoming {
	in := Incoming{current: current}
	if _, ok := h[sentryTrace]; ok && in.readSentry(h) {
		return in
	}
	in.random = float64(rand.IntN(1_000_000)) / 1_000_000
	if current.IsValid() {
		in.TraceID = current.TraceID()
		return in
	}
	if _, ok := h["Traceparent"]; ok {
		in.readW3C(h)
	}
	return in
}

func (in *Incoming) readSentry(h http.Header) bool {
	sent, ok := sentry.ParseTraceParentContext([]byte(h.Get(sentryTrace)))
	if !ok || !trace.TraceID(sent.TraceID).IsValid() {
		return false
	}
	in.fromSentry = true
	in.TraceID, in.Parent = trace.TraceID(sent.TraceID), trace.SpanID(sent.ParentSpanID)
	if sent.Sampled != sentry.SampledUndefined {
		in.decide(sent.Sampled == sentry.SampledTrue)
	}
	var err error
	if in.random, err = strconv.ParseFloat(Members(sentryMembers(h))["sample_rand"], 64); err != nil || !(in.random >= 0 && in.random < 1) {
		in.random = float64(rand.IntN(1_000_000)) / 1_000_000
	}
	return true
}

func (in *Incoming) readW3C(h http.Header) {
	ctx := propagation.TraceContext{}.Extract(noContext, propagation.HeaderCarrier(h))
	if remote := trace.SpanContextFromContext(ctx); remote.IsValid() {
		in.TraceID, in.Parent = remote.TraceID(), remote.SpanID()
		in.decide(remote.IsSampled())
	}
}

func (in *Incoming) decide(sampled bool) {
	in.Decided, in.Sampled = true, sampled
	if sampled {
		in.Rate = 1
	}
}

// Sample decides by a rate from 0 to 1, unless the client has.
func (in *Incoming) Sample(rate float64) {
	if !in.Decided {
		in.Decided, in.Rate = true, rate
		in.Sampled = in.random < rate
	}
}

// Begin returns the span of the request: that of somebody else if there is one,
// or a new one in the client's trace or in one of its own.
func (in *Incoming) Begin() trace.SpanContext {
	if in.current.IsValid() && in.current.TraceID() == in.TraceID {
		return in.current
	}
	if !in.TraceID.IsValid() {
		fill(in.TraceID[:])
	}
	return newSpan(in.TraceID)
}

// NewSpanID returns the id of another span.
func NewSpanID() (id trace.SpanID) {
	fill(id[:])
	return id
}

// Describe returns Sentry's members of the baggage of a trace. Those of a client
// who has begun it are final. transaction is the name of what begins the trace
// here; it may be empty.
//
// Sentry: develop-docs/sdk/foundations/trace-propagation/dynamic-sampling-context.
func (p *Propagator) Describe(h http.Header, in *Incoming, transaction string) string {
	if in.fromSentry {
		if members := sentryMembers(h); len(members) <= maxBaggage {
			return members
		}
		return ""
	}
	var b strings.Builder
	b.WriteString("sentry-trace_id=" + in.TraceID.String() + p.members)
	b.WriteString(",sentry-sample_rand=" + strconv.FormatFloat(in.random, 'f', 6, 64))
	b.WriteString(",sentry-sample_rate=" + strconv.FormatFloat(in.Rate, 'f', -1, 64))
	b.WriteString(",sentry-sampled=" + strconv.FormatBool(in.Sampled))
	if transaction != "" {
		b.WriteString(",sentry-transaction=" + url.PathEscape(transaction))
	}
	return b.String()
}

// HandOn has the SDK behind continue the trace, as sampled or not. parent is what
// its span is to be a part of, and members are those that Describe has returned.
func (in *Incoming) HandOn(h http.Header, parent trace.SpanID, members string) {
	flag := "-0"
	if in.Sampled {
		flag = "-1"
	}
	h[sentryTrace] = []string{in.TraceID.String() + "-" + parent.String() + flag}
	if !in.fromSentry {
		h[baggage] = []string{joinBaggage(h[baggage], members)}
	}
}

// sentryMembers returns Sentry's members of the baggage of a request, as they are.
func sentryMembers(h http.Header) string {
	var own []string
	for _, header := range h[baggage] {
		for member := range strings.SplitSeq(header, ",") {
			if member = strings.TrimSpace(member); strings.HasPrefix(member, "sentry-") {
				own = append(own, member)
			}
		}
	}
	return strings.Join(own, ",")
}
