package sentrytrace

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/trace"
)

func TestWhoDecidesOnSampling(t *testing.T) {
	const w3c = "00-" + someTrace + "-" + someSpan
	traceID, _ := trace.TraceIDFromHex(someTrace)
	spanID, _ := trace.SpanIDFromHex(someSpan)
	begun := trace.NewSpanContext(trace.SpanContextConfig{TraceID: traceID, SpanID: spanID, TraceFlags: trace.FlagsSampled})
	random := func(rand string) http.Header {
		return http.Header{"Sentry-Trace": {someTrace + "-" + someSpan}, "Baggage": {"a=b,sentry-sample_rand=" + rand}}
	}
	for _, c := range []struct {
		name    string
		header  http.Header
		current trace.SpanContext
		rate    float64
		sampled bool
		decided float64 // the rate that it is told to be by
		parent  bool
	}{
		{"the rate, for a new trace", nil, trace.SpanContext{}, 1, true, 1, false},
		{"the rate of 0", nil, trace.SpanContext{}, 0, false, 0, false},
		{"a client that samples", http.Header{"Sentry-Trace": {someTrace + "-" + someSpan + "-1"}}, trace.SpanContext{}, 0, true, 1, true},
		{"a client that does not", http.Header{"Sentry-Trace": {someTrace + "-" + someSpan + "-0"}}, trace.SpanContext{}, 1, false, 0, true},
		{"the random number of the client's trace, below the rate", random("0.199999"), trace.SpanContext{}, 0.2, true, 0.2, true},
		{"the random number of the client's trace, at the rate", random("0.2"), trace.SpanContext{}, 0.2, false, 0.2, true},
		{"chance, where that is no number", random("NaN"), trace.SpanContext{}, 1, true, 1, true},
		{"chance, where that is no fraction", random("1.5"), trace.SpanContext{}, 1, true, 1, true},
		{"traceparent that is sampled", http.Header{"Traceparent": {w3c + "-01"}}, trace.SpanContext{}, 0, true, 1, true},
		{"traceparent that is not", http.Header{"Traceparent": {w3c + "-00"}}, trace.SpanContext{}, 1, false, 0, true},
		{"the rate, where the span is OpenTelemetry's of Caddy itself", http.Header{"Traceparent": {w3c + "-01"}}, begun, 0, false, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := Read(c.header, c.current)
			in.Sample(c.rate)
			if in.Sampled != c.sampled || in.Rate != c.decided || in.Parent.IsValid() != c.parent {
				t.Errorf("sampled %v by %v with the parent %v", in.Sampled, in.Rate, in.Parent)
			}
			span := in.Begin()
			if !span.IsValid() || span.SpanID() == in.Parent || (c.header != nil) != (span.TraceID() == traceID) {
				t.Errorf("the span is %v of %v", span.SpanID(), span.TraceID())
			}
		})
	}
}

func TestARateIsThatOfTraces(t *testing.T) {
	sampled := 0
	for range 10_000 {
		in := Read(nil, trace.SpanContext{})
		if in.Sample(0.2); in.Sampled {
			sampled++
		}
	}
	if sampled < 1800 || sampled > 2200 {
		t.Errorf("%d of 10,000 with a rate of 0.2", sampled)
	}
}

func TestADecisionIsHandedOn(t *testing.T) {
	p := New("key", "shop@1.4.2", "production")
	parent := trace.SpanID{1, 2, 3, 4, 5, 6, 7, 8}
	h := http.Header{"Baggage": {"tenant=7,sentry-trace_id=old"}}
	in := Read(h, trace.SpanContext{})
	in.Sample(1)
	span := in.Begin()
	in.HandOn(h, parent, p.Describe(h, &in, "/users/<int:pk>/"))
	if want := span.TraceID().String() + "-0102030405060708-1"; h.Get("sentry-trace") != want {
		t.Errorf("sentry-trace is %q, want %q", h.Get("sentry-trace"), want)
	}
	want := `^tenant=7,sentry-trace_id=` + span.TraceID().String() + `,sentry-public_key=key,sentry-release=shop@1\.4\.2,sentry-environment=production,` +
		`sentry-sample_rand=0\.\d{6},sentry-sample_rate=1,sentry-sampled=true,sentry-transaction=%2Fusers%2F%3Cint:pk%3E%2F$`
	if !regexp.MustCompile(want).MatchString(h.Get("baggage")) {
		t.Errorf("baggage is %q", h.Get("baggage"))
	}
	if said := Members(p.Describe(h, &in, "/users/<int:pk>/")); said["transaction"] != "/users/<int:pk>/" || said["sampled"] != "true" || len(said) != 8 {
		t.Errorf("the trace is described as %v", said)
	}

	in = Read(nil, trace.SpanContext{})
	in.Sample(0)
	in.Begin()
	h = make(http.Header)
	in.HandOn(h, parent, p.Describe(h, &in, ""))
	if !strings.HasSuffix(h.Get("sentry-trace"), "-0") || !strings.HasSuffix(h.Get("baggage"), ",sentry-sample_rate=0,sentry-sampled=false") {
		t.Errorf("what is not sampled is handed on as %v", h)
	}
}

func TestTheBaggageOfAClientsTraceIsFinal(t *testing.T) {
	h := http.Header{"Sentry-Trace": {someTrace + "-" + someSpan + "-1"}, "Baggage": {"a=b, sentry-trace_id=" + someTrace, "sentry-public_key=theirs"}}
	in := Read(h, trace.SpanContext{})
	in.Sample(0)
	described := New("key", "", "").Describe(h, &in, "/")
	if want := "sentry-trace_id=" + someTrace + ",sentry-public_key=theirs"; described != want {
		t.Errorf("the trace is described as %q, want %q", described, want)
	}
	long := http.Header{"Sentry-Trace": h["Sentry-Trace"], "Baggage": {"sentry-trace_id=" + strings.Repeat("a", maxBaggage)}}
	if described := New("key", "", "").Describe(long, &in, "/"); described != "" {
		t.Errorf("the trace is described in %d bytes", len(described))
	}
	in.HandOn(h, trace.SpanID{1}, described)
	if h.Get("sentry-trace") != someTrace+"-0100000000000000-1" || len(h["Baggage"]) != 2 {
		t.Errorf("what is handed on is %v", h)
	}
}

func TestDecidingAgainstATraceAllocatesNothing(t *testing.T) {
	h := http.Header{"Accept": {"*/*"}}
	if n := testing.AllocsPerRun(1000, func() {
		in := Read(h, trace.SpanContext{})
		in.Sample(0)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
