package main

import (
	"io"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/integration/measure"
)

func TestWhatCannotBeMeasuredIsRefused(t *testing.T) {
	for _, c := range [][2]int{{0, 300}, {1, leastRequests - 1}} {
		if err := run(t.Context(), c[0], c[1], false, io.Discard); err == nil || !strings.Contains(err.Error(), "measure nothing") {
			t.Errorf("%d rounds of %d requests: %v", c[0], c[1], err)
		}
	}
}

func TestAReportComparesWithinARound(t *testing.T) {
	results := make([][]measure.Series, len(views))
	for v := range views {
		for s := range subjects {
			results[v] = append(results[v], measure.Series{{CPU: float64(100 + s)}, {CPU: float64(200 + 2*s)}})
		}
	}
	var text strings.Builder
	ratios := report(&text, results)
	if !ratios[0].Met || ratios[0].Median != 1.01 || !strings.Contains(text.String(), "| Django with the probe ") {
		t.Errorf("%+v\n%s", ratios[0], &text)
	}
}
