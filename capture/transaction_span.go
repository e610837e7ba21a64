package capture

import (
	"net/http"
	"time"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/sentrytrace"
)

// span is a part of a transaction.
type span struct {
	TraceID        string         `json:"trace_id"`
	SpanID         string         `json:"span_id"`
	ParentSpanID   string         `json:"parent_span_id"`
	Op             string         `json:"op"`
	Description    string         `json:"description"`
	Status         string         `json:"status"`
	Origin         string         `json:"origin"`
	StartTimestamp time.Time      `json:"start_timestamp"`
	Timestamp      time.Time      `json:"timestamp"`
	Data           map[string]any `json:"data,omitempty"`
}

// origin says who has made a span (develop-docs/sdk/telemetry/traces/trace-origin).
const origin = "auto.http.caddy_django"

// spansOf tells Django's time from that of the client, who reads the body. What is
// left of the transaction is the gateway's own.
func spansOf(x *exchange.Exchange) []span {
	t := x.Transaction
	child := span{
		TraceID:      x.Trace.TraceID().String(),
		ParentSpanID: x.Trace.SpanID().String(),
		Status:       spanStatus(x),
		Origin:       origin,
	}
	end := x.Start.Add(x.Duration)
	var spans []span
	if from, to := djangosTime(x, end); !to.IsZero() {
		s := child
		s.SpanID = t.Upstream.String()
		s.Op, s.Description = "http.client", exchange.MethodLabel(x.Method)+" "+x.Route
		s.StartTimestamp, s.Timestamp = from.UTC(), to.UTC()
		s.Data = map[string]any{"http.request.method": exchange.MethodLabel(x.Method)}
		if x.Failure.Upstream != "" {
			s.Data["server.address"] = x.Failure.Upstream
		}
		if !t.HeadersAt.IsZero() {
			s.Data["http.response.status_code"] = x.Status
			s.Status = statusOf(x.Status) // what became of the body is not yet known
		}
		spans = append(spans, s)
	}
	if !t.HeadersAt.IsZero() && x.ResponseBytes > 0 {
		s := child
		s.SpanID = sentrytrace.NewSpanID().String()
		s.Op, s.Description = "http.server.response", "response body"
		s.StartTimestamp, s.Timestamp = t.HeadersAt.UTC(), end.UTC()
		s.Data = map[string]any{"http.response_content_length": x.ResponseBytes}
		spans = append(spans, s)
	}
	return spans
}

// djangosTime returns zero times if Django was not asked.
func djangosTime(x *exchange.Exchange, end time.Time) (from, to time.Time) {
	t := x.Transaction
	switch {
	case x.TimeToHeaders > 0 && !t.HeadersAt.IsZero():
		from, to = t.HeadersAt.Add(-x.TimeToHeaders), t.HeadersAt
	case t.Proxied > 0: // in vain
		from, to = end.Add(-t.Proxied), end
	default:
		return
	}
	if from.Before(x.Start) {
		from = x.Start
	}
	return from, to
}

// spanStatus is that of the whole exchange.
func spanStatus(x *exchange.Exchange) string {
	switch x.Outcome {
	case exchange.Canceled:
		return "cancelled"
	case exchange.Truncated:
		return "data_loss"
	case exchange.Panicked:
		return "internal_error"
	default:
		return statusOf(x.Status)
	}
}

// spanStatuses are those of HTTP that are not one of their class (Sentry:
// develop-docs/sdk/telemetry/traces/span-operations; sentry-python: tracing_utils).
var spanStatuses = map[int]string{
	http.StatusUnauthorized:          "unauthenticated",
	http.StatusForbidden:             "permission_denied",
	http.StatusNotFound:              "not_found",
	http.StatusConflict:              "already_exists",
	http.StatusRequestEntityTooLarge: "failed_precondition",
	http.StatusTooManyRequests:       "resource_exhausted",
	499:                              "cancelled",
	http.StatusNotImplemented:        "unimplemented",
	http.StatusServiceUnavailable:    "unavailable",
	http.StatusGatewayTimeout:        "deadline_exceeded",
}

func statusOf(code int) string {
	if status, ok := spanStatuses[code]; ok {
		return status
	}
	switch {
	case code < 400:
		return "ok"
	case code < 500:
		return "invalid_argument"
	default:
		return "internal_error"
	}
}
