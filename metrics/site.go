package metrics

import (
	"maps"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/route"
)

// maxRoutes bounds the routes of a site, whatever the labels come from.
const maxRoutes = 5000

// Site holds the instruments of one site, resolved to their series.
type Site struct {
	m    *Metrics
	name string

	methods  [len(exchange.Methods)]methodSeries
	outcomes []prometheus.Counter // by exchange.Outcome

	// routes is replaced as a whole when a route is seen for the first time, so
	// that reading it takes no lock.
	routes atomic.Pointer[map[string]*routeSeries]
	mu     sync.Mutex // held to replace what is around it

	catalogs atomic.Pointer[[]route.Catalog]
	probe    atomic.Pointer[probeSite] // nil until the site asks one
}

// methodSeries are made when a method is first used: most never are.
type methodSeries struct {
	once         sync.Once
	active       prometheus.Gauge
	requestSize  prometheus.Observer
	responseSize prometheus.Observer
}

func newSite(m *Metrics, name string) *Site {
	s := &Site{m: m, name: name}
	for _, outcome := range exchange.Outcomes() {
		s.outcomes = append(s.outcomes, m.exchanges.WithLabelValues(name, outcome.String()))
	}
	s.routes.Store(&map[string]*routeSeries{})
	return s
}

// Name returns the site's label.
func (s *Site) Name() string { return s.name }

// Begin counts a request as active; the returned gauge counts it down again.
func (s *Site) Begin(method string) prometheus.Gauge {
	active := s.method(exchange.MethodIndex(method)).active
	active.Inc()
	return active
}

func (s *Site) method(index int) *methodSeries {
	series := &s.methods[index]
	series.once.Do(func() {
		series.active = s.m.active.WithLabelValues(s.name, exchange.Methods[index])
		series.requestSize = s.m.requestSize.WithLabelValues(s.name, exchange.Methods[index])
		series.responseSize = s.m.responseSize.WithLabelValues(s.name, exchange.Methods[index])
	})
	return series
}

// Observe implements exchange.Observer.
func (s *Site) Observe(x *exchange.Exchange) {
	method := exchange.MethodIndex(x.Method)
	s.outcomes[x.Outcome].Inc()
	if x.Probe.Result != exchange.ProbeNotAsked {
		s.observeProbe(x)
	}
	if !x.Outcome.Timed() {
		return
	}
	sizes := s.method(method)
	sizes.requestSize.Observe(float64(x.RequestBytes))
	sizes.responseSize.Observe(float64(x.ResponseBytes))
	series := s.route(x.Route)
	observeDuration(series.duration(s, method, x.Status), x)
	if x.TimeToHeaders > 0 {
		series.timeToHeaders(s, method).Observe(x.TimeToHeaders.Seconds())
	}
	if x.Probe.Result == exchange.ProbeOK {
		series.observeAnswer(s, x)
	}
}

// route returns the series of a route label.
func (s *Site) route(label string) *routeSeries {
	if series, ok := (*s.routes.Load())[label]; ok {
		return series
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	known := *s.routes.Load()
	if len(known) >= maxRoutes {
		label = route.Other
	}
	if series, ok := known[label]; ok {
		return series
	}
	series := &routeSeries{label: label}
	grown := maps.Clone(known)
	grown[label] = series
	s.routes.Store(&grown)
	return series
}

// Forget removes the series of a learned route whose label is not used any more, so that the labels of a site
// stay bounded. If the label comes back, its counters begin at 0 as after a restart.
func (s *Site) Forget(label string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := *s.routes.Load()
	series, ok := known[label]
	if !ok {
		return
	}
	left := maps.Clone(known)
	delete(left, label)
	s.routes.Store(&left)
	series.remove(s)
}
