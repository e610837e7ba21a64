package main

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"os"
	"slices"

	"github.com/caddy-django/gateway/dashboards"
	"github.com/caddy-django/gateway/integration/promql/prom"
	"github.com/caddy-django/gateway/metrics"
)

// Size of the picture, in pixels.
const (
	pageWidth  = 1500
	pageHeight = 1488

	chartHeight = 164
)

//go:embed page.html
var layout string

// parts are what the picture has of the dashboards.
var parts = []struct {
	dashboard string
	rows      []string
}{
	{"Django gateway / Overview", []string{"Now", "Requests", "Where the time goes"}},
	{"Django gateway / Routes", []string{"All routes"}},
}

// board is a part of a dashboard as the page shows it.
type board struct {
	Title string
	Boxes []box
}

// box is a panel as the page shows it.
type box struct {
	dashboards.Panel
	Value  string // of a number
	Alarm  bool
	Chart  template.HTML
	Legend []legend
	Header []string
	Rows   []boxRow
}

type legend struct{ Name, Color, Last string }

type boxRow struct {
	Name  string
	Cells []string
	Share float64 // of the first column in that of the first row, in percent
}

// writePage asks for everything and writes the page.
func writePage(ctx context.Context, path string, server *prom.Server, s span) error {
	a := asker{server, s}
	var boards []board
	for _, part := range parts {
		b := board{Title: part.dashboard}
		for _, p := range panels(part.dashboard, part.rows) {
			filled, err := a.box(ctx, p)
			if err != nil {
				return err
			}
			b.Boxes = append(b.Boxes, filled)
		}
		boards = append(boards, b)
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return template.Must(template.New("page").Parse(layout)).Execute(file, map[string]any{
		"Width": pageWidth, "Height": pageHeight, "Boards": boards,
	})
}

// panels returns those of some rows of a dashboard.
func panels(dashboard string, rows []string) []dashboards.Panel {
	var found []dashboards.Panel
	for _, d := range dashboards.All() {
		for _, r := range d.Rows {
			if d.Title == dashboard && slices.Contains(rows, r.Title) {
				found = append(found, r.Panels...)
			}
		}
	}
	return found
}

func (a asker) box(ctx context.Context, p dashboards.Panel) (box, error) {
	b := box{Panel: p}
	switch p.Kind {
	case dashboards.Stat:
		value, err := a.number(ctx, p)
		b.Value, b.Alarm = text(value, p.Unit), p.Alarm > 0 && value >= p.Alarm
		return b, err
	case dashboards.TimeSeries:
		lines, err := a.graph(ctx, p)
		if err != nil {
			return b, err
		}
		b.draw(lines, a.span)
		return b, nil
	case dashboards.Table:
		rows, err := a.table(ctx, p, metrics.LabelRoute)
		b.fill(rows)
		return b, err
	}
	return b, fmt.Errorf("%s: a %s cannot be drawn", p.Title, p.Kind)
}

func (b *box) draw(lines []series, s span) {
	if b.Stacked { // the thickest lies at the bottom
		slices.SortStableFunc(lines, func(x, y series) int { return cmp.Compare(y.sum(), x.sum()) })
	}
	width := float64(pageWidth-40)*float64(b.Width)/24 - 28
	b.Chart = template.HTML(chart{width, chartHeight, b.Unit, b.Stacked, s, lines}.svg())
	for i, line := range lines {
		b.Legend = append(b.Legend, legend{line.name, colors[i%len(colors)], text(line.last(), b.Unit)})
	}
}

// tableRows is how many rows fit.
const tableRows = 10

func (b *box) fill(rows []tableRow) {
	for _, t := range b.Targets {
		b.Header = append(b.Header, t.Legend)
	}
	for _, r := range rows[:min(len(rows), tableRows)] {
		row := boxRow{Name: r.name, Share: 100 * r.values[0] / rows[0].values[0]}
		for i, value := range r.values {
			row.Cells = append(row.Cells, text(value, b.Targets[i].Unit))
		}
		b.Rows = append(b.Rows, row)
	}
}
