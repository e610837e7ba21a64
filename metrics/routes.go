package metrics

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/caddy-django/gateway/route"
)

var routeInfoDesc = prometheus.NewDesc(RouteInfo,
	"What Django knows about a route: always 1, to be joined with what has the same server_address and http_route.",
	[]string{LabelSite, LabelRoute, LabelView, LabelName, LabelNamespace, LabelApp}, nil)

// AddRoutes tells that requests for the site are resolved with the routes of a
// catalog. It is cheap when it is told again.
func (s *Site) AddRoutes(c route.Catalog) {
	if known := s.catalogs.Load(); known != nil && slices.Contains(*known, c) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []route.Catalog{c}
	if known := s.catalogs.Load(); known != nil {
		for _, other := range *known {
			// An empty one is of a configuration that is gone, or will be told again.
			if other != c && len(other.Entries()) > 0 {
				all = append(all, other)
			}
		}
	}
	s.catalogs.Store(&all)
}

// routeInfo lists the routes when it is scraped: which there are, and their
// views, changes with the project.
type routeInfo struct{ m *Metrics }

// Describe implements prometheus.Collector.
func (i routeInfo) Describe(to chan<- *prometheus.Desc) { to <- routeInfoDesc }

// Collect implements prometheus.Collector.
func (i routeInfo) Collect(to chan<- prometheus.Metric) {
	i.m.mu.Lock()
	defer i.m.mu.Unlock()
	for _, site := range i.m.sites {
		site.collectRoutes(to)
	}
}

func (s *Site) collectRoutes(to chan<- prometheus.Metric) {
	catalogs := s.catalogs.Load()
	if catalogs == nil {
		return
	}
	seen := make(map[string]bool)
	for _, c := range *catalogs {
		for _, e := range c.Entries() {
			if seen[e.Label] || len(seen) == maxRoutes {
				continue
			}
			seen[e.Label] = true
			to <- prometheus.MustNewConstMetric(routeInfoDesc, prometheus.GaugeValue, 1,
				s.name, e.Label, e.View, e.Name, e.Namespace, e.App)
		}
	}
}
