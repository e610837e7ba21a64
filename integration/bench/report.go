package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// report is the outcome of all rounds.
type report struct {
	Subjects []subjectReport `json:"subjects"`
	Ratios   []ratio         `json:"ratios"`
	// Ceiling is what the load generator makes of the backend alone, in requests
	// per second.
	Ceiling float64 `json:"ceiling_requests_per_second"`
}

type subjectReport struct {
	Name   string  `json:"name"`
	Median figures `json:"median"`
	// Against is the CPU time per request over that of bare Caddy: the median of
	// the rounds' ratios.
	Against float64 `json:"cpu_against_caddy"`
	Rounds  series  `json:"rounds"`
}

func newReport(all []series, ceiling float64) report {
	r := report{Ceiling: ceiling}
	for i, s := range all {
		against := comparison{of: i, against: bare, figure: cpuOf}
		r.Subjects = append(r.Subjects, subjectReport{
			Name:    subjects[i].name,
			Median:  figures{CPU: s.median(cpuOf), P50: s.median(p50Of), P99: s.median(p99Of), Rate: s.median(rateOf)},
			Against: against.ratio(all).Median,
			Rounds:  s,
		})
	}
	for _, c := range comparisons {
		r.Ratios = append(r.Ratios, c.ratio(all))
	}
	return r
}

// missed returns the names of the ratios that missed their target.
func (r report) missed() (names []string) {
	for _, ratio := range r.Ratios {
		if !ratio.Met {
			names = append(names, ratio.Name)
		}
	}
	return names
}

// print writes the report in Markdown.
func (r report) print(w io.Writer) {
	figures := table{{"", "CPU µs/request", "against Caddy", "p50 ms", "p99 ms", "requests/s"}}
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
	figures.print(w)
	fmt.Fprintln(w)

	ratios := table{{"round by round", "median", "min..max", "target", ""}}
	for _, c := range r.Ratios {
		ratios = append(ratios, []string{
			c.Name,
			fmt.Sprintf("%.3f", c.Median),
			fmt.Sprintf("%.3f..%.3f", c.Min, c.Max),
			c.Target,
			c.verdict(),
		})
	}
	ratios.print(w)
	fmt.Fprintf(w, "\nThe load generator makes %.0f requests/s of the backend alone.\n", r.Ceiling)
}

func (r ratio) verdict() string {
	switch {
	case r.Target == "":
		return ""
	case r.Met:
		return "met"
	default:
		return "missed"
	}
}

// save writes the report as JSON.
func (r report) save(name string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the report: %w", err)
	}
	if err := os.WriteFile(name, append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("saving the report: %w", err)
	}
	return nil
}
