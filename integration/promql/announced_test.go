package promql

import (
	"slices"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
)

// notServed are metrics that dashboards ask for and the gateway does not serve
// yet.
var notServed = []string{
	"django_route_info",
	"django_routes",
	"django_routes_gave_up_total",
	"django_routes_last_load_success_timestamp_seconds",
	"django_routes_last_load_successful",
}

// announced reports whether an expression asks for one of them.
func announced(expr parser.Expr) bool {
	return slices.ContainsFunc(selectors(expr), func(s *parser.VectorSelector) bool {
		return slices.Contains(notServed, s.Name)
	})
}

func TestMetricsThatAreServedAreAskedFor(t *testing.T) {
	h := lived(t)
	for _, name := range notServed {
		answer, err := h.Prometheus.Instant(t.Context(), name, h.mixed)
		if err != nil {
			t.Fatal(err)
		}
		if len(answer) > 0 {
			t.Errorf("%s is served: take it off the list, and ask", name)
		}
	}
}
