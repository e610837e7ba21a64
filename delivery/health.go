package delivery

import (
	"log/slog"
	"sync"
	"time"

	"github.com/caddy-django/gateway/store"
)

// health remembers how a destination fares, and logs only changes. One goroutine at a time changes it.
type health struct {
	destination string
	logger      *slog.Logger
	metrics     *metrics

	mu        sync.Mutex
	downSince time.Time // zero while the destination takes events
	reason    string    // why it does not
	next      time.Time // when the next attempt is due, while it does not
	failures  int       // attempts that failed since then
	refusing  bool      // an event was refused since the last delivery
}

// Status is how a destination fares.
type Status struct {
	Up bool `json:"up"` // it takes events

	// Why it does not, since when, how many attempts have failed since then, and when the next one is due.
	Reason         string      `json:"reason,omitempty"`
	Since          *store.Time `json:"since,omitempty"`
	FailedAttempts int         `json:"failed_attempts,omitempty"`
	NextAttempt    *store.Time `json:"next_attempt,omitempty"`
}

func (h *health) status() Status {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.downSince.IsZero() {
		return Status{Up: true}
	}
	return Status{
		Reason:         h.reason,
		Since:          &store.Time{Time: h.downSince},
		FailedAttempts: h.failures,
		NextAttempt:    &store.Time{Time: h.next},
	}
}

func (h *health) down() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.downSince.IsZero()
}

// publish shows the state as a metric.
func (h *health) publish() { h.metrics.setUp(h.destination, !h.down()) }

// count takes note of what one attempt came to.
func (h *health) count(o outcome) {
	h.mu.Lock()
	defer h.mu.Unlock()
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
	defer h.publish()
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	switch {
	case reason != "" && h.downSince.IsZero():
		h.downSince = now
		h.logger.Warn("delivery interrupted, events wait in the outbox",
			"destination", h.destination, "reason", reason, "next_attempt_in", wait)
	case reason == "" && !h.downSince.IsZero():
		h.logger.Info("delivery resumed",
			"destination", h.destination, "failed_attempts", h.failures, "interrupted_for", now.Sub(h.downSince))
		h.downSince, h.failures = time.Time{}, 0
	}
	h.reason, h.next = reason, now.Add(wait)
}
