package store

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

var (
	errNotStarted = errors.New("it is not open yet")
	errClosed     = errors.New("it is closed")
)

// health is the last known state of the database. It logs when the state changes, not when an attempt fails once more.
type health struct {
	logger *slog.Logger
	up     prometheus.Gauge

	mu    sync.Mutex
	cause error // nil: healthy
	since time.Time
}

func newHealth(logger *slog.Logger, up prometheus.Gauge) *health {
	return &health{logger: logger, up: up, cause: errNotStarted, since: time.Now()}
}

func (h *health) get() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.cause == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, h.cause)
}

// unavailable is get for a caller who finds no open database, whatever its state a moment later.
func (h *health) unavailable() error {
	if err := h.get(); err != nil {
		return err
	}
	return ErrUnavailable
}

func (h *health) fail(cause error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.up.Set(0)
	if h.cause != nil && h.cause.Error() == cause.Error() {
		return
	}
	if h.cause == nil {
		h.since = time.Now()
	}
	h.cause = cause
	h.logger.Error("error store is unavailable; failures are counted in memory until it is back", "error", cause)
}

func (h *health) succeed() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.up.Set(1)
	if h.cause == nil {
		return
	}
	if !errors.Is(h.cause, errNotStarted) {
		h.logger.Info("error store is available again", "after", time.Since(h.since))
	}
	h.cause = nil
}

func (h *health) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.up.Set(0)
	h.cause = errClosed
}
