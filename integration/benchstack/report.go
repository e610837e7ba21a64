package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/caddy-django/gateway/integration/measure"
)

// comparison compares subjects by one view.
type comparison struct {
	view int
	measure.Comparison
}

func throughput(view int, name string, of, against int, atLeast float64) comparison {
	return comparison{view, measure.Comparison{
		Name:    views[view].name + ", throughput, " + name,
		Of:      of,
		Against: against,
		Figure:  measure.RateOf,
		Target:  measure.Target{AtLeast: atLeast},
	}}
}

var comparisons = []comparison{
	throughput(trivial, "gateway / nginx with the SDKs, errors only", gateway, nginxErrors, 1.4),
	throughput(trivial, "gateway / nginx with the SDKs, all traces", gateway, nginxTracesAll, 2.5),
	throughput(trivial, "gateway + probe / nginx with the SDKs, errors only", gatewayProbe, nginxErrors, 1.4),
	throughput(trivial, "gateway + probe / nginx with the SDKs, all traces", gatewayProbe, nginxTracesAll, 2.5),
	throughput(query, "gateway + probe / nginx with the SDKs, errors only", gatewayProbe, nginxErrors, 0),
	throughput(trivial, "gateway + probe / gateway", gatewayProbe, gateway, 0),
	throughput(trivial, "gateway / nginx", gateway, nginx, 0.85),
	throughput(trivial, "gateway / bare Caddy", gateway, caddy, 0.97),
	throughput(static, "gateway / nginx", gateway, nginx, 0.5),
	{trivial, measure.Comparison{Name: "trivial view, CPU per request, gateway / nginx", Of: gateway, Against: nginx, Figure: measure.CPUOf}},
	{trivial, measure.Comparison{Name: "trivial view, CPU per request, gateway / bare Caddy", Of: gateway, Against: caddy, Figure: measure.CPUOf}},
}

// report is the outcome of all rounds.
type report struct {
	Views  []viewReport    `json:"views"`
	Ratios []measure.Ratio `json:"ratios"`
}

type viewReport struct {
	Name     string          `json:"name"`
	Subjects []subjectReport `json:"subjects"`
}

type subjectReport struct {
	Name   string          `json:"name"`
	Median measure.Figures `json:"median"`
	// Proxy is what of the CPU time is not Django's; Load is what the load took beside it.
	Proxy  float64        `json:"proxy_cpu_us_per_request"`
	Load   float64        `json:"load_cpu_us_per_request"`
	Rounds measure.Series `json:"rounds"`
}

// newReport sums up what was measured, by view and subject.
func newReport(results [][]measure.Series, shares [][][]share) report {
	var r report
	for v, all := range results {
		view := viewReport{Name: views[v].name}
		for s, rounds := range all {
			if len(rounds) == 0 {
				continue
			}
			view.Subjects = append(view.Subjects, subjectReport{
				Name:   subjects[s].name,
				Median: rounds.Medians(),
				Proxy:  median(shares[v][s], func(s share) float64 { return s.proxy }),
				Load:   median(shares[v][s], func(s share) float64 { return s.load }),
				Rounds: rounds,
			})
		}
		r.Views = append(r.Views, view)
	}
	for _, c := range comparisons {
		r.Ratios = append(r.Ratios, c.Ratio(results[c.view]))
	}
	return r
}

// median needs no more than the middle.
func median(shares []share, of func(share) float64) float64 {
	values := make([]float64, len(shares))
	for i, s := range shares {
		values[i] = of(s)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// print writes the report in Markdown.
func (r report) print(w io.Writer) {
	t := measure.Table{{"", "CPU µs/request", "of it the proxy", "load beside", "p50 ms", "p99 ms", "requests/s"}}
	for _, view := range r.Views {
		t = append(t, []string{"**" + view.Name + "**", "", "", "", "", "", ""})
		for _, s := range view.Subjects {
			t = append(t, []string{
				s.Name,
				fmt.Sprintf("%.0f", s.Median.CPU),
				fmt.Sprintf("%.0f", s.Proxy),
				fmt.Sprintf("%.0f", s.Load),
				fmt.Sprintf("%.2f", s.Median.P50),
				fmt.Sprintf("%.2f", s.Median.P99),
				fmt.Sprintf("%.0f", s.Median.Rate),
			})
		}
	}
	t.Print(w)
	fmt.Fprintln(w)
	measure.RatioTable(r.Ratios).Print(w)
}
