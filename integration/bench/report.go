package main

import (
	"fmt"
	"io"

	"github.com/caddy-django/gateway/integration/measure"
)

// report is the outcome of all rounds.
type report struct {
	Subjects []subjectReport `json:"subjects"`
	Ratios   []measure.Ratio `json:"ratios"`
	// Ceiling is what the load generator makes of the backend alone, in requests
	// per second.
	Ceiling float64 `json:"ceiling_requests_per_second"`
}

type subjectReport struct {
	Name   string          `json:"name"`
	Median measure.Figures `json:"median"`
	// Against is the CPU time per request over that of bare Caddy: the median of
	// the rounds' ratios.
	Against float64        `json:"cpu_against_caddy"`
	Rounds  measure.Series `json:"rounds"`
}

func newReport(all []measure.Series, ceiling float64) report {
	r := report{Ceiling: ceiling}
	for i, s := range all {
		against := measure.Comparison{Of: i, Against: bare, Figure: measure.CPUOf}
		r.Subjects = append(r.Subjects, subjectReport{
			Name:    subjects[i].name,
			Median:  s.Medians(),
			Against: against.Ratio(all).Median,
			Rounds:  s,
		})
	}
	for _, c := range comparisons {
		r.Ratios = append(r.Ratios, c.Ratio(all))
	}
	return r
}

// print writes the report in Markdown.
func (r report) print(w io.Writer) {
	figures := measure.Table{{"", "CPU µs/request", "against Caddy", "p50 ms", "p99 ms", "requests/s"}}
	for _, s := range r.Subjects {
		figures = append(figures, []string{
			s.Name,
			fmt.Sprintf("%.1f", s.Median.CPU),
			fmt.Sprintf("%.3f", s.Against),
			fmt.Sprintf("%.2f", s.Median.P50),
			fmt.Sprintf("%.2f", s.Median.P99),
			fmt.Sprintf("%.0f", s.Median.Rate),
		})
	}
	figures.Print(w)
	fmt.Fprintln(w)

	measure.RatioTable(r.Ratios).Print(w)
	fmt.Fprintf(w, "\nThe load generator makes %.0f requests/s of the backend alone.\n", r.Ceiling)
}
