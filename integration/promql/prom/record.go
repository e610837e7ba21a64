package prom

import (
	"context"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
)

// Record stores what an expression answers at a moment as samples of the series
// called name, as Prometheus does with a recording rule.
func (s *Server) Record(ctx context.Context, name, expr string, extra map[string]string, at time.Time) error {
	answer, err := s.Instant(ctx, expr, at)
	if err != nil {
		return err
	}
	app := s.db.AppenderV2(ctx)
	for _, sample := range answer {
		b := labels.NewBuilder(sample.Metric).Set(model.MetricNameLabel, name)
		for label, value := range extra {
			b.Set(label, value)
		}
		if _, err := app.Append(0, b.Labels(), 0, at.UnixMilli(), sample.F, nil, sample.H, storage.AppendV2Options{}); err != nil {
			app.Rollback()
			return err
		}
	}
	return app.Commit()
}
