package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/integration/measure"
)

// rounds has one round, in which the subjects took so much CPU time and made so
// many requests.
func rounds(cpu, rate []float64) []measure.Series {
	all := make([]measure.Series, len(subjects))
	for i := range all {
		all[i] = measure.Series{{CPU: cpu[i], Rate: rate[i], P50: 1.234, P99: 5}}
	}
	return all
}

func TestAReportIsPrintedAsMarkdown(t *testing.T) {
	var text strings.Builder
	newReport(rounds([]float64{100, 103, 104, 120}, []float64{1000, 980, 970, 800}), 90_000).print(&text)
	for _, line := range []string{
		"|                               | CPU µs/request | against Caddy | p50 ms | p99 ms | requests/s |\n",
		"|-------------------------------|---------------:|--------------:|-------:|-------:|-----------:|\n",
		"| gateway                       |          104.0 |         1.040 |   1.23 |   5.00 |        970 |\n",
		"| CPU per request, gateway / Caddy                  |  1.040 | 1.040..1.040 |  at most 1.05 |    met |\n",
		"| throughput, only failures / only successes        |  0.825 | 0.825..0.825 | at least 0.85 | missed |\n",
		"makes 90000 requests/s",
	} {
		if !strings.Contains(text.String(), line) {
			t.Errorf("no line %q in\n%s", line, text.String())
		}
	}
}

func TestWhatMissesItsTargetIsNamed(t *testing.T) {
	for _, c := range []struct {
		name      string
		cpu, rate []float64
		missed    string
	}{
		{"nothing", []float64{100, 103, 105, 200}, []float64{1000, 980, 970, 900}, ""},
		{"a gateway that takes too much", []float64{100, 103, 106, 200}, []float64{1000, 980, 970, 900}, "CPU per request, gateway / Caddy"},
		{"failures that are too slow", []float64{100, 103, 105, 200}, []float64{1000, 980, 970, 800}, "throughput, only failures / only successes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(measure.Missed(newReport(rounds(c.cpu, c.rate), 1).Ratios), ";"); got != c.missed {
				t.Errorf("%q, want %q", got, c.missed)
			}
		})
	}
}

func TestAReportIsSavedAsJSON(t *testing.T) {
	name := filepath.Join(t.TempDir(), "bench.json")
	if err := measure.Save(name, newReport(rounds([]float64{100, 103, 104, 120}, []float64{1000, 980, 970, 800}), 1)); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var saved report
	if err := json.Unmarshal(text, &saved); err != nil {
		t.Fatal(err)
	}
	if s := saved.Subjects[gateway]; s.Name != "gateway" || s.Against != 1.04 || s.Rounds[0].Rate != 970 {
		t.Errorf("%+v", s)
	}
	if len(saved.Ratios) != len(comparisons) {
		t.Errorf("%d ratios, want %d", len(saved.Ratios), len(comparisons))
	}
}
