package capture

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/store"
)

// sampled returns an exchange that went well: 1 ms until Django was asked, 4 ms
// until its headers came, 2 ms until the client had the body.
func sampled() *exchange.Exchange {
	x := failed("text/html", "<p>two oranges</p>")
	x.Status, x.Outcome = 200, exchange.OK
	x.Duration, x.TimeToHeaders = 7*time.Millisecond, 4*time.Millisecond
	x.Trace = trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}})
	x.Failure.ResponseHeader, x.Failure.Body = nil, nil
	x.Failure.URL = "/orders/7/?page=2&token=abc"
	x.Failure.Upstream = "app:8000"
	x.Failure.Tags = map[string]string{"team": "shop"}
	x.Request.Header.Set("Cookie", "sessionid=hunter2")
	x.Transaction = &exchange.Transaction{
		Parent: trace.SpanID{3}, Upstream: trace.SpanID{4},
		Baggage:   "sentry-trace_id=01000000000000000000000000000000,sentry-public_key=key,sentry-sample_rate=0.2",
		HeadersAt: start.Add(5 * time.Millisecond), Proxied: 6 * time.Millisecond,
	}
	return x
}

// transactionOf returns what becomes of a sampled exchange.
func transactionOf(t *testing.T, opts Options, x *exchange.Exchange) (Transaction, map[string]any) {
	t.Helper()
	var got []Transaction
	rec := New(Config{Version: "1.2.3", Record: func(store.Occurrence) {}, Transaction: func(_ string, t Transaction) { got = append(got, t) }})
	opts.Scrubber = newScrubber(t)
	rec.Site(opts).Observe(x)
	rec.Close(t.Context())
	if len(got) != 1 {
		t.Fatalf("%d transactions", len(got))
	}
	var decoded map[string]any
	if err := json.Unmarshal(got[0].Payload, &decoded); err != nil {
		t.Fatal(err)
	}
	return got[0], decoded
}

func TestTransactionOfASuccess(t *testing.T) {
	told, e := transactionOf(t, Options{Release: "shop@7", Environment: "production", ServerName: "web1"}, sampled())
	traceID := "01" + strings.Repeat("0", 30)
	id := func(n string) string { return "0" + n + strings.Repeat("0", 14) }
	for _, c := range []struct {
		keys []any
		want any
	}{
		{[]any{"event_id"}, told.EventID},
		{[]any{"type"}, "transaction"},
		{[]any{"platform"}, "other"},
		{[]any{"start_timestamp"}, "2026-03-04T05:06:07.008Z"},
		{[]any{"timestamp"}, "2026-03-04T05:06:07.015Z"},
		{[]any{"transaction"}, "/orders/<int:pk>/"},
		{[]any{"transaction_info", "source"}, "route"},
		{[]any{"release"}, "shop@7"},
		{[]any{"environment"}, "production"},
		{[]any{"server_name"}, "web1"},
		{[]any{"request", "url"}, "https://shop.example/orders/7/"},
		{[]any{"request", "query_string"}, "page=2&token=[Filtered]"},
		{[]any{"request", "method"}, "POST"},
		{[]any{"request", "headers", "Cookie"}, "sessionid=[Filtered]"},
		{[]any{"request", "env"}, nil},
		{[]any{"user"}, nil},
		{[]any{"tags"}, map[string]any{"http.route": "/orders/<int:pk>/", "http.method": "POST", "http.status": "200",
			"site": "shop.example", "upstream": "app:8000", "team": "shop"}},
		{[]any{"contexts", "trace"}, map[string]any{"trace_id": traceID, "span_id": id("2"), "parent_span_id": id("3"),
			"op": "http.server", "status": "ok", "origin": "auto.http.caddy_django"}},
		{[]any{"contexts", "response", "status_code"}, 200.0},
		{[]any{"contexts", "gateway", "outcome"}, "ok"},
		{[]any{"measurements", "response_body_size"}, map[string]any{"value": 18.0, "unit": "byte"}},
		{[]any{"measurements", "time_to_headers"}, map[string]any{"value": 4.0, "unit": "millisecond"}},
		{[]any{"spans", 0, "op"}, "http.client"},
		{[]any{"spans", 0, "description"}, "POST /orders/<int:pk>/"},
		{[]any{"spans", 0, "trace_id"}, traceID},
		{[]any{"spans", 0, "span_id"}, id("4")},
		{[]any{"spans", 0, "parent_span_id"}, id("2")},
		{[]any{"spans", 0, "start_timestamp"}, "2026-03-04T05:06:07.009Z"},
		{[]any{"spans", 0, "timestamp"}, "2026-03-04T05:06:07.013Z"},
		{[]any{"spans", 0, "data", "server.address"}, "app:8000"},
		{[]any{"spans", 1, "op"}, "http.server.response"},
		{[]any{"spans", 1, "start_timestamp"}, "2026-03-04T05:06:07.013Z"},
		{[]any{"spans", 1, "timestamp"}, "2026-03-04T05:06:07.015Z"},
		{[]any{"sdk", "name"}, SDKName},
	} {
		if got := at(t, e, c.keys...); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v = %v, want %v", c.keys, got, c.want)
		}
	}
	if told.Spans != 3 || told.Trace["sample_rate"] != "0.2" {
		t.Errorf("%d spans of the trace %v", told.Spans, told.Trace)
	}
}

func TestSpansOfWhatDjangoDidNotAnswer(t *testing.T) {
	x := sampled()
	x.Outcome, x.Status, x.TimeToHeaders, x.ResponseBytes = exchange.GatewayError, 504, 0, 0
	x.Transaction.HeadersAt, x.Transaction.Parent = time.Time{}, trace.SpanID{}
	_, e := transactionOf(t, Options{}, x)
	if spans := e["spans"].([]any); len(spans) != 1 || at(t, spans[0], "status") != "deadline_exceeded" || at(t, spans[0], "start_timestamp") != "2026-03-04T05:06:07.009Z" {
		t.Errorf("the spans are %v", spans)
	}
	if at(t, e, "contexts", "response") != nil || at(t, e, "contexts", "trace", "parent_span_id") != nil {
		t.Errorf("the contexts are %v", e["contexts"])
	}
	x.Transaction.Proxied = 0
	if _, e := transactionOf(t, Options{}, x); e["spans"] != nil {
		t.Errorf("nobody was asked, and the spans are %v", e["spans"])
	}
}

func TestStatusOfASpan(t *testing.T) {
	for status, want := range map[int]string{
		200: "ok", 302: "ok", 400: "invalid_argument", 401: "unauthenticated", 403: "permission_denied", 404: "not_found", 409: "already_exists",
		413: "failed_precondition", 418: "invalid_argument", 429: "resource_exhausted", 499: "cancelled",
		500: "internal_error", 501: "unimplemented", 502: "internal_error", 503: "unavailable", 504: "deadline_exceeded",
	} {
		if got := spanStatus(&exchange.Exchange{Status: status}); got != want {
			t.Errorf("%d is %s, want %s", status, got, want)
		}
	}
	for outcome, want := range map[exchange.Outcome]string{exchange.Canceled: "cancelled", exchange.Truncated: "data_loss", exchange.Panicked: "internal_error"} {
		if got := spanStatus(&exchange.Exchange{Status: 200, Outcome: outcome}); got != want {
			t.Errorf("%v is %s, want %s", outcome, got, want)
		}
	}
}

// A trace that a client has begun without describing it is not described here.
func TestATraceIsDescribedByWhoBeganIt(t *testing.T) {
	x := sampled()
	x.Transaction.Baggage = ""
	if told, _ := transactionOf(t, Options{}, x); told.Trace != nil {
		t.Errorf("the trace is described as %v", told.Trace)
	}
}

func TestTransactionsThatAreNotMadeAreCounted(t *testing.T) {
	lost := make(map[Disposition]int)
	rec := New(Config{TransactionDiscarded: func(_ string, d Disposition) { lost[d]++ }})
	site := rec.Site(Options{})
	stream := sampled()
	stream.Outcome = exchange.Streamed
	site.Observe(stream)
	for range maxQueuedTransactions + 3 {
		site.Observe(sampled())
	}
	long := sampled()
	long.Failure.URL = strings.Repeat("a", maxQueuedTransactionBytes)
	site.Observe(long)
	if want := map[Disposition]int{Ignored: 1, QueueOverflow: 4}; !reflect.DeepEqual(lost, want) {
		t.Errorf("lost %v, want %v", lost, want)
	}
}

func TestFailuresGoBeforeTransactions(t *testing.T) {
	made := make(chan string, 40)
	rec := New(Config{
		Record:      func(store.Occurrence) { made <- "failure" },
		Transaction: func(string, Transaction) { made <- "transaction" },
	})
	site := rec.Site(Options{Scrubber: newScrubber(t)})
	for range 20 {
		site.Observe(sampled())
	}
	for range 20 {
		site.Observe(asText("boom"))
	}
	rec.Start()
	for i := range 40 {
		if first := <-made; (first == "failure") != (i < 20) {
			t.Fatalf("number %d is a %s", i, first)
		}
	}
	rec.Close(t.Context())
}

func TestNoSecretIsInATransaction(t *testing.T) {
	for name, x := range secrets {
		told := *x
		told.Trace, told.Transaction = sampled().Trace, sampled().Transaction
		if told, _ := transactionOf(t, Options{}, &told); strings.Contains(string(told.Payload), planted) {
			t.Errorf("%s: %s", name, told.Payload)
		}
	}
}

func TestATransactionHidesWhatItsClientChose(t *testing.T) {
	x := sampled()
	x.Request.Host = "jane:hunter2@shop.example"
	x.Failure.RequestID = "jane@example.com"
	told, e := transactionOf(t, Options{}, x)
	for _, secret := range []string{"hunter2", "jane"} {
		if strings.Contains(string(told.Payload), secret) {
			t.Errorf("%s is in %s", secret, told.Payload)
		}
	}
	if got := at(t, e, "request", "url"); got != "https://[Filtered]@shop.example/orders/7/" {
		t.Errorf("the URL is %v", got)
	}
}

func TestWhatIsSampledAfterTheWorkerHasEndedIsCounted(t *testing.T) {
	lost := make(map[Disposition]int)
	rec := New(Config{Record: func(store.Occurrence) {}, Transaction: func(string, Transaction) { t.Error("it is sent") },
		TransactionDiscarded: func(_ string, d Disposition) { lost[d]++ }})
	site := rec.Site(Options{Scrubber: newScrubber(t)})
	rec.Close(t.Context())
	for range 3 {
		site.Observe(sampled())
	}
	if lost[QueueOverflow] != 3 {
		t.Errorf("lost are %v", lost)
	}
}

func TestTheBaggageOfAClientIsScrubbed(t *testing.T) {
	x := sampled()
	x.Request.Header.Set("Cookie", "sessionid=q3x81v0z7m2k5n9p4r6t")
	x.Transaction.Baggage = "sentry-trace_id=01000000000000000000000000000000,sentry-public_key=key,sentry-release=jane%40example.com," +
		"sentry-transaction=%2Fpay%2F%3Ftoken%3Dhunter2,sentry-environment=q3x81v0z7m2k5n9p4r6t,sentry-user=jane"
	told, _ := transactionOf(t, Options{}, x)
	want := map[string]string{"trace_id": "01000000000000000000000000000000", "public_key": "key", "release": "[Filtered]",
		"transaction": "/pay/?token=[Filtered]", "environment": "[Filtered]"}
	if !reflect.DeepEqual(told.Trace, want) {
		t.Errorf("%v, want %v", told.Trace, want)
	}
}
