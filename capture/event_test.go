package capture

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/caddy-django/gateway/exchange"
)

func TestEventOfAnAppError(t *testing.T) {
	x := failed("text/html", "<title>Server Error (500)</title>")
	x.Request.Header.Set("User-Agent", "curl/8")
	x.Failure.Tags = map[string]string{"team": "shop", "site": "mine", "note": "token=abc"}
	x.Failure.RequestID, x.Failure.ErrorID = "req-1", "E7"
	x.Trace = trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID(bytes.Repeat([]byte{0xaa}, 16)), SpanID: trace.SpanID(bytes.Repeat([]byte{0xbb}, 8)),
	})
	x.TimeToHeaders = 2 * time.Millisecond
	_, event := eventOf(t, x)

	id := at(t, event, "event_id").(string)
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(id) {
		t.Errorf("event_id %q is not 32 hexadecimal digits", id)
	}
	if _, second := eventOf(t, x); second["event_id"] == id {
		t.Error("two events have the same id")
	}
	for _, c := range []struct {
		keys []any
		want any
	}{
		{[]any{"timestamp"}, "2026-03-04T05:06:07.0095Z"},
		{[]any{"platform"}, "other"},
		{[]any{"level"}, "error"},
		{[]any{"logger"}, "caddy.django"},
		{[]any{"server_name"}, "web1"},
		{[]any{"release"}, "shop@7"},
		{[]any{"environment"}, "production"},
		{[]any{"transaction"}, "/orders/<int:pk>/"},
		{[]any{"transaction_info", "source"}, "route"},
		{[]any{"fingerprint"}, []any{"app_error", "shop.example", "POST", "/orders/<int:pk>/", "500", "Server Error (*)"}},
		{[]any{"exception", "values", 0, "type"}, "HTTP 500 Internal Server Error"},
		{[]any{"exception", "values", 0, "value"}, "Server Error (500)"},
		{[]any{"exception", "values", 0, "mechanism", "type"}, "caddy"},
		{[]any{"exception", "values", 0, "mechanism", "handled"}, false},
		{[]any{"request", "url"}, "https://shop.example/orders/7/"},
		{[]any{"request", "method"}, "POST"},
		{[]any{"request", "query_string"}, "page=2"},
		{[]any{"request", "headers", "User-Agent"}, "curl/8"},
		{[]any{"request", "env"}, nil},
		{[]any{"user"}, nil},
		{[]any{"tags"}, map[string]any{"kind": "app_error", "http.route": "/orders/<int:pk>/", "http.method": "POST", "http.status": "500",
			"evidence": "response", "error_id": "E7", "request_id": "req-1",
			"team": "shop", "site": "mine", "note": "token=abc"}}, // the operator's own, as they are
		{[]any{"contexts", "response", "type"}, "response"},
		{[]any{"contexts", "response", "status_code"}, 500.0},
		{[]any{"contexts", "response", "body_size"}, 33.0},
		{[]any{"contexts", "response", "headers", "Content-Type"}, "text/html"},
		{[]any{"contexts", "response", "data"}, "<title>Server Error (500)</title>"},
		{[]any{"contexts", "response", "data_cut"}, nil},
		{[]any{"contexts", "gateway", "outcome"}, "app_error"},
		{[]any{"contexts", "gateway", "site"}, "shop.example"},
		{[]any{"contexts", "gateway", "duration_ms"}, 1.5},
		{[]any{"contexts", "gateway", "time_to_headers_ms"}, 2.0},
		{[]any{"contexts", "gateway", "suppressed_since_last"}, 3.0},
		{[]any{"contexts", "gateway", "request_id"}, "req-1"},
		{[]any{"contexts", "gateway", "error_id"}, "E7"},
		{[]any{"contexts", "trace"}, map[string]any{"trace_id": strings.Repeat("a", 32), "span_id": strings.Repeat("b", 16)}},
		{[]any{"sdk", "name"}, SDKName},
		{[]any{"sdk", "version"}, "1.2.3"},
	} {
		if got := at(t, event, c.keys...); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v = %v, want %v", c.keys, got, c.want)
		}
	}
}

func TestTheClientsAddressIsKeptOnlyIfAskedFor(t *testing.T) {
	x := asText("boom")
	x.Request.Header.Set("X-Edge", "192.0.2.1")
	_, event := eventWith(t, Options{SendDefaultPII: true}, x)
	if at(t, event, "request", "headers", "X-Edge") != "192.0.2.1" {
		t.Errorf("the headers are %v", at(t, event, "request", "headers"))
	}
	if at(t, event, "request", "env", "REMOTE_ADDR") != "192.0.2.1" || at(t, event, "user", "ip_address") != "192.0.2.1" {
		t.Errorf("the address is missing from %v and %v", event["request"], event["user"])
	}
	if payload, _ := eventOf(t, x); strings.Contains(string(payload), "192.0.2.1") {
		t.Errorf("the address is in %s", payload)
	}
}

func TestEventWithoutAnAnswer(t *testing.T) {
	_, event := eventOf(t, unreachable(exchange.CauseRefused, "app:8000"))
	for _, c := range []struct {
		keys []any
		want any
	}{
		{[]any{"exception", "values", 0, "type"}, "Django did not answer"},
		{[]any{"exception", "values", 0, "value"}, "app:8000 refused the connection"},
		{[]any{"contexts", "response"}, nil},
		{[]any{"contexts", "trace"}, nil},
		{[]any{"contexts", "gateway", "cause"}, "refused"},
		{[]any{"contexts", "gateway", "upstream"}, "app:8000"},
		{[]any{"contexts", "gateway", "error"}, "dial tcp app:8000: connect: connection refused"},
		{[]any{"tags", "evidence"}, "gateway"},
		{[]any{"tags", "cause"}, "refused"},
		{[]any{"tags", "upstream"}, "app:8000"},
		{[]any{"tags", "request_id"}, nil},
	} {
		if got := at(t, event, c.keys...); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v = %v, want %v", c.keys, got, c.want)
		}
	}
}

func TestExceptionTypes(t *testing.T) {
	for outcome, want := range map[exchange.Outcome]string{
		exchange.AppError:     "HTTP 500 Internal Server Error",
		exchange.GatewayError: "Django did not answer",
		exchange.Truncated:    "Django did not finish its response",
		exchange.Panicked:     "Panic in the gateway",
	} {
		x := failed("", "")
		x.Outcome = outcome
		if _, event := eventOf(t, x); at(t, event, "exception", "values", 0, "type") != want {
			t.Errorf("%v: %v, want %s", outcome, event["exception"], want)
		}
	}
}

func TestACutBodySaysSo(t *testing.T) {
	x := failed("text/plain", "boom")
	x.Failure.BodyCut = true
	if _, event := eventOf(t, x); at(t, event, "contexts", "response", "data_cut") != true {
		t.Error("data_cut is missing")
	}
}

func TestABinaryBodyIsNotKept(t *testing.T) {
	if _, event := eventOf(t, failed("image/png", "\x89PNG\x00")); at(t, event, "contexts", "response", "data") != nil {
		t.Error("there is data")
	}
}

// Sentry and Bugsink refuse an event of more than 1 MiB.
func TestNoEventIsTooLarge(t *testing.T) {
	const limit = 1 << 20
	huge := func(c string) string { return strings.Repeat(c, (1<<20)/len(c)) }
	for name, x := range map[string]*exchange.Exchange{
		"a body of letters":            asText(huge("a")[:MaxBody]),
		"a body of control characters": asText(huge("\x01")[:MaxBody]),
		"a body of quotes":             asText(huge(`"`)[:MaxBody]),
		"a body of line separators":    asText(huge("\u2028")[:MaxBody]),
		"a page of tags":               asHTML(huge("<b>")[:MaxBody]),
		"a page of short secrets":      asHTML(huge("sid=1\n")[:MaxBody]),
		"a form of short secrets":      asForm(huge("sid=1&")[:MaxBody]),
		"a page of short attributes":   asHTML(huge("<a sid=1>")[:MaxBody]),
		"JSON of short secrets":        asJSON("[" + strings.Repeat(`{"sid":1},`, MaxBody/10-1) + "1]"),
		"a huge header":                header("X-Long", huge("\x7f")),
		"a huge header of no UTF-8":    header("X-Long", huge("\xff")),
		"a huge header name":           header("X-"+huge("a"), "b"),
		"a huge query":                 query(huge("a=\"&")),
		"a huge error":                 gatewayError(huge("\x01")),
		"a huge panic":                 panicked(huge("\x01")),
		"a huge everything": with(header("X-Long", huge("\xff")), func(x *exchange.Exchange) {
			for i := range 1000 {
				x.Request.Header.Set(fmt.Sprint("X-", i), huge("\xff")[:1000])
			}
			x.Method = huge("A")
			x.Request.Host = huge("h")
			x.Failure.URL = "/" + huge("\x01") + "?" + huge("b")
			x.Failure.Body = []byte(huge("\x01")[:MaxBody])
			x.Failure.Stack = []byte(huge("\x01"))
			x.Failure.RequestID = huge("r")
			x.Failure.ErrorID = huge("r")
			x.Failure.Tags = map[string]string{"team": huge("t")}
		}),
	} {
		t.Run(name, func(t *testing.T) {
			payload, event := eventOf(t, x)
			t.Logf("%d bytes", len(payload))
			if len(payload) >= limit {
				t.Errorf("%d bytes", len(payload))
			}
			if at(t, event, "event_id") == nil || at(t, event, "exception", "values", 0, "type") == nil {
				t.Error("the rest of the event is lost")
			}
		})
	}
}

func TestTheLargestPageIsKeptWhole(t *testing.T) {
	page := strings.Repeat("<p class=\"a\">\n", MaxBody/15)
	if _, event := eventOf(t, asHTML(page)); at(t, event, "contexts", "response", "data") != page {
		t.Error("the page is lost")
	}
}

func TestTheResponseHeaderIsThatOfDjango(t *testing.T) {
	x := failed("text/plain", "boom")
	x.Request.Header = http.Header{"X-From": {"request"}}
	x.Failure.ResponseHeader = http.Header{"X-From": {"response"}}
	_, event := eventOf(t, x)
	if at(t, event, "request", "headers", "X-From") != "request" || at(t, event, "contexts", "response", "headers", "X-From") != "response" {
		t.Error("the headers are mixed up")
	}
}

func TestEncodeJSONKeepsMarkup(t *testing.T) {
	got, err := encodeJSON(map[string]string{"a": "<b>&"})
	if want := `{"a":"<b>&"}`; err != nil || string(got) != want || !json.Valid(got) {
		t.Errorf("encodeJSON = %s, %v, want %s", got, err, want)
	}
}
