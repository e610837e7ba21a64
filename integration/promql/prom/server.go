// Package prom is a Prometheus inside the process: the storage, the query
// engine, the scraper and the OTLP receiver of the real one, without its web
// server.
package prom

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/tsdb"
)

// Server stores series and answers queries. Its methods may be called
// concurrently.
type Server struct {
	db     *tsdb.DB
	engine *promql.Engine
}

// Open returns a server that keeps its series in dir until it is closed.
func Open(dir string) (*Server, error) {
	db, err := tsdb.Open(dir, nil, nil, tsdb.DefaultOptions(), nil)
	if err != nil {
		return nil, fmt.Errorf("opening the series database: %w", err)
	}
	engine := promql.NewEngine(promql.EngineOpts{
		MaxSamples:           50_000_000, // Prometheus's own default
		Timeout:              2 * time.Minute,
		EnableAtModifier:     true,
		EnableNegativeOffset: true,
		Parser:               parser.NewParser(parser.Options{}),
	})
	return &Server{db, engine}, nil
}

// Close ends the server. Whoever scrapes for it must have stopped.
func (s *Server) Close() error {
	s.engine.Close()
	return s.db.Close()
}

// Instant evaluates an expression at one moment. A scalar becomes a vector of
// one sample without labels.
func (s *Server) Instant(ctx context.Context, expr string, at time.Time) (promql.Vector, error) {
	q, err := s.engine.NewInstantQuery(ctx, s.db, nil, expr, at)
	if err != nil {
		return nil, err
	}
	defer q.Close()
	result := q.Exec(ctx)
	if scalar, err := result.Scalar(); err == nil {
		return promql.Vector{{T: scalar.T, F: scalar.V}}, nil
	}
	return result.Vector()
}

// Range evaluates an expression from start to end, both included.
func (s *Server) Range(ctx context.Context, expr string, start, end time.Time, step time.Duration) (promql.Matrix, error) {
	q, err := s.engine.NewRangeQuery(ctx, s.db, nil, expr, start, end, step)
	if err != nil {
		return nil, err
	}
	defer q.Close()
	return q.Exec(ctx).Matrix()
}
