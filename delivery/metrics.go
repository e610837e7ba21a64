package delivery

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are the instruments of all destinations.
type metrics struct {
	events      *prometheus.CounterVec
	attachments *prometheus.CounterVec
	attempts    *prometheus.CounterVec
	up          *prometheus.GaugeVec
	lastSuccess *prometheus.GaugeVec
	duration    *prometheus.HistogramVec

	transactions *prometheus.CounterVec
}

func newMetrics() *metrics {
	return &metrics{
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "django_delivery_events_total",
			Help: "Events whose delivery came to an end, by result: delivered, set_aside because the receiver refused them, or dropped by hand.",
		}, []string{"destination", "result"}),
		attachments: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "django_delivery_attachments_total",
			Help: "Attachments of delivered events, by result: delivered, or dropped because the receiver does not take them, asks for none, or they were given up by hand.",
		}, []string{"destination", "result"}),
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "django_delivery_attempts_total",
			Help: "Attempts to deliver an event, by the status code of the answer; network_error if there was none.",
		}, []string{"destination", "code"}),
		up: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "django_delivery_up",
			Help: "1 while the destination takes events, 0 while it fails or asks to wait.",
		}, []string{"destination"}),
		lastSuccess: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "django_delivery_last_success_timestamp_seconds",
			Help: "When an event was last delivered, in seconds since the epoch.",
		}, []string{"destination"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "django_delivery_request_duration_seconds",
			Help:    "How long attempts to deliver an event took, in seconds.",
			Buckets: []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"destination"}),
		transactions: newTransactionCounter(),
	}
}

func (m *metrics) collectors() []prometheus.Collector {
	return []prometheus.Collector{m.events, m.attachments, m.attempts, m.up, m.lastSuccess, m.duration, m.transactions}
}

// begin makes the counters of a destination appear before they count, so that their first increase is seen as one.
func (m *metrics) begin(destination string) {
	m.events.WithLabelValues(destination, "delivered")
	m.events.WithLabelValues(destination, "set_aside")
	m.events.WithLabelValues(destination, "dropped")
	m.attachments.WithLabelValues(destination, "delivered")
	m.attachments.WithLabelValues(destination, "dropped")
}

// retire takes away what would mislead about a destination that nobody uses; its counters stay.
func (m *metrics) retire(destination string) {
	m.up.DeleteLabelValues(destination)
}

func (m *metrics) attempted(destination, code string, took time.Duration) {
	m.attempts.WithLabelValues(destination, code).Inc()
	m.duration.WithLabelValues(destination).Observe(took.Seconds())
}

func (m *metrics) delivered(destination string) {
	m.events.WithLabelValues(destination, "delivered").Inc()
	m.lastSuccess.WithLabelValues(destination).Set(float64(time.Now().UnixMilli()) / 1000)
}

// followed counts an attachment, which the receiver has or never will.
func (m *metrics) followed(destination string, taken bool) {
	result := "dropped"
	if taken {
		result = "delivered"
	}
	m.attachments.WithLabelValues(destination, result).Inc()
}

func (m *metrics) setAside(destination string) {
	m.events.WithLabelValues(destination, "set_aside").Inc()
}

func (m *metrics) dropped(destination string) {
	m.events.WithLabelValues(destination, "dropped").Inc()
}

func (m *metrics) setUp(destination string, up bool) {
	value := 0.0
	if up {
		value = 1
	}
	m.up.WithLabelValues(destination).Set(value)
}
