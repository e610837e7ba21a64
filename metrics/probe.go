package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/caddy-django/gateway/exchange"
)

// queryBuckets are numbers of statements: a page with more than a few dozen asks in a loop.
var queryBuckets = []float64{0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 75, 100, 200, 500, 1000}

// probeMetrics are the instruments of what the probe in Django tells.
type probeMetrics struct {
	database      *prometheus.HistogramVec
	queries       *prometheus.HistogramVec
	view          *prometheus.HistogramVec
	answers       *prometheus.CounterVec
	disagreements *prometheus.CounterVec
}

func newProbeMetrics() probeMetrics {
	return probeMetrics{
		database: durationHistogram(DatabaseDuration,
			"Time that the statements of a request took, together, as the probe in Django tells.", LabelSite, LabelRoute),
		queries: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    DatabaseQueries,
			Help:    "Statements that a request took, as the probe in Django tells.",
			Buckets: queryBuckets,
		}, []string{LabelSite, LabelRoute}),
		view: durationHistogram(ViewDuration,
			"Time in the view without middleware, as the probe in Django tells.", LabelSite, LabelRoute),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: ProbeAnswers,
			Help: "Requests that asked the probe in Django, by what came of it.",
		}, []string{LabelSite, LabelResult}),
		disagreements: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: ProbeRouteDisagreements,
			Help: "Requests for which Django found another route than its URLconf has for the path.",
		}, []string{LabelSite}),
	}
}

func (m *probeMetrics) collectors() []prometheus.Collector {
	return []prometheus.Collector{m.database, m.queries, m.view, m.answers, m.disagreements}
}

// probeSite are the series of a site that asks its probe. They are made with the first answer.
type probeSite struct {
	answers       []prometheus.Counter // by exchange.ProbeResult
	disagreements prometheus.Counter
	workers       workers
}

func newProbeSite(m *Metrics, site string) *probeSite {
	p := &probeSite{answers: make([]prometheus.Counter, 1), disagreements: m.probe.disagreements.WithLabelValues(site)}
	for _, result := range exchange.ProbeResults() {
		p.answers = append(p.answers, m.probe.answers.WithLabelValues(site, result.String()))
	}
	return p
}

// probed returns what is told of the site's probe.
func (s *Site) probed() *probeSite {
	if p := s.probe.Load(); p != nil {
		return p
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.probe.Load(); p != nil {
		return p
	}
	p := newProbeSite(s.m, s.name)
	s.probe.Store(p)
	return p
}

// observeProbe counts what came of asking.
func (s *Site) observeProbe(x *exchange.Exchange) {
	p := s.probed()
	p.answers[x.Probe.Result].Inc()
	if x.Probe.Result != exchange.ProbeOK {
		return
	}
	if x.Probe.RouteDisagrees {
		p.disagreements.Inc()
	}
	p.workers.heard(&x.Probe)
}

// probeSeries are those of a route.
type probeSeries struct {
	database, queries, view prometheus.Observer
}

// observeAnswer notes what the probe told of a request on the route.
func (r *routeSeries) observeAnswer(s *Site, x *exchange.Exchange) {
	series := r.probe.Load()
	if series == nil {
		if series = r.newProbeSeries(s); series == nil {
			return
		}
	}
	a := &x.Probe.Answer
	if a.HasQueries {
		series.queries.Observe(float64(a.Queries))
		series.database.Observe(a.QueryTime.Seconds())
	}
	if a.ViewTime > 0 {
		series.view.Observe(a.ViewTime.Seconds())
	}
}

// newProbeSeries returns nil if the route's series are removed.
func (r *routeSeries) newProbeSeries(s *Site) *probeSeries {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.removed {
		return nil
	}
	m := &s.m.probe
	series := &probeSeries{
		database: m.database.WithLabelValues(s.name, r.label),
		queries:  m.queries.WithLabelValues(s.name, r.label),
		view:     m.view.WithLabelValues(s.name, r.label),
	}
	r.probe.Store(series) // another request that is here gets the same
	return series
}

func (m *probeMetrics) removeRoute(site, label string) {
	for _, vec := range []*prometheus.HistogramVec{m.database, m.queries, m.view} {
		vec.DeleteLabelValues(site, label)
	}
}
