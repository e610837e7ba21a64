package main

import (
	"slices"
	"time"
)

// figures are what one run of a subject has come to.
type figures struct {
	CPU  float64 `json:"cpu_us_per_request"` // user and system, of Caddy alone
	P50  float64 `json:"p50_ms"`
	P99  float64 `json:"p99_ms"`
	Rate float64 `json:"requests_per_second"`
}

// The figures one by one, to take medians and ratios of.
func cpuOf(f figures) float64  { return f.CPU }
func p50Of(f figures) float64  { return f.P50 }
func p99Of(f figures) float64  { return f.P99 }
func rateOf(f figures) float64 { return f.Rate }

// newFigures sums up a sample for which Caddy has used that much CPU time.
func newFigures(s sample, cpu time.Duration) figures {
	n := float64(len(s.latencies))
	return figures{
		CPU:  float64(cpu) / float64(time.Microsecond) / n,
		P50:  milliseconds(percentile(s.latencies, 50)),
		P99:  milliseconds(percentile(s.latencies, 99)),
		Rate: n / s.elapsed.Seconds(),
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// percentile returns the smallest of the ascending durations that p per cent of
// them do not exceed.
func percentile(ascending []time.Duration, p int) time.Duration {
	rank := (len(ascending)*p + 99) / 100
	return ascending[max(rank, 1)-1]
}

// series are the figures of one subject, round by round.
type series []figures

func (s series) median(of func(figures) float64) float64 {
	values := make([]float64, len(s))
	for i, f := range s {
		values[i] = of(f)
	}
	return median(values)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
