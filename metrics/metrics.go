// Package metrics turns exchanges into Prometheus instruments, named after
// OpenTelemetry's semantic conventions for HTTP servers.
//
// The instruments outlive the configuration that made them: Caddy has a new
// registry after each reload, and the same collectors are registered in it.
// What a request touches is resolved once for each combination of labels and
// then reached without a lookup by label and without allocating.
package metrics

import (
	"maps"
	"slices"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/route"
)

// OtherSite labels requests for a host which the configuration does not name,
// as Caddy's own metrics do.
const OtherSite = "_other"

// Native histograms: eight buckets per doubling and at most 160 of them, which
// bounds both the error (5 %) and the memory.
const (
	nativeBucketFactor = 1.1
	nativeMaxBuckets   = 160
)

// durationBuckets are in seconds, as OpenTelemetry advises for
// http.server.request.duration.
var durationBuckets = []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}

// sizeBuckets are in bytes: 256 B to 4 MiB.
var sizeBuckets = prometheus.ExponentialBuckets(256, 4, 8)

// Metrics holds the instruments of all sites. It is safe for concurrent use.
type Metrics struct {
	duration      *prometheus.HistogramVec
	timeToHeaders *prometheus.HistogramVec
	active        *prometheus.GaugeVec
	requestSize   *prometheus.HistogramVec
	responseSize  *prometheus.HistogramVec
	exchanges     *prometheus.CounterVec
	probe         probeMetrics

	mu       sync.Mutex
	sites    map[string]*Site
	catalogs map[route.Catalog]int // those in use, and by how many
}

// New makes the instruments. Register them with Collectors.
func New() *Metrics {
	return &Metrics{
		duration: durationHistogram(RequestDuration,
			"Time from the request's arrival until the last byte of its response was handed to the client.",
			LabelSite, LabelRoute, LabelMethod, LabelStatus),
		timeToHeaders: durationHistogram(TimeToHeaders,
			"Time until Django's response headers arrived; unlike the request duration it does not grow with a slow download.",
			LabelSite, LabelRoute, LabelMethod),
		active: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: ActiveRequests,
			Help: "Requests that are being answered now.",
		}, []string{LabelSite, LabelMethod}),
		requestSize:  sizeHistogram(RequestBodySize, "Size of the request's body."),
		responseSize: sizeHistogram(ResponseBodySize, "Size of the response's body."),
		exchanges: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: Exchanges,
			Help: "Requests by how they ended.",
		}, []string{LabelSite, LabelOutcome}),
		probe:    newProbeMetrics(),
		sites:    make(map[string]*Site),
		catalogs: make(map[route.Catalog]int),
	}
}

func durationHistogram(name, help string, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:                           name,
		Help:                           help,
		Buckets:                        durationBuckets,
		NativeHistogramBucketFactor:    nativeBucketFactor,
		NativeHistogramMaxBucketNumber: nativeMaxBuckets,
	}, labels)
}

// sizeHistogram is not native: nobody asks for the exact quantile of a size, and
// every request pays for it.
func sizeHistogram(name, help string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    name,
		Help:    help,
		Buckets: sizeBuckets,
	}, []string{LabelSite, LabelMethod})
}

// Collectors returns what to register with a registry.
func (m *Metrics) Collectors() []prometheus.Collector {
	return append(m.probe.collectors(),
		m.duration, m.timeToHeaders, m.active, m.requestSize, m.responseSize, m.exchanges, routeInfo{m}, workerCollector{m})
}

func (m *Metrics) allSites() []*Site {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Collect(maps.Values(m.sites))
}

// Site returns the instruments of the named site, the same for the same name.
func (m *Metrics) Site(name string) *Site {
	m.mu.Lock()
	defer m.mu.Unlock()
	site, ok := m.sites[name]
	if !ok {
		site = newSite(m, name)
		m.sites[name] = site
	}
	return site
}

var _ exchange.Observer = (*Site)(nil)
