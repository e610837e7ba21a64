package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/caddy-django/gateway/dashboards"
	"github.com/caddy-django/gateway/integration/promql/grafana"
	"github.com/caddy-django/gateway/integration/promql/prom"
)

const rateInterval = 15 * time.Second

// resolution is the time between two points of a graph.
const resolution = 2 * time.Second

// asker asks what a panel wants to know.
type asker struct {
	*prom.Server
	span span
}

func (a asker) expr(t dashboards.Target) string {
	return grafana.Variables{
		RateInterval: rateInterval,
		Range:        a.span.end.Sub(a.span.start).Round(time.Second),
		Site:         ".+",
	}.In(t.Expr)
}

// series is a named line of a graph.
type series struct {
	name   string
	times  []time.Time
	values []float64
}

// whole returns the series with a zero where it has no value: it adds nothing to
// a stack there.
func (s series) whole(all span) series {
	known := make(map[int64]float64)
	for i, at := range s.times {
		known[at.UnixMilli()] = s.values[i]
	}
	filled := series{name: s.name}
	for at := all.start; !at.After(all.end); at = at.Add(resolution) {
		filled.times = append(filled.times, at)
		filled.values = append(filled.values, known[at.UnixMilli()])
	}
	return filled
}

func (s series) sum() float64 {
	total := 0.0
	for _, value := range s.values {
		total += value
	}
	return total
}

func (s series) last() float64 { return s.values[len(s.values)-1] }

// graph asks for the lines of a panel.
func (a asker) graph(ctx context.Context, p dashboards.Panel) ([]series, error) {
	var all []series
	for _, t := range p.Targets {
		matrix, err := a.Range(ctx, a.expr(t), a.span.start, a.span.end, resolution)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Title, err)
		}
		for _, m := range matrix {
			s := series{name: grafana.Legend(t.Legend, m.Metric.Map())}
			for _, point := range m.Floats {
				s.times = append(s.times, time.UnixMilli(point.T))
				s.values = append(s.values, point.F)
			}
			if p.Stacked {
				s = s.whole(a.span)
			}
			all = append(all, s)
		}
	}
	return all, nil
}

// number asks for the one value of a panel.
func (a asker) number(ctx context.Context, p dashboards.Panel) (float64, error) {
	answer, err := a.Instant(ctx, a.expr(p.Targets[0]), a.span.end)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", p.Title, err)
	}
	if len(answer) != 1 {
		return 0, fmt.Errorf("%s: %d answers, not one", p.Title, len(answer))
	}
	return answer[0].F, nil
}

// tableRow is a row of a table, with a value for each target.
type tableRow struct {
	name   string
	values []float64
}

// table asks for the rows of a panel, sorted by the first column.
func (a asker) table(ctx context.Context, p dashboards.Panel, by string) ([]tableRow, error) {
	var rows []tableRow
	for column, t := range p.Targets {
		answer, err := a.Instant(ctx, a.expr(t), a.span.end)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Title, err)
		}
		for _, sample := range answer {
			name := sample.Metric.Get(by)
			i := slices.IndexFunc(rows, func(r tableRow) bool { return r.name == name })
			if i < 0 {
				i = len(rows)
				rows = append(rows, tableRow{name, make([]float64, len(p.Targets))})
			}
			rows[i].values[column] = sample.F
		}
	}
	slices.SortFunc(rows, func(x, y tableRow) int { return cmp.Compare(y.values[0], x.values[0]) })
	return rows, nil
}
