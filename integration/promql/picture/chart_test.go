package main

import (
	"reflect"
	"testing"
	"time"
)

func TestTicksAreRound(t *testing.T) {
	for _, c := range []struct{ least, want float64 }{{0.9, 1}, {1, 1}, {1.1, 2}, {3, 5}, {7, 10}, {0.012, 0.02}, {230, 500}} {
		if got := niceTick(c.least); got < c.want*0.999 || got > c.want*1.001 {
			t.Errorf("from %g on it is %g, not %g", c.least, got, c.want)
		}
	}
}

func TestStackedLinesLieOnThoseBefore(t *testing.T) {
	start := time.Unix(0, 0)
	times := []time.Time{start, start.Add(resolution), start.Add(2 * resolution)}
	lines := []series{
		{times: times, values: []float64{1, 2, 3}},
		{times: times[1:2], values: []float64{5}},
		{times: times, values: []float64{3, 3, 3}},
	}
	for i := range lines {
		lines[i] = lines[i].whole(span{start, times[2]})
	}
	for _, c := range []struct {
		name    string
		stacked bool
		want    [][]float64
	}{
		{"stacked", true, [][]float64{{1, 2, 3}, {1, 7, 3}, {4, 10, 6}}},
		{"each from the ground", false, [][]float64{{1, 2, 3}, {0, 5, 0}, {3, 3, 3}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := (chart{stacked: c.stacked, lines: lines}).tops(); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
