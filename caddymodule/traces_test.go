package caddymodule

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/capture"
)

// transaction is what the tests read of one, and of the envelope it came in.
type transaction struct {
	Type        string
	Transaction string
	Contexts    struct {
		Trace struct {
			TraceID      string `json:"trace_id"`
			SpanID       string `json:"span_id"`
			ParentSpanID string `json:"parent_span_id"`
			Status       string
		}
	}
	Request struct {
		URL string
		Env map[string]string
	}
	Spans []struct {
		Op     string
		SpanID string `json:"span_id"`
	}
	envelope struct {
		EventID string `json:"event_id"`
		Trace   map[string]string
	}
}

// receiveTransactions returns the DSN of a receiver and what it receives.
func receiveTransactions(t *testing.T) (dsn string, received <-chan transaction) {
	t.Helper()
	all := make(chan transaction, 100)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		zr, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Error(err)
			return
		}
		raw, _ := io.ReadAll(zr)
		lines := bytes.Split(raw, []byte("\n"))
		var got transaction
		if err := json.Unmarshal(lines[2], &got); err != nil {
			t.Error(err)
		}
		if err := json.Unmarshal(lines[0], &got.envelope); err != nil {
			t.Error(err)
		}
		if got.Type == "transaction" {
			all <- got
		}
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "http://", "http://key@", 1) + "/1", all
}

func TestASampledRequestBecomesATransaction(t *testing.T) {
	const client = "0102030405060708090a0b0c0d0e0f10"
	for _, c := range []struct {
		name, monitor, sent string
		check               func(sentryTrace, baggage string, x transaction) bool
	}{
		{"of its own trace", "traces_sample_rate 1", "", func(sentryTrace, baggage string, x transaction) bool {
			return sentryTrace == "" && baggage == "" && x.Contexts.Trace.ParentSpanID == "" && x.envelope.Trace["public_key"] == "key"
		}},
		{"whose span of Django is what Django continues", "traces_sample_rate 1\n\tpropagate_traces", "", func(sentryTrace, baggage string, x transaction) bool {
			return sentryTrace == x.Contexts.Trace.TraceID+"-"+x.Spans[0].SpanID+"-1" &&
				strings.Contains(baggage, ",sentry-sample_rate=1,sentry-sampled=true,sentry-transaction=%2Fusers%2F%3Cint:pk%3E%2F") &&
				x.envelope.Trace["transaction"] == "/users/<int:pk>/" && x.envelope.Trace["trace_id"] == x.Contexts.Trace.TraceID
		}},
		{"if the client says so", "traces_sample_rate 0\n\tpropagate_traces", "Sentry-Trace: " + client + "-1112131415161718-1\r\n", func(sentryTrace, baggage string, x transaction) bool {
			return sentryTrace == client+"-"+x.Spans[0].SpanID+"-1" && x.Contexts.Trace.TraceID == client && x.Contexts.Trace.ParentSpanID == "1112131415161718"
		}},
		{"if a rule says so", "traces_sampler 1 {\n\troute /users/*\n\tnetwork 127.0.0.1\n\t}", "", func(string, string, transaction) bool { return true }},
	} {
		t.Run(c.name, func(t *testing.T) {
			heads := make(chan http.Header, 1)
			answer := says("HTTP/1.1 200 OK\nContent-Length: 2\n\nhi")
			address := backend(t, func(conn net.Conn, head *http.Request) {
				heads <- head.Header
				answer(conn, head)
			})
			dsn, received := receiveTransactions(t)
			g := startGateway(t, "{\n\troute /users/<int:pk>/\n\tsentry "+dsn+"\n\t"+c.monitor+"\n}", "reverse_proxy "+address)
			g.roundTrip(g.monitored, "GET /users/7/?token=abc HTTP/1.1\r\nHost: %s\r\n"+c.sent+"Connection: close\r\n\r\n")
			h, x := <-heads, <-received
			if !c.check(h.Get("sentry-trace"), h.Get("baggage"), x) {
				t.Errorf("Django has got sentry-trace %q and baggage %q, the transaction is %+v", h.Get("sentry-trace"), h.Get("baggage"), x)
			}
			if x.Transaction != "/users/<int:pk>/" || x.Contexts.Trace.Status != "ok" || len(x.Spans) != 2 || x.Spans[0].Op != "http.client" ||
				!strings.HasSuffix(x.Request.URL, "/users/7/") || x.Request.Env != nil {
				t.Errorf("the transaction is %+v", x)
			}
			if got := g.gather("django_errors_total"); len(got) == 0 || len(readEvents(t, g.app().pipeline.store)) != 0 {
				t.Error("there is an error event of it")
			}
		})
	}
}

// What Django answers with an error is a transaction and an event of one span.
func TestAFailureIsATransactionAndAnEvent(t *testing.T) {
	dsn, received := receiveTransactions(t)
	g := startGateway(t, "{\n\tsentry "+dsn+"\n\ttraces_sample_rate 1\n}", "reverse_proxy "+backend(t, says("HTTP/1.1 500 Internal Server Error\nContent-Length: 0\n\n")))
	g.roundTrip(g.monitored, get11)
	x, e := <-received, g.events(1)[0]
	if x.Contexts.Trace.Status != "internal_error" || x.Contexts.Trace.TraceID != e.Contexts.Trace.TraceID || x.Contexts.Trace.SpanID != e.Contexts.Trace.SpanID {
		t.Errorf("the transaction is of %+v, the event of %+v", x.Contexts.Trace, e.Contexts.Trace)
	}
}

func TestWhatIsNotSampledIsCountedAndToldToDjango(t *testing.T) {
	heads := make(chan http.Header, 1)
	answer := says("HTTP/1.1 200 OK\nContent-Length: 0\n\n")
	address := backend(t, func(conn net.Conn, head *http.Request) {
		heads <- head.Header
		answer(conn, head)
	})
	g := startGateway(t, "{\n\tsentry http://key@127.0.0.1:9/1\n\ttraces_sample_rate 0\n\tpropagate_traces\n}", "reverse_proxy "+address)
	g.roundTrip(g.monitored, get11)
	if h := <-heads; !strings.HasSuffix(h.Get("sentry-trace"), "-0") || !strings.Contains(h.Get("baggage"), "sentry-sampled=false") {
		t.Errorf("Django has got %v", h)
	}
	eventually(t, "it is counted", func() bool {
		for _, m := range g.gather("django_transactions_total") {
			if m["result"] == "sample_rate" {
				return m.value() == 1
			}
		}
		return false
	})
}

func TestARequestThatIsNotSampledAllocatesNothing(t *testing.T) {
	m := provisionedMonitor(t, func(m *Monitor) {
		m.TraceRules = capture.TraceRules{
			TracesSampleRate: new(0.0),
			TracesSamplers: []capture.SampleRule{
				{Rate: 1, Conditions: capture.Conditions{Paths: []string{"/checkout/*"}, Networks: []string{"10.0.0.0/8"}}},
				{Rate: 1, Conditions: capture.Conditions{Routes: []string{"/checkout/*"}}},
			},
		}
	})
	for _, c := range successes {
		t.Run(c.name, func(t *testing.T) {
			next := answering(c.status)
			c.checkAllocations(t, m, next)
		})
	}
}

func BenchmarkTraces(b *testing.B) {
	for _, c := range []struct {
		name string
		rate float64
	}{{"not sampled", 0}, {"sampled", 1}} {
		b.Run(c.name, func(b *testing.B) {
			m := provisionedMonitor(b, func(m *Monitor) { m.TracesSampleRate = &c.rate })
			next := answering(http.StatusOK)
			w, r := successes[0].exchange()
			b.ReportAllocs()
			for b.Loop() {
				m.ServeHTTP(w, r, next)
			}
		})
	}
}
