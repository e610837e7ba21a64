package delivery

import (
	"log/slog"
	"time"
)

// health remembers how a destination fares, and logs only changes. One goroutine at a time uses it.
type health struct {
	destination string
	logger      *slog.Logger
	metrics     *metrics
	downSince   time.Time // zero while the destination takes events
	failures    int       // attempts that failed since then
	refusing    bool      // an event was refused since the last delivery
}

func (h *health) down() bool { return !h.downSince.IsZero() }

// publish shows the state as a metric.
func (h *health) publish() { h.metrics.setUp(h.destination, !h.down()) }

// count takes note of what one attempt came to.
func (h *health) count(o outcome) {
	switch o.verdict {
	case delivered:
		h.refusing = false
		h.metrics.delivered(h.destination)
	case refused:
		h.metrics.setAside(h.destination)
		if !h.refusing {
			h.refusing = true
			h.logger.Error("event refused, set aside", "destination", h.destination, "reason", o.reason)
		}
	case failed:
		h.failures++
	}
}

// update takes note of why nothing may be sent for a while; an empty reason says that nothing is in the way.
func (h *health) update(reason string, wait time.Duration) {
	switch {
	case reason != "" && !h.down():
		h.downSince = time.Now()
		h.logger.Warn("delivery interrupted, events wait in the outbox",
			"destination", h.destination, "reason", reason, "next_attempt_in", wait)
	case reason == "" && h.down():
		h.logger.Info("delivery resumed",
			"destination", h.destination, "failed_attempts", h.failures, "interrupted_for", time.Since(h.downSince))
		h.downSince, h.failures = time.Time{}, 0
	}
	h.publish()
}
