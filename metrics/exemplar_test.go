package metrics

import (
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"go.opentelemetry.io/otel/trace"

	"github.com/caddy-django/gateway/exchange"
)

func TestAnExemplarLeadsToATraceWorthSeeing(t *testing.T) {
	const yes, no = true, false
	sampled, unsampled := traced(trace.FlagsSampled), traced(0)
	for _, c := range []struct {
		name     string
		trace    trace.SpanContext
		outcome  exchange.Outcome
		duration time.Duration
		want     bool
	}{
		{"a sampled trace", sampled, exchange.OK, time.Millisecond, yes},
		{"a failure whose trace is not sampled", unsampled, exchange.AppError, time.Millisecond, yes},
		{"a slow request whose trace is not sampled", unsampled, exchange.OK, time.Second, yes},
		{"a quick request whose trace is not sampled", unsampled, exchange.OK, time.Second - 1, no},
		{"a client that left, its trace not sampled", unsampled, exchange.Canceled, time.Millisecond, no},
		{"a slow failure without a trace", trace.SpanContext{}, exchange.AppError, time.Minute, no},
		{"a stream, which is not timed", sampled, exchange.Streamed, time.Hour, no},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := New()
			x := answered()
			x.Trace, x.Outcome, x.Duration = c.trace, c.outcome, c.duration
			m.Site("a").Observe(x)
			if got := exemplars(series(gather(t, m)["http_server_request_duration_seconds"])); len(got) > 0 != c.want {
				t.Errorf("%d exemplars, want some: %v", len(got), c.want)
			}
		})
	}
}

func TestAnExemplarNamesTheSpan(t *testing.T) {
	m := New()
	x := answered()
	x.Trace = traced(trace.FlagsSampled)
	m.Site("a").Observe(x)
	// One in a classic bucket and one beside the native ones.
	got := exemplars(series(gather(t, m)["http_server_request_duration_seconds"]))
	if len(got) != 2 {
		t.Fatalf("%d exemplars, want 2", len(got))
	}
	for _, e := range got {
		labels := make(map[string]string)
		for _, label := range e.GetLabel() {
			labels[label.GetName()] = label.GetValue()
		}
		if len(labels) != 2 || labels["trace_id"] != "0a000000000000000000000000000000" || labels["span_id"] != "0b00000000000000" {
			t.Errorf("the labels are %v", labels)
		}
		if e.GetValue() != x.Duration.Seconds() {
			t.Errorf("the value is %v s, want %v s", e.GetValue(), x.Duration.Seconds())
		}
	}
}

func TestOnlyTheDurationHasExemplars(t *testing.T) {
	m := New()
	x := answered()
	x.Trace = traced(trace.FlagsSampled)
	m.Site("a").Observe(x)
	for name, family := range gather(t, m) {
		if has := len(exemplars(family.GetMetric()[0])) > 0; has != (name == "http_server_request_duration_seconds") {
			t.Errorf("%s has exemplars: %v", name, has)
		}
	}
}

func TestWithoutATraceNothingIsAllocated(t *testing.T) {
	site := New().Site("a")
	for name, ids := range map[string]trace.SpanContext{"no trace": {}, "a trace that is not sampled": traced(0)} {
		x := answered()
		x.Trace = ids
		if n := testing.AllocsPerRun(1000, func() { site.Observe(x) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func BenchmarkObserveATrace(b *testing.B) {
	site := New().Site("a")
	x := answered()
	x.Trace = traced(trace.FlagsSampled)
	b.ReportAllocs()
	for b.Loop() {
		site.Observe(x)
	}
}

func traced(flags trace.TraceFlags) trace.SpanContext {
	return trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{10}, SpanID: trace.SpanID{11}, TraceFlags: flags})
}

// exemplars returns those of the classic buckets and of the native ones.
func exemplars(m *dto.Metric) []*dto.Exemplar {
	all := append([]*dto.Exemplar(nil), m.GetHistogram().GetExemplars()...)
	for _, bucket := range m.GetHistogram().GetBucket() {
		if bucket.GetExemplar() != nil {
			all = append(all, bucket.GetExemplar())
		}
	}
	return all
}
