package metrics

import (
	"maps"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/caddy-django/gateway/route"
)

var routeInfoDesc = prometheus.NewDesc(RouteInfo,
	"What Django knows about a route: always 1, to be joined with what has the same server_address and http_route.",
	[]string{LabelSite, LabelRoute, LabelView, LabelName, LabelNamespace, LabelApp}, nil)

// UseCatalog makes a catalog known until ReleaseCatalog is called as often: its
// routes are listed for the sites that are resolved with it.
func (m *Metrics) UseCatalog(c route.Catalog) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.catalogs[c]++
}

// ReleaseCatalog undoes UseCatalog.
func (m *Metrics) ReleaseCatalog(c route.Catalog) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.catalogs[c]--; m.catalogs[c] == 0 {
		delete(m.catalogs, c)
	}
}

// catalogsInUse are all catalogs that somebody uses.
func (m *Metrics) catalogsInUse() map[route.Catalog]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.catalogs)
}

// AddRoutes tells that requests for the site are resolved with the routes of a
// catalog. It is cheap when it is told again.
func (s *Site) AddRoutes(c route.Catalog) {
	known := s.catalogs.Load()
	if c.Empty() || known != nil && slices.Contains(*known, c) {
		return
	}
	inUse := s.m.catalogsInUse()
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []route.Catalog{c}
	if known := s.catalogs.Load(); known != nil {
		for _, other := range *known {
			if other != c && inUse[other] > 0 {
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
	inUse := i.m.catalogsInUse()
	for _, site := range i.m.allSites() {
		site.collectRoutes(to, inUse)
	}
}

func (s *Site) collectRoutes(to chan<- prometheus.Metric, inUse map[route.Catalog]int) {
	catalogs := s.catalogs.Load()
	if catalogs == nil {
		return
	}
	seen := make(map[string]bool)
	for _, c := range *catalogs {
		if inUse[c] == 0 {
			continue
		}
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
