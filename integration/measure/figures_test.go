package measure

import (
	"testing"
	"time"
)

func TestPercentiles(t *testing.T) {
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(i + 1)
	}
	for _, c := range []struct {
		name      string
		ascending []time.Duration
		p         int
		want      time.Duration
	}{
		{"half of a hundred", hundred, 50, 50},
		{"all but one of a hundred", hundred, 99, 99},
		{"all of a hundred", hundred, 100, 100},
		{"the only one", []time.Duration{7}, 50, 7},
		{"the larger of two", []time.Duration{1, 2}, 99, 2},
		{"the smaller of two", []time.Duration{1, 2}, 50, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := percentile(c.ascending, c.p); got != c.want {
				t.Errorf("%d, want %d", got, c.want)
			}
		})
	}
}

func TestMedians(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []float64
		want   float64
	}{
		{"one", []float64{3}, 3},
		{"an odd number, in any order", []float64{9, 1, 4}, 4},
		{"an even number lies between two", []float64{8, 1, 3, 2}, 2.5},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := median(c.values); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestFiguresOfASample(t *testing.T) {
	s := Sample{
		Latencies: []time.Duration{time.Millisecond, 2 * time.Millisecond, 3 * time.Millisecond, 40 * time.Millisecond},
		Elapsed:   2 * time.Second,
	}
	want := Figures{CPU: 250, P50: 2, P99: 40, Rate: 2}
	if got := NewFigures(s, time.Millisecond); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
