package metrics

import (
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/caddy-django/gateway/exchange"
)

// routeSeries holds the series of one route of one site. They are made when
// they are first observed: most methods and statuses never occur on a route.
type routeSeries struct {
	label string

	mu        sync.Mutex // held to add what follows
	removed   bool       // what is observed goes nowhere
	durations [len(exchange.Methods)]atomic.Pointer[[]statusSeries]
	headers   [len(exchange.Methods)]atomic.Pointer[prometheus.Observer]

	probe atomic.Pointer[probeSeries]
}

type statusSeries struct {
	status   int
	duration prometheus.Observer
}

func (r *routeSeries) duration(s *Site, method, status int) prometheus.Observer {
	if duration := find(r.durations[method].Load(), status); duration != nil {
		return duration
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	known := r.durations[method].Load()
	if duration := find(known, status); duration != nil {
		return duration
	}
	if r.removed {
		return discard{}
	}
	duration := s.m.duration.WithLabelValues(s.name, r.label, exchange.Methods[method], statusLabel(status))
	var grown []statusSeries
	if known != nil {
		grown = append(grown, *known...)
	}
	grown = append(grown, statusSeries{status, duration})
	r.durations[method].Store(&grown)
	return duration
}

// find looks through the few statuses that a route has for a method.
func find(all *[]statusSeries, status int) prometheus.Observer {
	if all != nil {
		for _, series := range *all {
			if series.status == status {
				return series.duration
			}
		}
	}
	return nil
}

func (r *routeSeries) timeToHeaders(s *Site, method int) prometheus.Observer {
	if headers := r.headers[method].Load(); headers != nil {
		return *headers
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.removed {
		return discard{}
	}
	headers := s.m.timeToHeaders.WithLabelValues(s.name, r.label, exchange.Methods[method])
	r.headers[method].Store(&headers)
	return headers
}

// remove removes the series. A request that is observed meanwhile makes no new ones.
func (r *routeSeries) remove(s *Site) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.removed = true
	for method := range r.durations {
		if all := r.durations[method].Load(); all != nil {
			for _, series := range *all {
				s.m.duration.DeleteLabelValues(s.name, r.label, exchange.Methods[method], statusLabel(series.status))
			}
		}
		s.m.timeToHeaders.DeleteLabelValues(s.name, r.label, exchange.Methods[method])
	}
	s.m.probe.removeRoute(s.name, r.label)
}

// discard is where the last requests of a removed route are observed.
type discard struct{}

// Observe implements prometheus.Observer.
func (discard) Observe(float64) {}

// ObserveWithExemplar implements prometheus.ExemplarObserver.
func (discard) ObserveWithExemplar(float64, prometheus.Labels) {}

// statusLabel is the exact status, or "_OTHER" for what is none: an upstream
// may answer with any three digits, and three digits bound the series.
func statusLabel(status int) string {
	if status < 100 || status > 999 {
		return "_OTHER"
	}
	return strconv.Itoa(status)
}
