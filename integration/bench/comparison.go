package main

import (
	"fmt"
	"slices"
)

// comparison is a figure of one subject divided by that of another. Subjects are
// compared within a round, where they had the same machine to themselves: what
// differs between rounds is the noise of others.
type comparison struct {
	name        string
	of, against int // subjects
	figure      func(figures) float64
	target      target
}

var comparisons = []comparison{
	{"CPU per request, Caddy with its `metrics` / Caddy", withMetrics, bare, cpuOf, target{}},
	{"CPU per request, gateway / Caddy", gateway, bare, cpuOf, target{atMost: 1.05}},
	{"throughput, gateway / Caddy", gateway, bare, rateOf, target{}},
	{"p99, gateway / Caddy", gateway, bare, p99Of, target{}},
	{"throughput, only failures / only successes", failingGateway, gateway, rateOf, target{atLeast: 0.85}},
	{"CPU per request, only failures / only successes", failingGateway, gateway, cpuOf, target{}},
}

// target bounds a ratio; 0 is no bound.
type target struct{ atMost, atLeast float64 }

func (t target) String() string {
	switch {
	case t.atMost > 0:
		return fmt.Sprintf("at most %.2f", t.atMost)
	case t.atLeast > 0:
		return fmt.Sprintf("at least %.2f", t.atLeast)
	default:
		return ""
	}
}

func (t target) met(ratio float64) bool {
	return (t.atMost == 0 || ratio <= t.atMost) && ratio >= t.atLeast
}

// ratio is what a comparison has come to.
type ratio struct {
	Name   string    `json:"name"`
	Median float64   `json:"median"`
	Min    float64   `json:"min"`
	Max    float64   `json:"max"`
	Rounds []float64 `json:"rounds"`
	Target string    `json:"target,omitempty"`
	Met    bool      `json:"met"`
}

// ratio compares the series of all subjects.
func (c comparison) ratio(all []series) ratio {
	rounds := make([]float64, len(all[c.of]))
	for i := range rounds {
		rounds[i] = c.figure(all[c.of][i]) / c.figure(all[c.against][i])
	}
	m := median(rounds)
	return ratio{
		Name:   c.name,
		Median: m,
		Min:    slices.Min(rounds),
		Max:    slices.Max(rounds),
		Rounds: rounds,
		Target: c.target.String(),
		Met:    c.target.met(m),
	}
}
