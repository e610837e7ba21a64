package prom

import (
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/storage/remote"
)

// OTLP returns the receiver that Prometheus serves under
// /api/v1/otlp/v1/metrics, with Prometheus's own defaults.
func (s *Server) OTLP() http.Handler {
	defaults := func() config.Config { return config.DefaultConfig }
	return remote.NewOTLPWriteHandler(slog.New(slog.DiscardHandler), prometheus.NewRegistry(), s.db, defaults, remote.OTLPOptions{})
}
