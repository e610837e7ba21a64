package capture

import (
	"strings"
	"testing"

	"github.com/caddy-django/gateway/exchange"
)

// groupID returns the group which x falls in.
func groupID(t *testing.T, x *exchange.Exchange) string {
	t.Helper()
	rec := New(Config{})
	f := rec.Site(Options{Scrubber: newScrubber(t)}).copy(x, 0)
	return groupOf(&f.x, rec.pages.read(f).message).id()
}

func with(x *exchange.Exchange, change func(x *exchange.Exchange)) *exchange.Exchange {
	change(x)
	return x
}

func asText(body string) *exchange.Exchange { return failed("text/plain", body) }

func TestOneGroup(t *testing.T) {
	long := strings.Repeat("word ", 60)
	for _, c := range []struct {
		name string
		a, b *exchange.Exchange
	}{
		{"identifiers differ", asText("order 17 is gone"), asText("order 4711 is gone")},
		{"UUIDs differ", asText("task 6f9619ff-8b86-d011-b42d-00cf4fc964ff"), asText("task 0a0a0a0a-8b86-d011-b42d-00cf4fc964ff")},
		{"dates differ", asText("closed on 2026-03-04 05:06:07"), asText("closed on 2025-12-31 23:59:59")},
		{"memory addresses differ", asText("<Order object at 0x7f00aa>"), asText("<Order object at 0x55b2c91d0>")},
		{"quoted values differ", asText("KeyError: 'price'"), asText("KeyError: 'name'")},
		{"long identifiers move what comes after", asText("order 1 " + long), asText("order 123456789012345 " + long)},
		{"secrets differ", asText("token=abc"), asText("token=abcdef")},
		{"the paths of a debug page differ", failed("text/html", fixture(t, "debug.html")),
			failed("text/html", strings.ReplaceAll(fixture(t, "debug.html"), "at /", "at /elsewhere/"))},
		{"the debug page is HTML for one client and text for the other", failed("text/html", fixture(t, "debug.html")), asText(fixture(t, "debug.txt"))},
		{"an upstream refuses connections on two routes", unreachable(exchange.CauseRefused, "app:8000"),
			with(unreachable(exchange.CauseRefused, "app:8000"), func(x *exchange.Exchange) { x.Route, x.Method = "/", "GET" })},
		{"the cause of an outage changes", unreachable(exchange.CauseRefused, "app:8000"), unreachable(exchange.CauseDialTimeout, "app:8000")},
		{"methods nobody has heard of differ", with(asText("x"), func(x *exchange.Exchange) { x.Method = "FOO" }),
			with(asText("x"), func(x *exchange.Exchange) { x.Method = "BAR" })},
	} {
		t.Run(c.name, func(t *testing.T) {
			if a, b := groupID(t, c.a), groupID(t, c.b); a != b {
				t.Errorf("groups %s and %s", a, b)
			}
		})
	}
}

func TestTwoGroups(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b *exchange.Exchange
	}{
		{"two bugs on one route", asText("KeyError: 'a'"), asText("TypeError: 'a'")},
		{"two messages on one debug page", failed("text/html", fixture(t, "debug.html")),
			failed("text/html", strings.ReplaceAll(fixture(t, "debug.html"), "invalid literal", "no literal"))},
		{"two tracebacks", asText("Traceback (most recent call last):\n  File \"x.py\", line 1, in f\nKeyError: 1"),
			asText("Traceback (most recent call last):\n  File \"x.py\", line 1, in f\nOSError: 1")},
		{"two routes", asText("boom"), with(asText("boom"), func(x *exchange.Exchange) { x.Route = "/" })},
		{"two methods", asText("boom"), with(asText("boom"), func(x *exchange.Exchange) { x.Method = "GET" })},
		{"two statuses", asText("boom"), with(asText("boom"), func(x *exchange.Exchange) { x.Status = 503 })},
		{"two sites", asText("boom"), with(asText("boom"), func(x *exchange.Exchange) { x.Site = "www.example" })},
		{"two outcomes", asText(""), with(asText(""), func(x *exchange.Exchange) { x.Outcome = exchange.Truncated })},
		{"two upstreams", unreachable(exchange.CauseRefused, "app1:8000"), unreachable(exchange.CauseRefused, "app2:8000")},
		{"two causes", unreachable(exchange.CauseTimeout, "app:8000"), unreachable(exchange.CauseReset, "app:8000")},
		{"Django was not reached, or did not answer", unreachable(exchange.CauseDialTimeout, "app:8000"), unreachable(exchange.CauseTimeout, "app:8000")},
		{"two sites of one upstream", unreachable(exchange.CauseRefused, "app:8000"),
			with(unreachable(exchange.CauseRefused, "app:8000"), func(x *exchange.Exchange) { x.Site = "www.example" })},
		{"a timeout on two routes", unreachable(exchange.CauseTimeout, "app:8000"),
			with(unreachable(exchange.CauseTimeout, "app:8000"), func(x *exchange.Exchange) { x.Route = "/" })},
		{"two panics", with(asText(""), func(x *exchange.Exchange) { x.Outcome, x.Failure.Panic = exchange.Panicked, "a" }),
			with(asText(""), func(x *exchange.Exchange) { x.Outcome, x.Failure.Panic = exchange.Panicked, "b" })},
		{"keys that run into each other", with(asText("x"), func(x *exchange.Exchange) { x.Site, x.Route = "a", "b/" }),
			with(asText("x"), func(x *exchange.Exchange) { x.Site, x.Route = "ab", "/" })},
	} {
		t.Run(c.name, func(t *testing.T) {
			if a, b := groupID(t, c.a), groupID(t, c.b); a == b {
				t.Errorf("both in group %s", a)
			}
		})
	}
}

// A group outlives the binary that made it: whoever changes this value starts
// every group of every installation anew.
func TestGroupIDsAreStable(t *testing.T) {
	for _, c := range []struct {
		x    *exchange.Exchange
		want string
	}{
		{failed("text/html", fixture(t, "production.html")), "073053aefc9cb08f3f4f628a51b4cafc"},
		{unreachable(exchange.CauseRefused, "app:8000"), "f0489fd4151e7a33d2d10b5f995333d6"},
		{unreachable(exchange.CauseReset, "app:8000"), "2bb3afa9965fc75445e9d12ae0851ba3"},
		{unreachable(exchange.CauseTimeout, "app:8000"), "1662cad98832f2339a1978fc5ba20675"},
		{with(asText(""), func(x *exchange.Exchange) { x.Outcome = exchange.Truncated }), "4a6cf905d0f08b5701ea9a04d036eaef"},
	} {
		if got := groupID(t, c.x); got != c.want {
			t.Errorf("group %s, want %s", got, c.want)
		}
	}
}

func TestTitles(t *testing.T) {
	for _, c := range []struct {
		name string
		x    *exchange.Exchange
		want string
	}{
		{"what the page says", failed("text/html", fixture(t, "production.html")), "Server Error (500)"},
		{"the status, of a page that says nothing", failed("", ""), "Internal Server Error"},
		{"a long message is clipped", asText(strings.Repeat("a", 500)), strings.Repeat("a", maxTitle-len("…")) + "…"},
		{"a secret in the message", asText("no user for token=abc"), "no user for token=[Filtered]"},
		{"an outage", unreachable(exchange.CauseRefused, "app:8000"), "Django is unreachable at app:8000"},
		{"an outage of nobody knows what", unreachable(exchange.CauseNoUpstream, ""), "Django is unreachable"},
		{"a timeout", unreachable(exchange.CauseTimeout, "app:8000"), "app:8000 did not answer in time on POST /orders/<int:pk>/"},
		{"a reset", unreachable(exchange.CauseReset, ""), "the upstream closed the connection without answering on POST /orders/<int:pk>/"},
		{"a bad response", unreachable(exchange.CauseBadResponse, "app:8000"), "app:8000 sent something that is not HTTP on POST /orders/<int:pk>/"},
		{"an unknown cause", unreachable(exchange.CauseOther, "app:8000"), "the gateway answered 502 on POST /orders/<int:pk>/"},
		{"a truncated response", with(asText(""), func(x *exchange.Exchange) { x.Outcome = exchange.Truncated }), "POST /orders/<int:pk>/ was cut short"},
		{"a panic", with(asText(""), func(x *exchange.Exchange) { x.Outcome, x.Failure.Panic = exchange.Panicked, "nil\nmap" }), "panic: nil map"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := New(Config{})
			f := rec.Site(Options{Scrubber: newScrubber(t)}).copy(c.x, 0)
			got := groupOf(&f.x, rec.pages.read(f).message).group(&f.x)
			if got.Title != c.want {
				t.Errorf("title %q, want %q", got.Title, c.want)
			}
			kind := string(kindOf(c.x, message{}))
			method, route := "POST", c.x.Route
			if c.x.Outcome == exchange.GatewayError && !c.x.Failure.Cause.Reached() {
				kind, method, route = string(KindUnreachable), Any, Any
			}
			if got.Kind != kind || got.Site != c.x.Site || got.Route != route || got.Status != c.x.Status || got.Method != method {
				t.Errorf("group %+v", got)
			}
		})
	}
}
