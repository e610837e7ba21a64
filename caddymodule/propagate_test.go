package caddymodule

import (
	"net"
	"net/http"
	"strings"
	"testing"
)

func TestTracesArePropagated(t *testing.T) {
	const theirs = "0102030405060708090a0b0c0d0e0f10-1112131415161718-1"
	for _, c := range []struct {
		name, monitor, sent string
		got                 func(sentryTrace, baggage string, e event) bool
	}{
		{"to Django and into the event", "propagate_traces", "", func(sentryTrace, baggage string, e event) bool {
			return sentryTrace == e.Contexts.Trace.TraceID+"-"+e.Contexts.Trace.SpanID && len(sentryTrace) == 49 &&
				strings.HasPrefix(baggage, "sentry-trace_id="+e.Contexts.Trace.TraceID+",sentry-public_key=key,sentry-release=shop")
		}},
		{"as the client has begun them", "propagate_traces", "Sentry-Trace: " + theirs + "\r\n", func(sentryTrace, baggage string, e event) bool {
			return sentryTrace == theirs && baggage == "" && strings.HasPrefix(theirs, e.Contexts.Trace.TraceID+"-") && e.Contexts.Trace.TraceID != ""
		}},
		{"only if asked for", "", "", func(sentryTrace, baggage string, e event) bool {
			return sentryTrace == "" && baggage == "" && e.Contexts.Trace.TraceID == ""
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			heads := make(chan http.Header, 1)
			answer := says("HTTP/1.1 500 Internal Server Error\nContent-Length: 0\n\n")
			address := backend(t, func(conn net.Conn, head *http.Request) {
				heads <- head.Header
				answer(conn, head)
			})
			g := startGateway(t, "{\n\trelease shop\n\tsentry http://key@127.0.0.1:9/1\n\t"+c.monitor+"\n}", "reverse_proxy "+address)
			g.roundTrip(g.monitored, "GET / HTTP/1.1\r\nHost: %s\r\n"+c.sent+"Connection: close\r\n\r\n")
			h, e := <-heads, g.events(1)[0]
			if !c.got(h.Get("sentry-trace"), h.Get("baggage"), e) {
				t.Errorf("Django has got sentry-trace %q and baggage %q, the event is of %+v", h.Get("sentry-trace"), h.Get("baggage"), e.Contexts.Trace)
			}
		})
	}
}
