package caddymodule

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/route"
)

// joinTrace makes the span and the record of an exchange know each other. The
// span is Caddy's, begun by its tracing directive; without one it is a span that
// does nothing and has no ids.
func joinTrace(x *exchange.Exchange, span trace.Span) {
	if ids := span.SpanContext(); ids.IsValid() && !x.Trace.IsValid() {
		x.Trace = ids
	}
	if !span.IsRecording() {
		return
	}
	nameSpan(span, exchange.MethodLabel(x.Method), x.Route)
	if x.Outcome.Failed() {
		// Caddy answers what has no answer of Django's after the span has ended.
		span.SetStatus(codes.Error, x.Outcome.String())
	}
}

// nameSpan follows OpenTelemetry's semantic conventions for HTTP servers: the
// name is the method and the route, an unknown method is called HTTP, and
// http.route must not be set when there is no route, which is what the reserved
// labels of the metrics say.
func nameSpan(span trace.Span, method, label string) {
	if method == exchange.Methods[0] {
		method = "HTTP"
	}
	if label == route.Unmatched || label == route.Other {
		span.SetName(method)
		return
	}
	span.SetName(method + " " + label)
	span.SetAttributes(attribute.String("http.route", label))
}
