package capture

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/caddy-django/gateway/exchange"
)

// outageEvent is what a receiver gets to know of an outage.
type outageEvent struct {
	Level     string
	Exception struct {
		Values []struct{ Type, Value string }
	}
	Contexts struct {
		Outage struct {
			Since          time.Time
			RequestsFailed int64 `json:"requests_failed"`
		}
		Gateway struct {
			Upstream            string
			SuppressedSinceLast int64 `json:"suppressed_since_last"`
		}
	}
}

// events returns the events that were made, and checks that all are of one group.
func (r *recording) events(t *testing.T) (events []outageEvent) {
	t.Helper()
	for _, o := range r.all {
		if o.Group != r.all[0].Group {
			t.Errorf("groups %+v and %+v", r.all[0].Group, o.Group)
		}
		if o.Event == nil {
			continue
		}
		var e outageEvent
		if err := json.Unmarshal(o.Event.Payload, &e); err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	return events
}

// failing lets a request to app:8000 fail after so long.
func failing(site *Site, after time.Duration, cause exchange.Cause, route string) {
	x := unreachable(cause, "app:8000")
	if cause == exchange.CauseNoUpstream {
		x.Failure.Upstream = ""
	}
	x.Start, x.Duration, x.Route = start.Add(after), 0, route
	site.Observe(x)
}

func TestAnOutageIsOneIssueWithOneEventAMinute(t *testing.T) {
	r := newRecording()
	r.Start()
	site := r.Site(Options{Scrubber: newScrubber(t)})
	causes := []exchange.Cause{exchange.CauseRefused, exchange.CauseSocketMissing, exchange.CauseUnresolvable, exchange.CauseDialTimeout, exchange.CauseNoUpstream}
	routes := []string{"/", "/orders/", "/users/<int:pk>/"}
	const failures = 1201
	for i := range failures { // in three minutes
		failing(site, time.Duration(i)*3*time.Minute/(failures-1), causes[i%len(causes)], routes[i%len(routes)])
	}
	r.close(t)

	events := r.events(t)
	if len(r.all) != failures || len(events) != 4 {
		t.Fatalf("%d failures are counted and %d events made, want %d and 4", len(r.all), len(events), failures)
	}
	var told int64
	for i, e := range events {
		told += 1 + e.Contexts.Gateway.SuppressedSinceLast
		if e.Level != "fatal" || !e.Contexts.Outage.Since.Equal(start) || e.Contexts.Outage.RequestsFailed != told || e.Contexts.Gateway.Upstream != "app:8000" {
			t.Errorf("event %d, of %d failures: %+v", i, told, e)
		}
	}
	if title := r.all[0].Group.Title; title != "Django is unreachable at app:8000" {
		t.Errorf("the issue is called %q", title)
	}
	for i, want := range map[int]string{
		0: "app:8000 refused the connection",
		3: "Django has been unreachable for 3 min, 1,201 requests failed: app:8000 refused the connection",
	} {
		if got := events[i].Exception.Values[0].Value; got != want {
			t.Errorf("event %d says %q, want %q", i, got, want)
		}
	}
}

func TestTheNextOutageStartsAfresh(t *testing.T) {
	r := newRecording()
	site := r.Site(Options{Scrubber: newScrubber(t)})
	for range 100 {
		failing(site, 0, exchange.CauseRefused, "/")
	}
	later := outageGap + time.Second
	failing(site, later, exchange.CauseSocketMissing, "/")
	r.close(t)
	events := r.events(t)
	if len(events) != 2 {
		t.Fatalf("%d events", len(events))
	}
	second := events[1]
	if second.Contexts.Outage.RequestsFailed != 1 || !second.Contexts.Outage.Since.Equal(start.Add(later)) ||
		second.Exception.Values[0].Value != "the socket app:8000 does not exist" {
		t.Errorf("the second outage: %+v", second)
	}
	if suppressed := second.Contexts.Gateway.SuppressedSinceLast; suppressed != 99 {
		t.Errorf("%d failures of the first outage are told with the second, want the 99 that made no event", suppressed)
	}
}

func TestNoUpstreamBelongsToTheOutageOfItsSiteOnly(t *testing.T) {
	for _, c := range []struct {
		name string
		dial failedDial
		want string
	}{
		{"that lasts", failedDial{"app:8000", start.Add(-outageGap)}, "app:8000"},
		{"that is over", failedDial{"app:8000", start.Add(-outageGap - 1)}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dials := failedDials{"shop.example": c.dial}
			x := unreachable(exchange.CauseNoUpstream, "")
			dials.name(x, start)
			if x.Failure.Upstream != c.want {
				t.Errorf("upstream %q, want %q", x.Failure.Upstream, c.want)
			}
			x = unreachable(exchange.CauseRefused, "app2:8000")
			failedDials{"shop.example": c.dial}.name(x, start)
			if x.Failure.Upstream != "app2:8000" {
				t.Errorf("upstream %q instead of the one that was dialled", x.Failure.Upstream)
			}
			x = with(unreachable(exchange.CauseNoUpstream, ""), func(x *exchange.Exchange) { x.Site = "www.example" })
			dials.name(x, start)
			if x.Failure.Upstream != "" {
				t.Errorf("upstream %q of another site", x.Failure.Upstream)
			}
		})
	}
}

func TestLasting(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                                 "0 s",
		59*time.Second + 999:              "59 s",
		time.Minute:                       "1 min",
		time.Hour - 1:                     "59 min",
		26*time.Hour + 5*time.Minute + 59: "26 h 5 min",
	} {
		if got := lasting(d); got != want {
			t.Errorf("lasting(%v) = %q, want %q", d, got, want)
		}
	}
}
