package measure

import (
	"slices"
	"time"
)

// Figures are what one run of a subject has come to.
type Figures struct {
	CPU  float64 `json:"cpu_us_per_request"` // user and system, of the servers
	P50  float64 `json:"p50_ms"`
	P99  float64 `json:"p99_ms"`
	Rate float64 `json:"requests_per_second"`
}

// The figures one by one, to take medians and ratios of.
func CPUOf(f Figures) float64  { return f.CPU }
func P50Of(f Figures) float64  { return f.P50 }
func P99Of(f Figures) float64  { return f.P99 }
func RateOf(f Figures) float64 { return f.Rate }

// NewFigures sums up a sample for which the servers have used that much CPU time.
func NewFigures(s Sample, cpu time.Duration) Figures {
	n := float64(len(s.Latencies))
	return Figures{
		CPU:  float64(cpu) / float64(time.Microsecond) / n,
		P50:  milliseconds(percentile(s.Latencies, 50)),
		P99:  milliseconds(percentile(s.Latencies, 99)),
		Rate: n / s.Elapsed.Seconds(),
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// percentile returns the smallest of the ascending durations that p per cent of
// them do not exceed.
func percentile(ascending []time.Duration, p int) time.Duration {
	rank := (len(ascending)*p + 99) / 100
	return ascending[max(rank, 1)-1]
}

// Series are the figures of one subject, round by round.
type Series []Figures

// Median returns the median of one of the figures.
func (s Series) Median(of func(Figures) float64) float64 {
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

// Medians returns the median of each of the figures.
func (s Series) Medians() Figures {
	return Figures{CPU: s.Median(CPUOf), P50: s.Median(P50Of), P99: s.Median(P99Of), Rate: s.Median(RateOf)}
}
