package metrics

import (
	"fmt"
	"maps"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/route"
)

// answered returns the record of a request that Django answered.
func answered() *exchange.Exchange {
	return &exchange.Exchange{
		Method:        "GET",
		Route:         "/orders/<int:pk>/",
		Status:        200,
		Outcome:       exchange.OK,
		Duration:      30 * time.Millisecond,
		TimeToHeaders: 20 * time.Millisecond,
		RequestBytes:  300,
		ResponseBytes: 5000,
	}
}

// gather registers the instruments anew and returns what they hold, by name.
func gather(t testing.TB, m *Metrics) map[string]*dto.MetricFamily {
	t.Helper()
	reg := prometheus.NewPedanticRegistry()
	for _, c := range m.Collectors() {
		if err := reg.Register(c); err != nil {
			t.Fatal(err)
		}
	}
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	byName := make(map[string]*dto.MetricFamily)
	for _, family := range families {
		byName[family.GetName()] = family
	}
	return byName
}

// series returns the one series of a family that has the labels, written as
// name=value; nil if there is none.
func series(family *dto.MetricFamily, labels ...string) *dto.Metric {
	for _, metric := range family.GetMetric() {
		has := make(map[string]bool)
		for _, label := range metric.GetLabel() {
			has[label.GetName()+"="+label.GetValue()] = true
		}
		all := true
		for _, label := range labels {
			all = all && has[label]
		}
		if all {
			return metric
		}
	}
	return nil
}

func TestInstruments(t *testing.T) {
	m := New()
	site := m.Site("shop.example")
	site.Begin("GET")
	site.Observe(answered())

	var got strings.Builder
	reg := prometheus.NewPedanticRegistry()
	reg.MustRegister(m.Collectors()...)
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if _, err := expfmt.MetricFamilyToText(&got, family); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/instruments.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("the instruments are not those of testdata/instruments.txt, which dashboards and alerts rely on:\n%s", got.String())
	}
}

func TestDurationsAreNativeAsWell(t *testing.T) {
	m := New()
	m.Site("a").Observe(answered())
	native := make(map[string]bool)
	for name, family := range gather(t, m) {
		if family.GetType() != dto.MetricType_HISTOGRAM {
			continue
		}
		h := family.GetMetric()[0].GetHistogram()
		native[name] = h.Schema != nil && len(h.GetPositiveSpan()) > 0
		if len(h.GetBucket()) == 0 {
			t.Errorf("%s has no classic buckets", name)
		}
	}
	want := map[string]bool{
		"http_server_request_duration_seconds": true,
		"django_time_to_headers_seconds":       true,
		"http_server_request_body_size_bytes":  false,
		"http_server_response_body_size_bytes": false,
	}
	if !maps.Equal(native, want) {
		t.Errorf("native: %v, want %v", native, want)
	}
}

func TestCountsAreExactUnderConcurrency(t *testing.T) {
	m := New()
	const goroutines, each = 8, 2_000
	routes := []string{"/", "/orders/", "/users/<int:pk>/"}
	statuses := []int{200, 404, 500}
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			site := m.Site([]string{"a", "b"}[g%2])
			for i := range each {
				x := answered()
				x.Method = exchange.Methods[1+i%3]
				x.Route = routes[i%3]
				x.Status = statuses[i/3%3]
				x.Outcome = exchange.Outcomes()[i%len(exchange.Outcomes())]
				active := site.Begin(x.Method)
				site.Observe(x)
				active.Dec()
			}
		})
	}
	wg.Wait()

	timed := uint64(0)
	outcomes := make(map[exchange.Outcome]int)
	for i := range each {
		outcome := exchange.Outcomes()[i%len(exchange.Outcomes())]
		outcomes[outcome] += goroutines
		if outcome.Timed() {
			timed += goroutines
		}
	}
	families := gather(t, m)
	for _, name := range []string{"http_server_request_duration_seconds", "django_time_to_headers_seconds",
		"http_server_request_body_size_bytes", "http_server_response_body_size_bytes"} {
		var sum uint64
		for _, metric := range families[name].GetMetric() {
			sum += metric.GetHistogram().GetSampleCount()
		}
		if sum != timed {
			t.Errorf("%s counts %d, want %d", name, sum, timed)
		}
	}
	for outcome, want := range outcomes {
		sum := 0.0
		for _, site := range []string{"a", "b"} {
			sum += series(families["django_exchanges_total"], "server_address="+site, "outcome="+outcome.String()).GetCounter().GetValue()
		}
		if int(sum) != want {
			t.Errorf("%v %v, want %d", sum, outcome, want)
		}
	}
	for _, metric := range families["http_server_active_requests"].GetMetric() {
		if v := metric.GetGauge().GetValue(); v != 0 {
			t.Errorf("%v requests are active", v)
		}
	}
	if n := len(families["http_server_request_duration_seconds"].GetMetric()); n != 2*3*3 {
		t.Errorf("%d series of durations, want %d", n, 2*3*3)
	}
}

func TestLabels(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(x *exchange.Exchange)
		labels []string
	}{
		{"as they are", func(x *exchange.Exchange) {}, []string{"http_route=/orders/<int:pk>/", "http_request_method=GET", "http_response_status_code=200"}},
		{"a method of the client's own", func(x *exchange.Exchange) { x.Method = "FROBNICATE" }, []string{"http_request_method=_OTHER"}},
		{"a method in lower case", func(x *exchange.Exchange) { x.Method = "get" }, []string{"http_request_method=_OTHER"}},
		{"no method", func(x *exchange.Exchange) { x.Method = "" }, []string{"http_request_method=_OTHER"}},
		{"the label of an unknown method", func(x *exchange.Exchange) { x.Method = "_OTHER" }, []string{"http_request_method=_OTHER"}},
		{"the last method", func(x *exchange.Exchange) { x.Method = "TRACE" }, []string{"http_request_method=TRACE"}},
		{"an unusual status", func(x *exchange.Exchange) { x.Status = 799 }, []string{"http_response_status_code=799"}},
		{"a status of two digits", func(x *exchange.Exchange) { x.Status = 99 }, []string{"http_response_status_code=_OTHER"}},
		{"a status of four digits", func(x *exchange.Exchange) { x.Status = 1000 }, []string{"http_response_status_code=_OTHER"}},
		{"a route without a name", func(x *exchange.Exchange) { x.Route = route.Unmatched }, []string{"http_route=_unmatched"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := New()
			x := answered()
			c.change(x)
			m.Site("a").Observe(x)
			if series(gather(t, m)["http_server_request_duration_seconds"], c.labels...) == nil {
				t.Errorf("no series has %v", c.labels)
			}
		})
	}
}

func TestAStreamIsCountedAndNotTimed(t *testing.T) {
	m := New()
	x := answered()
	x.Outcome = exchange.Streamed
	m.Site("a").Observe(x)
	families := gather(t, m)
	if v := series(families["django_exchanges_total"], "outcome=streamed").GetCounter().GetValue(); v != 1 {
		t.Errorf("%v streams are counted", v)
	}
	for _, name := range []string{"http_server_request_duration_seconds", "django_time_to_headers_seconds", "http_server_response_body_size_bytes"} {
		if families[name] != nil {
			t.Errorf("%s has a series", name)
		}
	}
}

func TestAnExchangeWithoutAProxiedResponseHasNoTimeToHeaders(t *testing.T) {
	m := New()
	x := answered()
	x.TimeToHeaders = 0
	m.Site("a").Observe(x)
	if gather(t, m)["django_time_to_headers_seconds"] != nil {
		t.Error("there is one")
	}
}

func TestTheInstrumentsOutliveARegistry(t *testing.T) {
	m := New()
	m.Site("a").Observe(answered())
	gather(t, m)
	m.Site("a").Observe(answered()) // after a reload: another registry, the same site
	if n := gather(t, m)["http_server_request_duration_seconds"].GetMetric()[0].GetHistogram().GetSampleCount(); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
	if a, again := m.Site("a"), m.Site("a"); a != again || a == m.Site("b") || a.Name() != "a" {
		t.Error("a site is not the same by its name")
	}
}

func TestRoutesAreCapped(t *testing.T) {
	m := New()
	site := m.Site("a")
	const more = 100
	x := answered()
	for i := range maxRoutes + more {
		x.Route = fmt.Sprintf("/%d/", i)
		site.Observe(x)
	}
	x.Route = "/0/"
	site.Observe(x)
	family := gather(t, m)["http_server_request_duration_seconds"]
	if n := len(family.GetMetric()); n != maxRoutes+1 {
		t.Errorf("%d routes, want %d", n, maxRoutes+1)
	}
	if n := series(family, "http_route="+route.Other).GetHistogram().GetSampleCount(); n != more {
		t.Errorf("%d requests past the cap, want %d", n, more)
	}
	if n := series(family, "http_route=/0/").GetHistogram().GetSampleCount(); n != 2 {
		t.Errorf("%d requests of a known route, want 2", n)
	}
	m.Site("b").Observe(x)
	if series(gather(t, m)["http_server_request_duration_seconds"], "server_address=b", "http_route=/0/") == nil {
		t.Error("one site's cap is another's")
	}
}

func TestObservingAllocatesNothing(t *testing.T) {
	site := New().Site("a")
	x := answered()
	statuses := []int{200, 404, 500}
	observed := 0
	if n := testing.AllocsPerRun(1000, func() {
		x.Status = statuses[observed%len(statuses)]
		observed++
		active := site.Begin(x.Method)
		site.Observe(x)
		active.Dec()
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
