package exchange

import (
	"time"

	"go.opentelemetry.io/otel/trace"
)

// Transaction is what an exchange is told by as a span of its trace, if it was
// chosen for that when it began.
type Transaction struct {
	Parent   trace.SpanID // of the client; not valid if the trace begins here
	Upstream trace.SpanID // of the time that Django takes
	// Baggage describes the trace to Sentry: its members of the baggage header.
	// Empty if the client has begun the trace and did not send any.
	Baggage string

	HeadersAt time.Time // when the response was begun; zero if it never was
	// Proxied is how long it was with the handler that asks Django, whether there
	// was an answer or not. Zero if there is no such handler.
	Proxied time.Duration
}

// Trace has the exchange told as a transaction. It must be called before the
// handlers are.
func (rec *Recorder) Trace(t *Transaction) { rec.x.Transaction = t }
