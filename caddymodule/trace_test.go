package caddymodule

import (
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/route"
)

func TestASpanIsNamedByMethodAndRoute(t *testing.T) {
	for _, c := range []struct{ name, method, route, span, attribute string }{
		{"a route", "PATCH", "/users/<int:pk>/", "PATCH /users/<int:pk>/", "/users/<int:pk>/"},
		{"the front page", "GET", "/", "GET /", "/"},
		{"an unknown method", "PROPFIND", "/", "HTTP /", "/"},
		{"no route", "GET", route.Unmatched, "GET", ""},
		{"a route past the cap", "GET", route.Other, "GET", ""},
		{"an unknown method and no route", "PROPFIND", route.Unmatched, "HTTP", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			span := &fakeSpan{ids: someIDs(), recording: true}
			joinTrace(&exchange.Exchange{Method: c.method, Route: c.route}, span)
			if span.name != c.span || span.route != c.attribute {
				t.Errorf("%q with http.route %q, want %q with %q", span.name, span.route, c.span, c.attribute)
			}
		})
	}
}

func TestATraceThatIsNotSampledIsStillKnown(t *testing.T) {
	span := &fakeSpan{ids: someIDs()}
	x := &exchange.Exchange{Method: "GET", Route: "/", Outcome: exchange.AppError}
	joinTrace(x, span)
	if span.name != "" {
		t.Errorf("a span that nobody records is named %q", span.name)
	}
	if !x.Trace.Equal(span.ids) || x.Failure.TraceID != span.ids.TraceID().String() || x.Failure.SpanID != span.ids.SpanID().String() {
		t.Errorf("the record has %v and %+v", x.Trace, x.Failure)
	}
}

func TestOnlyAFailureCarriesTheIDsAsText(t *testing.T) {
	for _, outcome := range exchange.Outcomes() {
		x := &exchange.Exchange{Method: "GET", Route: "/", Outcome: outcome}
		joinTrace(x, &fakeSpan{ids: someIDs()})
		if has := x.Failure.TraceID != "" || x.Failure.SpanID != ""; has != outcome.Failed() {
			t.Errorf("%s: %+v", outcome, x.Failure)
		}
	}
}

func TestAFailureThatNobodyTracesHasNoIDs(t *testing.T) {
	x := &exchange.Exchange{Method: "GET", Route: "/", Outcome: exchange.AppError}
	joinTrace(x, trace.SpanFromContext(t.Context()))
	if x.Trace.IsValid() || x.Failure.TraceID != "" || x.Failure.SpanID != "" {
		t.Errorf("the record has %v and %+v", x.Trace, x.Failure)
	}
}

// fakeSpan keeps what it is told.
type fakeSpan struct {
	noop.Span
	ids         trace.SpanContext
	recording   bool
	name, route string
}

func (s *fakeSpan) SpanContext() trace.SpanContext { return s.ids }
func (s *fakeSpan) IsRecording() bool              { return s.recording }
func (s *fakeSpan) SetName(name string)            { s.name = name }
func (s *fakeSpan) SetAttributes(attributes ...attribute.KeyValue) {
	for _, a := range attributes {
		if a.Key == "http.route" {
			s.route = a.Value.AsString()
		}
	}
}

func someIDs() trace.SpanContext {
	return trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}})
}
