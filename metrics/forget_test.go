package metrics

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/probe"
)

func observed(route string) *exchange.Exchange {
	return &exchange.Exchange{
		Method: "GET", Route: route, Status: 200, Duration: time.Millisecond, TimeToHeaders: time.Millisecond,
		Probe: exchange.Probe{Result: exchange.ProbeOK, Answer: probe.Answer{HasQueries: true, Queries: 1, ViewTime: time.Millisecond}},
	}
}

// seriesOf counts the series that have the label of a route.
func seriesOf(t *testing.T, m *Metrics, route string) (n int) {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(m.Collectors()...)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			for _, label := range metric.GetLabel() {
				if label.GetName() == LabelRoute && strings.HasPrefix(label.GetValue(), route) {
					n++
				}
			}
		}
	}
	return n
}

func TestAForgottenRouteLeavesNoSeries(t *testing.T) {
	m := New()
	site, another := m.Site("shop.example.com"), m.Site("blog.example.com")
	for _, s := range []*Site{site, another} {
		s.Observe(observed("/gone/"))
	}
	site.Observe(observed("/stays/"))
	if n := seriesOf(t, m, "/gone/"); n != 10 {
		t.Fatalf("%d series of two sites, want 10", n)
	}
	series := site.route("/gone/")
	site.Forget("/gone/")
	site.Forget("/never-seen/")
	if n := seriesOf(t, m, "/gone/"); n != 5 {
		t.Errorf("%d series, want the 5 of the other site", n)
	}
	if n := seriesOf(t, m, "/stays/"); n != 5 {
		t.Errorf("%d series of the route that stays, want 5", n)
	}
	// A request that has found the series before they were removed makes none again.
	late := observed("/gone/")
	late.Status = 500
	observeDuration(series.duration(site, 3, 500), late)
	series.timeToHeaders(site, 3).Observe(1)
	series.observeAnswer(site, late)
	if n := seriesOf(t, m, "/gone/"); n != 5 {
		t.Errorf("%d series after a late request, want 5", n)
	}
	site.Observe(observed("/gone/"))
	if n := seriesOf(t, m, "/gone/"); n != 10 {
		t.Errorf("%d series when the route is back, want 10", n)
	}
}

func TestForgettingMakesRoomForOtherRoutes(t *testing.T) {
	m := New()
	site := m.Site("shop.example.com")
	for i := range 2 * maxRoutes {
		label := fmt.Sprintf("/r%d/", i)
		if got := site.route(label).label; got != label {
			t.Fatalf("%s is %s", label, got)
		}
		site.Forget(label)
	}
}

func TestRoutesAreForgottenWhileTheyAreObserved(t *testing.T) {
	m := New()
	site := m.Site("shop.example.com")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 500 {
				site.Observe(observed("/gone/"))
				site.Forget("/gone/")
			}
		})
	}
	wg.Wait()
	site.Forget("/gone/")
	if n := seriesOf(t, m, "/gone/"); n != 0 {
		t.Errorf("%d series are left", n)
	}
}
