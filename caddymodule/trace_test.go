package caddymodule

import (
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
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
	if span.name != "" || span.status != codes.Unset {
		t.Errorf("a span that nobody records is named %q, with the status %v", span.name, span.status)
	}
	if !x.Trace.Equal(span.ids) {
		t.Errorf("the record has %v", x.Trace)
	}
}

func TestASpanOfAFailureIsAnError(t *testing.T) {
	for _, outcome := range exchange.Outcomes() {
		span := &fakeSpan{ids: someIDs(), recording: true}
		joinTrace(&exchange.Exchange{Method: "GET", Route: "/", Outcome: outcome}, span)
		if failed := span.status == codes.Error; failed != outcome.Failed() {
			t.Errorf("%s: the status is %v", outcome, span.status)
		}
	}
}

func TestAnExchangeThatNobodyTracesHasNoIDs(t *testing.T) {
	x := &exchange.Exchange{Method: "GET", Route: "/", Outcome: exchange.AppError}
	joinTrace(x, trace.SpanFromContext(t.Context()))
	if x.Trace.IsValid() {
		t.Errorf("the record has %v", x.Trace)
	}
}

func TestATraceThatWasHandedOnStays(t *testing.T) {
	ids := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{7}, SpanID: trace.SpanID{8}})
	x := &exchange.Exchange{Method: "GET", Route: "/", Outcome: exchange.AppError, Trace: ids}
	joinTrace(x, &fakeSpan{ids: someIDs(), recording: true})
	if !x.Trace.Equal(ids) {
		t.Errorf("the record has %v", x.Trace)
	}
}

// fakeSpan keeps what it is told.
type fakeSpan struct {
	noop.Span
	ids         trace.SpanContext
	recording   bool
	name, route string
	status      codes.Code
}

func (s *fakeSpan) SpanContext() trace.SpanContext      { return s.ids }
func (s *fakeSpan) IsRecording() bool                   { return s.recording }
func (s *fakeSpan) SetName(name string)                 { s.name = name }
func (s *fakeSpan) SetStatus(code codes.Code, _ string) { s.status = code }
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
