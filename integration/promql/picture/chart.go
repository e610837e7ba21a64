package main

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strings"
	"time"
)

// colors are those of Grafana's classic palette, on dark.
var colors = []string{"#73bf69", "#f2cc0c", "#5794f2", "#ff9830", "#f2495c", "#b877d9", "#8ab8ff", "#ffcb7d", "#96d98d", "#ff7383"}

// chart is a graph of lines, or of areas on top of each other.
type chart struct {
	width, height float64 // of the picture, in pixels
	unit          string
	stacked       bool
	span          span
	lines         []series
}

// Margins of the plot, in pixels.
const (
	left   = 66.0
	right  = 8.0
	top    = 8.0
	bottom = 22.0
)

func (c chart) x(at time.Time) float64 {
	return left + (c.width-left-right)*float64(at.Sub(c.span.start))/float64(c.span.end.Sub(c.span.start))
}

func (c chart) y(value, highest float64) float64 {
	return c.height - bottom - (c.height-top-bottom)*value/highest
}

// svg draws the chart.
func (c chart) svg() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg width="%.0f" height="%.0f">`, c.width, c.height)
	tops := c.tops()
	tick := niceTick(highest(tops) / 4)
	high := tick * math.Ceil(highest(tops)/tick)
	c.grid(&b, tick, high)
	for i := len(c.lines) - 1; i >= 0; i-- {
		color := colors[i%len(colors)]
		path := c.path(c.lines[i].times, tops[i], high)
		if path == "" {
			continue
		}
		first, last := c.lines[i].times[0], c.lines[i].times[len(c.lines[i].times)-1]
		area := fmt.Sprintf("%sL%.1f %.1fL%.1f %.1fZ", path, c.x(last), c.y(0, high), c.x(first), c.y(0, high))
		opacity := 0.09
		if c.stacked {
			opacity = 0.45
			fmt.Fprintf(&b, `<path d="%s" class="behind"/>`, area) // it covers those on top of it
		}
		fmt.Fprintf(&b, `<path d="%s" fill="%s" fill-opacity="%.2f"/>`, area, color, opacity)
		fmt.Fprintf(&b, `<path d="%s" fill="none" stroke="%s" stroke-width="1.6" stroke-linejoin="round"/>`, path, color)
	}
	b.WriteString("</svg>")
	return b.String()
}

// tops returns the heights at which the lines are drawn: a stacked one lies on
// those before it. Stacked lines have a value at the same times.
func (c chart) tops() [][]float64 {
	tops := make([][]float64, len(c.lines))
	for i, line := range c.lines {
		tops[i] = slices.Clone(line.values)
		if c.stacked && i > 0 {
			for j, below := range tops[i-1] {
				tops[i][j] += below
			}
		}
	}
	return tops
}

func (c chart) path(times []time.Time, values []float64, high float64) string {
	var b strings.Builder
	for i, at := range times {
		command := "L"
		if i == 0 {
			command = "M"
		}
		fmt.Fprintf(&b, "%s%.1f %.1f", command, c.x(at), c.y(values[i], high))
	}
	return b.String()
}

// grid draws the axes: values at the left, minutes below.
func (c chart) grid(b *strings.Builder, tick, high float64) {
	for value := 0.0; value <= high*1.001; value += tick {
		y := c.y(value, high)
		fmt.Fprintf(b, `<line x1="%.0f" x2="%.0f" y1="%.1f" y2="%.1f" class="grid"/><text x="%.0f" y="%.1f" class="value">%s</text>`,
			left, c.width-right, y, y, left-8, y+4, html.EscapeString(text(value, c.unit)))
	}
	for at := c.span.start.Truncate(time.Minute).Add(time.Minute); at.Before(c.span.end); at = at.Add(time.Minute) {
		x := c.x(at)
		fmt.Fprintf(b, `<line x1="%.1f" x2="%.1f" y1="%.0f" y2="%.0f" class="grid"/><text x="%.1f" y="%.0f" class="time">%s</text>`,
			x, x, top, c.height-bottom, x, c.height-6, at.Format("15:04"))
	}
}

func highest(all [][]float64) float64 {
	high := 0.0
	for _, values := range all {
		for _, value := range values {
			high = max(high, value)
		}
	}
	if high == 0 {
		return 1
	}
	return high
}

// niceTick is the next 1, 2 or 5 times a power of ten.
func niceTick(least float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(least)))
	for _, factor := range []float64{1, 2, 5} {
		if factor*power >= least {
			return factor * power
		}
	}
	return 10 * power
}
