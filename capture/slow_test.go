package capture

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/store"
)

// late returns an exchange that ended well after so long.
func late(duration, headers time.Duration) *exchange.Exchange {
	return with(took(failed("text/html", ""), duration, headers), func(x *exchange.Exchange) {
		x.Outcome, x.Status, x.Slow = exchange.OK, 200, true
	})
}

func TestWordsOfASlowRequest(t *testing.T) {
	as := func(x *exchange.Exchange, outcome exchange.Outcome) *exchange.Exchange {
		x.Outcome = outcome
		return x
	}
	for _, c := range []struct {
		x    *exchange.Exchange
		want string
	}{
		{late(7200*time.Millisecond, 7100*time.Millisecond), "POST /orders/<int:pk>/ took 7.2 s, of which 7.1 s until the first byte"},
		{as(late(7200*time.Millisecond, 0), exchange.Canceled), "the client of POST /orders/<int:pk>/ left after 7.2 s without an answer"},
		{as(late(9*time.Second, 7*time.Second), exchange.Canceled), "POST /orders/<int:pk>/ took 7.0 s until the first byte, and its client left after 9.0 s"},
		{as(late(time.Hour, 7*time.Second), exchange.Streamed), "POST /orders/<int:pk>/ took 7.0 s until the first byte"},
	} {
		payload, _ := eventOf(t, c.x)
		e := decoded(t, payload)
		thrown := e.Exception.Values[0]
		if thrown.Value != c.want || thrown.Type != "Slow request" || !thrown.Mechanism.Handled {
			t.Errorf("%+v\nwant %s", thrown, c.want)
		}
		if e.Level != "warning" || e.Tags["kind"] != "slow" || strings.Join(e.Fingerprint, " ") != "slow shop.example POST /orders/<int:pk>/" {
			t.Errorf("level %s, tags %v, fingerprint %v", e.Level, e.Tags, e.Fingerprint)
		}
	}
}

func TestSlowRequestsAreCountedApartFromFailures(t *testing.T) {
	r := newRecording()
	policy, err := NewPolicy(Rules{Ignore: Conditions{Paths: []string{"/export/"}}})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	site := r.Site(Options{Scrubber: newScrubber(t), Policy: policy, ErrorLog: ErrorLog{Logger: slog.New(slog.NewTextHandler(&log, nil))}})
	for range eventBurst + 2 {
		site.Observe(late(7*time.Second, 7*time.Second))
	}
	site.Observe(with(late(7*time.Second, 7*time.Second), func(x *exchange.Exchange) { x.Path = "/export/" }))
	site.Observe(with(late(time.Second, time.Second), func(x *exchange.Exchange) { x.Slow = false }))
	site.Observe(asText("boom"))
	r.close(t)
	r.want(t, map[Disposition]int{Captured: 1})
	r.counters = r.slowCounters
	r.want(t, map[Disposition]int{Captured: eventBurst, RateLimited: 2, Ignored: 1})

	want := store.Group{Kind: "slow", Title: "slow: POST /orders/<int:pk>/", Site: "shop.example", Method: "POST", Route: "/orders/<int:pk>/", Status: 200}
	want.ID = r.all[0].Group.ID
	for _, o := range r.all[:eventBurst+2] {
		if o.Group != want {
			t.Errorf("group %+v", o.Group)
		}
	}
	if n := strings.Count(log.String(), "level=WARN"); n != eventBurst {
		t.Errorf("%d warnings in the log:\n%s", n, &log)
	}
}
