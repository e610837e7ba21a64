package sentrytrace

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/trace"
)

const (
	someTrace = "0102030405060708090a0b0c0d0e0f10"
	someSpan  = "1112131415161718"
)

var ids = regexp.MustCompile(`^([0-9a-f]{32})-([0-9a-f]{16})$`)

func propagate(h http.Header, current trace.SpanContext) (handedOn http.Header, span trace.SpanContext) {
	handedOn = h.Clone()
	if handedOn == nil {
		handedOn = make(http.Header)
	}
	return handedOn, New("key", "shop@1.4.2, β", "production").Propagate(handedOn, current)
}

func TestATraceIsBegun(t *testing.T) {
	h, span := propagate(nil, trace.SpanContext{})
	m := ids.FindStringSubmatch(h.Get("sentry-trace"))
	if m == nil || !span.IsValid() || m[1] != span.TraceID().String() || m[2] != span.SpanID().String() {
		t.Errorf("sentry-trace is %q, the span %v", h.Get("sentry-trace"), span)
	}
	want := `^sentry-trace_id=` + span.TraceID().String() + `,sentry-public_key=key,sentry-release=shop@1\.4\.2%2C%20%CE%B2,sentry-environment=production,sentry-sample_rand=0\.\d{6}$`
	if !regexp.MustCompile(want).MatchString(h.Get("baggage")) {
		t.Errorf("baggage is %q, want %s", h.Get("baggage"), want)
	}
	if _, other := propagate(nil, trace.SpanContext{}); other.TraceID() == span.TraceID() || other.SpanID() == span.SpanID() {
		t.Error("the next request is of the same trace")
	}
}

func TestWhoseTraceIsHandedOn(t *testing.T) {
	traceID, _ := trace.TraceIDFromHex(someTrace)
	spanID, _ := trace.SpanIDFromHex(someSpan)
	begun := trace.NewSpanContext(trace.SpanContextConfig{TraceID: traceID, SpanID: spanID, TraceFlags: trace.FlagsSampled})
	const theirs = "ffffffffffffffffffffffffffffffff"
	for _, c := range []struct {
		name    string
		header  http.Header
		current trace.SpanContext
		trace   string // empty: a new one
		kept    bool   // the client's headers
	}{
		{"the client's", http.Header{"Sentry-Trace": {someTrace + "-" + someSpan + "-1"}, "Baggage": {"sentry-trace_id=" + someTrace}}, trace.SpanContext{}, someTrace, true},
		{"the client's, before that of something else", http.Header{"Sentry-Trace": {theirs + "-" + someSpan}}, begun, theirs, true},
		{"that of something else", nil, begun, someTrace, false},
		{"that of something else, before traceparent", http.Header{"Traceparent": {"00-" + theirs + "-" + someSpan + "-01"}}, begun, someTrace, false},
		{"that of traceparent", http.Header{"Traceparent": {"00-" + someTrace + "-" + someSpan + "-01"}}, trace.SpanContext{}, someTrace, false},
		{"a new one for a traceparent that is none", http.Header{"Traceparent": {"00-xyz"}}, trace.SpanContext{}, "", false},
		{"a new one for a sentry-trace that is none", http.Header{"Sentry-Trace": {someTrace + "-" + someSpan + "\n"}}, trace.SpanContext{}, "", false},
		{"a new one for a sentry-trace of zeros", http.Header{"Sentry-Trace": {strings.Repeat("0", 32) + "-" + someSpan}}, trace.SpanContext{}, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, span := propagate(c.header, c.current)
			if !span.IsValid() || c.trace != "" && span.TraceID().String() != c.trace {
				t.Errorf("the span is %v of %v", span.SpanID(), span.TraceID())
			}
			if c.current.IsValid() && !c.kept && !span.Equal(c.current) {
				t.Errorf("another span than that of the request: %v", span.SpanID())
			}
			if !strings.HasPrefix(h.Get("sentry-trace"), span.TraceID().String()+"-") {
				t.Errorf("sentry-trace is %q", h.Get("sentry-trace"))
			}
			if c.kept {
				if h.Get("sentry-trace") != c.header.Get("sentry-trace") || h.Get("baggage") != c.header.Get("baggage") {
					t.Errorf("the client's headers are %v", h)
				}
			} else if !strings.Contains(h.Get("baggage"), "sentry-trace_id="+span.TraceID().String()) || !ids.MatchString(h.Get("sentry-trace")) {
				t.Errorf("the headers are %v", h)
			}
			if h.Get("traceparent") != c.header.Get("traceparent") {
				t.Errorf("traceparent is %q", h.Get("traceparent"))
			}
		})
	}
}

func TestTheBaggageOfOthersStays(t *testing.T) {
	h, span := propagate(http.Header{"Baggage": {"tenant=7, sentry-trace_id=old ,", "a=b;p=1"}}, trace.SpanContext{})
	if want := "tenant=7,a=b;p=1,sentry-trace_id=" + span.TraceID().String() + ","; !strings.HasPrefix(h.Get("baggage"), want) || len(h["Baggage"]) != 1 {
		t.Errorf("baggage is %q, want %s…", h["Baggage"], want)
	}
	h, _ = propagate(http.Header{"Baggage": {"a=" + strings.Repeat("b", maxBaggage)}}, trace.SpanContext{})
	if got := h.Get("baggage"); !strings.HasPrefix(got, "sentry-trace_id=") {
		t.Errorf("baggage is %.80q", got)
	}
}

func BenchmarkPropagate(b *testing.B) {
	p := New("key", "shop@1.4.2", "production")
	h := make(http.Header)
	b.ReportAllocs()
	for b.Loop() {
		delete(h, sentryTrace)
		delete(h, baggage)
		p.Propagate(h, trace.SpanContext{})
	}
}
