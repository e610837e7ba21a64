package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/caddy-django/gateway/exchange"
)

// slow is from when on somebody may want to know the trace of a request even if
// it was not sampled: Caddy's log has the id as well.
const slow = time.Second

// observeDuration records how long x took, in seconds, and which trace tells
// more of it. An exemplar costs several times what all the other instruments do
// together, so that a request which nobody traces has none.
func observeDuration(duration prometheus.Observer, x *exchange.Exchange) {
	if !exemplary(x) {
		duration.Observe(x.Duration.Seconds())
		return
	}
	// OpenTelemetry: Prometheus and OpenMetrics Compatibility, "Exemplars". With
	// their values the names take 63 of the 128 characters that OpenMetrics allows.
	duration.(prometheus.ExemplarObserver).ObserveWithExemplar(x.Duration.Seconds(), prometheus.Labels{
		"trace_id": x.Trace.TraceID().String(),
		"span_id":  x.Trace.SpanID().String(),
	})
}

func exemplary(x *exchange.Exchange) bool {
	return x.Trace.IsValid() && (x.Trace.IsSampled() || x.Outcome.Failed() || x.Duration >= slow)
}
