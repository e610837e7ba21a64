package metrics

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/caddy-django/gateway/exchange"
)

// Bounds of what is remembered of a site's workers.
const (
	maxWorkers   = 1024
	maxUpstreams = 128
	workerSilent = 5 * time.Minute // until one is taken for gone
)

// workers remembers the workers that have answered. Those that are silent are kept until there is no more room: one that
// comes back was not started again.
type workers struct {
	mu     sync.Mutex // held for as long as a few words take
	known  map[workerKey]worker
	since  map[string]time.Time // when an upstream was first heard of
	starts float64
	busy   time.Duration
}

// workerKey tells workers apart: two machines may have the same number.
type workerKey struct {
	upstream string
	pid      int
}

type worker struct {
	heard  time.Time
	memory int64
	born   time.Time
	busy   int // other requests in progress when it answered
}

// rounding is how much two answers of one worker may differ in when it was born: its age is in whole seconds.
const rounding = 3 * time.Second

// heard notes an answer, perhaps long after it came: a response lasts as long as its client takes to read it.
func (w *workers) heard(p *exchange.Probe) {
	a, at := &p.Answer, p.Answered
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy += a.Total
	if a.PID == 0 {
		return
	}
	key, born := workerKey{p.Upstream, a.PID}, at.Add(-a.Age)
	before, known := w.known[key]
	switch {
	case known && at.Before(before.heard):
		return // it has said something newer
	case !known && !w.admit(p.Upstream, at):
		return
	}
	if !known && born.After(w.since[p.Upstream].Add(rounding)) || known && born.After(before.born.Add(rounding)) {
		w.starts++
	}
	if known && !born.After(before.born.Add(rounding)) {
		born = before.born
	}
	w.known[key] = worker{heard: at, memory: a.RSS, born: born, busy: max(0, a.Busy-1)}
}

// admit makes room for one more worker, and reports whether there is any.
func (w *workers) admit(upstream string, now time.Time) bool {
	if w.known == nil {
		w.known, w.since = make(map[workerKey]worker), make(map[string]time.Time)
	}
	if len(w.known) >= maxWorkers || len(w.since) >= maxUpstreams {
		w.forget(now)
	}
	if _, ok := w.since[upstream]; !ok {
		if len(w.since) >= maxUpstreams {
			return false
		}
		w.since[upstream] = now
	}
	return len(w.known) < maxWorkers
}

// forget drops the workers that are silent, and the upstreams that have none left.
func (w *workers) forget(now time.Time) {
	left := make(map[string]bool)
	for key, worker := range w.known {
		if now.Sub(worker.heard) > workerSilent {
			delete(w.known, key)
		} else {
			left[key.upstream] = true
		}
	}
	for upstream := range w.since {
		if !left[upstream] {
			delete(w.since, upstream)
		}
	}
}

// workerCollector tells of workers when it is scraped: they come and go.
type workerCollector struct{ m *Metrics }

var (
	workersDesc = prometheus.NewDesc(Workers,
		"Workers of Django that have answered in the last five minutes.", []string{LabelSite}, nil)
	workerMemoryDesc = prometheus.NewDesc(WorkersMemory,
		"Memory of these workers together; what they share counts for each.", []string{LabelSite}, nil)
	workerLargestDesc = prometheus.NewDesc(WorkerMemoryMax,
		"Memory of the largest of these workers.", []string{LabelSite}, nil)
	workerBusyDesc = prometheus.NewDesc(WorkersBusy,
		"Other requests that these workers had in progress when they last answered.", []string{LabelSite}, nil)
	workerStartsDesc = prometheus.NewDesc(WorkerStarts,
		"Workers that were started after their upstream was first heard of.", []string{LabelSite}, nil)
	workerSecondsDesc = prometheus.NewDesc(WorkerSeconds,
		"Time that workers have spent in Django's handler; its rate is how many are busy on average.", []string{LabelSite}, nil)
)

// Describe implements prometheus.Collector.
func (c workerCollector) Describe(to chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{workersDesc, workerMemoryDesc, workerLargestDesc, workerBusyDesc, workerStartsDesc, workerSecondsDesc} {
		to <- desc
	}
}

// Collect implements prometheus.Collector.
func (c workerCollector) Collect(to chan<- prometheus.Metric) {
	for _, site := range c.m.allSites() {
		if p := site.probe.Load(); p != nil {
			p.workers.collect(to, site.name, time.Now())
		}
	}
}

func (w *workers) collect(to chan<- prometheus.Metric, site string, now time.Time) {
	w.mu.Lock()
	var memory, largest int64
	var alive, busy int
	for _, worker := range w.known {
		if now.Sub(worker.heard) > workerSilent {
			continue
		}
		alive++
		memory += worker.memory
		largest = max(largest, worker.memory)
		busy += worker.busy
	}
	starts, seconds := w.starts, w.busy.Seconds()
	w.mu.Unlock()
	gauge := func(desc *prometheus.Desc, value float64) {
		to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, site)
	}
	gauge(workersDesc, float64(alive))
	gauge(workerMemoryDesc, float64(memory))
	gauge(workerLargestDesc, float64(largest))
	gauge(workerBusyDesc, float64(busy))
	to <- prometheus.MustNewConstMetric(workerStartsDesc, prometheus.CounterValue, starts, site)
	to <- prometheus.MustNewConstMetric(workerSecondsDesc, prometheus.CounterValue, seconds, site)
}
