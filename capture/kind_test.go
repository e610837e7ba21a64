package capture

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/caddy-django/gateway/exchange"
)

// gunicornPage is what gunicorn itself answers 500 with (gunicorn/util.py, write_error).
const gunicornPage = `<html>
  <head>
    <title>Internal Server Error</title>
  </head>
  <body>
    <h1><p>Internal Server Error</p></h1>
    
  </body>
</html>
`

// took sets how long an exchange lasted, and until its headers came.
func took(x *exchange.Exchange, duration, headers time.Duration) *exchange.Exchange {
	x.Duration, x.TimeToHeaders = duration, headers
	return x
}

func gunicorns(after time.Duration) *exchange.Exchange {
	return took(failed("text/html", gunicornPage), after+time.Millisecond, after)
}

func unanswered(cause exchange.Cause) *exchange.Exchange {
	return took(unreachable(cause, "unix//run/shop.sock"), 30*time.Second, 0)
}

func cutAfter(sent, announced int64) *exchange.Exchange {
	return with(took(failed("text/csv", ""), 12*time.Second, time.Second), func(x *exchange.Exchange) {
		x.Outcome, x.Status, x.ResponseBytes, x.Failure.ResponseLength = exchange.Truncated, 200, sent, announced
	})
}

func retried(x *exchange.Exchange) *exchange.Exchange {
	x.Failure.Retries = 2
	return x
}

// decoded reads of an event what the tests of kinds look at.
func decoded(t *testing.T, payload []byte) (e struct {
	Level       string
	Fingerprint []string
	Exception   struct {
		Values []struct {
			Type, Value string
			Mechanism   struct{ Handled bool }
		}
	}
	Tags map[string]string
}) {
	t.Helper()
	if err := json.Unmarshal(payload, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestKindsAndWords(t *testing.T) {
	const request = "POST /orders/<int:pk>/"
	for _, c := range []struct {
		name  string
		x     *exchange.Exchange
		kind  Kind
		value string
	}{
		{"an answer of Django's", asText("boom"), KindAppError, "boom"},
		{"gunicorn's page at once", gunicorns(12 * time.Millisecond), KindAppError,
			"gunicorn answered " + request + " with its own error page after 12 ms: an exception that Django did not catch"},
		{"gunicorn's page when a worker's time can be up", gunicorns(time.Second), KindWorkerTimeout,
			"gunicorn answered " + request + " with its own error page after 1.0 s: its worker ran out of time, or raised an exception that Django did not catch"},
		{"gunicorn's page with another status", with(gunicorns(time.Minute), func(x *exchange.Exchange) { x.Status = 503 }), KindAppError, "Internal Server Error"},
		{"a page of Django's after a minute", took(failed("text/html", fixture(t, "production.html")), time.Minute, time.Minute), KindAppError, "Server Error (500)"},

		{"a connection closed", unanswered(exchange.CauseClosed), KindWorkerKilled,
			"unix//run/shop.sock closed the connection after 30.0 s without answering " + request},
		{"a connection reset", unanswered(exchange.CauseReset), KindWorkerKilled,
			"unix//run/shop.sock reset the connection after 30.0 s without answering " + request},
		{"a connection closed three times", retried(unanswered(exchange.CauseClosed)), KindWorkerKilled,
			"unix//run/shop.sock closed the connection after 30.0 s in 3 tries without answering " + request},
		{"an idle connection closed", unanswered(exchange.CauseIdleClosed), KindGatewayError,
			"unix//run/shop.sock closed an idle connection while " + request + " was sent over it"},
		{"the gateway's time limit", unanswered(exchange.CauseTimeout), KindWorkerTimeout,
			"unix//run/shop.sock did not answer " + request + " within 30.0 s: the gateway's time limit"},
		{"no HTTP", unanswered(exchange.CauseBadResponse), KindBadResponse,
			"unix//run/shop.sock sent something that is not HTTP in answer to " + request + ", after 30.0 s"},
		{"too many headers", unanswered(exchange.CauseResponseTooLarge), KindResponseTooLarge,
			"unix//run/shop.sock answered " + request + " with more headers than the gateway takes, after 30.0 s"},
		{"another cause", unanswered(exchange.CauseOther), KindGatewayError, "the gateway answered " + request + " with 502 after 30.0 s"},
		{"an upstream nobody knows", with(unanswered(exchange.CauseReset), func(x *exchange.Exchange) { x.Failure.Upstream = "" }), KindWorkerKilled,
			"the upstream reset the connection after 30.0 s without answering " + request},

		{"a refusal", unanswered(exchange.CauseRefused), KindRefused, "unix//run/shop.sock refused the connection"},
		{"no socket", unanswered(exchange.CauseSocketMissing), KindSocketMissing, "the socket unix//run/shop.sock does not exist"},
		{"no address", unanswered(exchange.CauseUnresolvable), KindUnresolvable, "unix//run/shop.sock cannot be resolved"},
		{"nobody who accepts", unanswered(exchange.CauseDialTimeout), KindDialTimeout, "unix//run/shop.sock did not accept the connection in time"},
		{"no TLS", unanswered(exchange.CauseTLS), KindTLS, "TLS to unix//run/shop.sock failed"},
		{"no upstream", unanswered(exchange.CauseNoUpstream), KindNoUpstream, "no upstream is available"},

		{"a response cut short", cutAfter(1_200_000, 5_000_000), KindTruncated,
			"the response to " + request + " stopped after 1.2 MB of 5.0 MB, 12.0 s after the request"},
		{"a response of unknown length cut short", cutAfter(1_200_000, 0), KindTruncated,
			"the response to " + request + " stopped after 1.2 MB, 12.0 s after the request"},
		{"a panic", with(asText(""), func(x *exchange.Exchange) { x.Outcome, x.Failure.Panic = exchange.Panicked, "nil map" }), KindPanicked, "panic: nil map"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, event := eventOf(t, c.x)
			if got := at(t, event, "tags", "kind"); got != string(c.kind) {
				t.Errorf("kind %v, want %s", got, c.kind)
			}
			if got := at(t, event, "exception", "values", 0, "value"); got != c.value {
				t.Errorf("%v\nwant %s", got, c.value)
			}
		})
	}
}

func TestEveryCauseHasAKind(t *testing.T) {
	for _, cause := range []exchange.Cause{
		exchange.CauseRefused, exchange.CauseSocketMissing, exchange.CauseUnresolvable, exchange.CauseDialTimeout, exchange.CauseTLS,
		exchange.CauseNoUpstream, exchange.CauseTimeout, exchange.CauseReset, exchange.CauseClosed, exchange.CauseIdleClosed,
		exchange.CauseBadResponse, exchange.CauseResponseTooLarge, exchange.CauseOther,
	} {
		if kindByCause[cause] == "" {
			t.Errorf("%s has none", cause)
		}
	}
}

func TestTheTwoPagesOfGunicornAreTwoGroups(t *testing.T) {
	early, late, later := groupID(t, gunicorns(time.Millisecond)), groupID(t, gunicorns(30*time.Second)), groupID(t, gunicorns(31*time.Second))
	if early == late || late != later {
		t.Errorf("groups %s, %s and %s", early, late, later)
	}
}

// A title is what an issue is called: it must not tell of one request.
func TestTitlesHaveNoNumbersThatDiffer(t *testing.T) {
	title := func(x *exchange.Exchange) string {
		rec := New(Config{})
		f := rec.Site(Options{Scrubber: newScrubber(t)}).copy(x, 0)
		return groupOf(&f.x, rec.pages.read(f).message).title
	}
	for _, c := range []struct {
		a, b *exchange.Exchange
		want string
	}{
		{gunicorns(30 * time.Second), gunicorns(31 * time.Second), "gunicorn's own error page on POST /orders/<int:pk>/"},
		{unanswered(exchange.CauseClosed), retried(took(unanswered(exchange.CauseClosed), time.Second, 0)),
			"unix//run/shop.sock closed the connection without answering on POST /orders/<int:pk>/"},
		{unanswered(exchange.CauseResponseTooLarge), took(unanswered(exchange.CauseResponseTooLarge), time.Second, 0),
			"unix//run/shop.sock sent more headers than the gateway takes on POST /orders/<int:pk>/"},
		{unanswered(exchange.CauseIdleClosed), took(unanswered(exchange.CauseIdleClosed), time.Second, 0),
			"unix//run/shop.sock closed an idle connection on POST /orders/<int:pk>/"},
		{cutAfter(1, 2), cutAfter(3, 4), "POST /orders/<int:pk>/ was cut short"},
	} {
		if a, b := title(c.a), title(c.b); a != c.want || b != c.want {
			t.Errorf("titles %q and %q, want %q", a, b, c.want)
		}
	}
}

func TestSeconds(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                        "0 ms",
		999 * time.Millisecond:   "999 ms",
		time.Second:              "1.0 s",
		30049 * time.Millisecond: "30.0 s",
		10 * time.Minute:         "600.0 s",
	} {
		if got := seconds(d); got != want {
			t.Errorf("seconds(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestServersAreRemembered(t *testing.T) {
	answer := func(upstream, server string) *exchange.Exchange {
		return with(asText("boom"), func(x *exchange.Exchange) {
			x.Failure.Upstream = upstream
			x.Failure.ResponseHeader.Set("Server", server)
		})
	}
	for header, want := range map[string]string{
		"gunicorn":                     "gunicorn",
		"gunicorn/20.0.4":              "gunicorn",
		"WSGIServer/0.2 CPython/3.12":  "WSGIServer",
		"hypercorn-h11":                "hypercorn-h11",
		"Caddy":                        "", // the gateway's own
		"":                             "",
		"<script>":                     "",
		"its owner's secret: password": "its",
	} {
		if got := make(servers).of(answer("app:8000", header)); got != want {
			t.Errorf("%q is %q, want %q", header, got, want)
		}
	}

	known := make(servers)
	known.of(answer("app:8000", "gunicorn"))
	known.of(answer("", "uvicorn"))
	if got := known.of(unreachable(exchange.CauseClosed, "app:8000")); got != "gunicorn" {
		t.Errorf("app:8000 is %q", got)
	}
	if got := known.of(unreachable(exchange.CauseNoUpstream, "")) + known.of(unreachable(exchange.CauseClosed, "app:8001")); got != "" {
		t.Errorf("what has said nothing is %q", got)
	}
	known.of(answer("app:8000", "uvicorn"))
	if got := known.of(unreachable(exchange.CauseClosed, "app:8000")); got != "uvicorn" {
		t.Errorf("after an exchange app:8000 is %q", got)
	}
	for i := range 2 * maxServers {
		known.of(answer(fmt.Sprint("app:", i), "gunicorn"))
	}
	if len(known) > maxServers {
		t.Errorf("%d are remembered", len(known))
	}
}

func TestAnEventNamesTheServerThatHasAnsweredBefore(t *testing.T) {
	r := newRecording()
	site := r.Site(Options{Scrubber: newScrubber(t)})
	site.Observe(with(asText("boom"), func(x *exchange.Exchange) {
		x.Failure.Upstream = "unix//run/shop.sock"
		x.Failure.ResponseHeader.Set("Server", "gunicorn")
	}))
	site.Observe(unanswered(exchange.CauseClosed))
	r.close(t)
	const want = "gunicorn closed the connection after 30.0 s without answering POST /orders/<int:pk>/"
	if got := decoded(t, r.all[1].Event.Payload).Exception.Values[0].Value; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
