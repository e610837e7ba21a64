package capture

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/exchange"
)

// lastEvent returns the event of the last of the exchanges, all of one site.
func lastEvent(t *testing.T, opts Options, exchanges ...*exchange.Exchange) (payload string, decoded map[string]any) {
	t.Helper()
	r := newRecording()
	opts.Scrubber = newScrubber(t)
	site := r.Site(opts)
	for _, x := range exchanges {
		site.Observe(x)
	}
	r.close(t)
	last := r.all[len(r.all)-1]
	if err := json.Unmarshal(last.Event.Payload, &decoded); err != nil {
		t.Fatal(err)
	}
	return string(last.Event.Payload), decoded
}

func by(visitor string, x *exchange.Exchange) *exchange.Exchange {
	x.Visitor = visitor
	return x
}

func ok(method, route string, status int, second int) *exchange.Exchange {
	return &exchange.Exchange{Site: "shop.example", Method: method, Route: route, Status: status, Outcome: exchange.OK,
		Start: start.Add(-time.Minute), Duration: time.Duration(second) * time.Second}
}

func TestAnEventTellsWhatItsVisitorDidBefore(t *testing.T) {
	earlier := by("s3cr3t-ada", failed("text/plain", "first"))
	earlier.Start = start.Add(-time.Second)
	payload, event := lastEvent(t, Options{Breadcrumbs: true},
		by("s3cr3t-ada", ok("GET", "/cart/", 200, 1)),
		by("s3cr3t-bob", ok("GET", "/", 200, 2)),
		by("s3cr3t-ada", ok("BREW", "/coffee/", 418, 3)),
		earlier,
		by("s3cr3t-ada", failed("text/plain", "second")),
	)
	crumb := func(at, level, method, url string, status, ms float64) map[string]any {
		return map[string]any{"type": "http", "category": "http", "level": level, "timestamp": at,
			"data": map[string]any{"method": method, "url": url, "status_code": status, "duration_ms": ms}}
	}
	want := map[string]any{"values": []any{
		crumb("2026-03-04T05:05:08.008Z", "info", "GET", "/cart/", 200, 1000),
		crumb("2026-03-04T05:05:10.008Z", "warning", "_OTHER", "/coffee/", 418, 3000),
		crumb("2026-03-04T05:06:06.0095Z", "error", "POST", "/orders/<int:pk>/", 500, 1.5),
	}}
	if got := at(t, event, "breadcrumbs"); !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if strings.Contains(payload, planted) {
		t.Errorf("the visitor is in %s", payload)
	}
}

func TestAnEventWithoutBreadcrumbs(t *testing.T) {
	for name, c := range map[string]struct {
		opts   Options
		before *exchange.Exchange
	}{
		"of a visitor who was not here before": {Options{Breadcrumbs: true}, by("bob", ok("GET", "/", 200, 1))},
		"of nobody known":                      {Options{Breadcrumbs: true}, by("", ok("GET", "/", 200, 1))},
		"of a site that wants none":            {Options{}, by("ada", ok("GET", "/", 200, 1))},
	} {
		t.Run(name, func(t *testing.T) {
			x := by("ada", failed("text/plain", "boom"))
			if c.before.Visitor == "" {
				x.Visitor = ""
			}
			if _, event := lastEvent(t, c.opts, c.before, x); at(t, event, "breadcrumbs") != nil {
				t.Errorf("%v", event["breadcrumbs"])
			}
		})
	}
}

func TestSitesOfOneRecorderShareTheHistory(t *testing.T) {
	r := newRecording()
	before := r.Site(Options{Breadcrumbs: true})
	before.Observe(by("ada", ok("GET", "/cart/", 200, 1)))
	after := r.Site(Options{Breadcrumbs: true, Scrubber: newScrubber(t)}) // as after a reload
	after.Observe(by("ada", failed("text/plain", "boom")))
	r.close(t)
	if payload := string(r.all[0].Event.Payload); !strings.Contains(payload, "/cart/") {
		t.Errorf("nothing is left of before in %s", payload)
	}
	if newRecording().Site(Options{}).history != nil {
		t.Error("there is a history that nobody wants")
	}
}

func TestWhatTellsVisitorsApartIsNotQueued(t *testing.T) {
	site := newRecording().Site(Options{Breadcrumbs: true})
	if f := site.copy(by("s3cr3t-ada", asText("boom")), 0); f.x.Visitor != "" {
		t.Errorf("the visitor is %q", f.x.Visitor)
	}
}

func TestLongRoutesAreCut(t *testing.T) {
	_, event := lastEvent(t, Options{Breadcrumbs: true},
		by("ada", ok("GET", "/"+strings.Repeat("a", 5000), 200, 1)), by("ada", failed("text/plain", "boom")))
	if url := fmt.Sprint(at(t, event, "breadcrumbs", "values", 0, "data", "url")); len(url) > maxTag {
		t.Errorf("%d bytes", len(url))
	}
}
