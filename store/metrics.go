package store

import "github.com/prometheus/client_golang/prometheus"

// Why something could not be kept, and why something kept was removed.
const (
	reasonMemory  = "memory"  // more bytes of events are waiting than may
	reasonGroups  = "groups"  // more groups are waiting than may
	reasonInvalid = "invalid" // an event without id or payload
	reasonClosed  = "closed"  // the store was closed before it could be written

	reasonAge   = "age"
	reasonSize  = "size"
	reasonGroup = "group" // more sample events of one group than are kept
)

// metrics are the store's instruments. The writer keeps them up to date, so that collecting them costs no database access.
type metrics struct {
	up                prometheus.Gauge
	commits           *prometheus.CounterVec
	commitDuration    prometheus.Histogram
	pendingEvents     prometheus.GaugeFunc
	droppedEvents     *prometheus.CounterVec
	uncounted         *prometheus.CounterVec
	removedEvents     *prometheus.CounterVec
	removedGroups     *prometheus.CounterVec
	removedDeliveries *prometheus.CounterVec
	setAsideDatabases prometheus.Counter
	restored          prometheus.Counter
	size              prometheus.Gauge
	groups            prometheus.Gauge
	outboxPending     *prometheus.GaugeVec
	outboxSetAside    *prometheus.GaugeVec
	destinations      map[string]bool // all that refresh has seen
}

func newMetrics(pendingEvents func() int) *metrics {
	m := &metrics{
		up:      gauge("django_store_up", "Whether the last access to the error store succeeded (1) or not (0)."),
		commits: counters("django_store_commits_total", "Transactions of the error store, by result (ok, error).", "result"),
		commitDuration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "django_store_commit_duration_seconds",
			Help:    "How long transactions of the error store took, failed ones included.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 4, 8), // 0.5 ms to 8 s
		}),
		pendingEvents: prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "django_store_pending_events",
			Help: "Events in memory that are not committed yet.",
		}, func() float64 { return float64(pendingEvents()) }),
		droppedEvents: counters("django_store_dropped_events_total",
			"Events that were never stored, by reason (memory, groups, invalid, closed).", "reason"),
		uncounted: counters("django_store_uncounted_failures_total",
			"Failures that are in no group's count, by reason (groups, closed).", "reason"),
		removedEvents: counters("django_store_removed_events_total",
			"Stored events removed to respect a limit, by reason (age, size, group).", "reason"),
		removedGroups: counters("django_store_removed_groups_total",
			"Groups removed, together with their count, to respect a limit, by reason (age, size).", "reason"),
		removedDeliveries: counters("django_outbox_removed_events_total",
			"Events that were still waiting for their delivery when they were removed to respect a limit, by reason (age, size).", "reason"),
		setAsideDatabases: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "django_store_set_aside_databases_total",
			Help: "Corrupt database files that were renamed and replaced by a new one.",
		}),
		restored: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "django_store_restored_databases_total",
			Help: "Times that the error store's files were removed, replaced or truncated while it was open, and written again.",
		}),
		size:           gauge("django_store_size_bytes", "Length of the error store's files."),
		groups:         gauge("django_store_groups", "Groups of failures in the error store."),
		outboxPending:  gauges("django_outbox_pending", "Events that wait for their delivery.", "destination"),
		outboxSetAside: gauges("django_outbox_set_aside", "Events that their destination refused for good.", "destination"),
		destinations:   make(map[string]bool),
	}
	// What can be counted is there from the start, so that the first increase is seen.
	for vec, labels := range map[*prometheus.CounterVec][]string{
		m.commits:           {"ok", "error"},
		m.droppedEvents:     {reasonMemory, reasonGroups, reasonInvalid, reasonClosed},
		m.uncounted:         {reasonGroups, reasonClosed},
		m.removedEvents:     {reasonAge, reasonSize, reasonGroup},
		m.removedGroups:     {reasonAge, reasonSize},
		m.removedDeliveries: {reasonAge, reasonSize},
	} {
		for _, label := range labels {
			vec.WithLabelValues(label)
		}
	}
	return m
}

func gauge(name, help string) prometheus.Gauge {
	return prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
}

func gauges(name, help, label string) *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, []string{label})
}

func counters(name, help, label string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, []string{label})
}

// loseBatch counts what was recorded and could not be written before the store was closed.
func (m *metrics) loseBatch(b *batch) {
	m.uncounted.WithLabelValues(reasonClosed).Add(float64(b.failures()))
	m.droppedEvents.WithLabelValues(reasonClosed).Add(float64(len(b.events)))
}

// Collectors returns the store's instruments, for a registry. Collecting them never touches the database.
func (s *Store) Collectors() []prometheus.Collector {
	m := s.metrics
	return []prometheus.Collector{
		m.up, m.commits, m.commitDuration, m.pendingEvents, m.droppedEvents, m.uncounted, m.removedEvents, m.removedGroups,
		m.removedDeliveries, m.setAsideDatabases, m.restored, m.size, m.groups, m.outboxPending, m.outboxSetAside,
	}
}
