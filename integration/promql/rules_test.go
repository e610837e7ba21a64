package promql

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/caddy-django/gateway/dashboards"
)

// evaluations are as far apart as this.
const evaluations = 2 * time.Second

// record evaluates the recording rules throughout the run, in their order, so
// that rules read what others record.
func (h history) record(t *testing.T) {
	t.Helper()
	for at := h.start; !at.After(h.outage); at = at.Add(evaluations) {
		for _, g := range dashboards.Groups() {
			for _, r := range g.Rules {
				if r.Record == "" {
					continue
				}
				if err := h.Prometheus.Record(t.Context(), r.Record, r.Expr, r.Labels, at); err != nil {
					t.Fatalf("%s: %v", r.Record, err)
				}
			}
		}
	}
}

func TestRules(t *testing.T) {
	h := lived(t)
	h.record(t)
	for _, g := range dashboards.Groups() {
		for _, r := range g.Rules {
			t.Run(r.Record+r.Alert, func(t *testing.T) { h.checkRule(t, r) })
		}
	}
	t.Run("alerts fire when they should, and no others", h.checkAlerts)
}

// checkRule wants an answer for what a rule records, or for everything that its
// condition compares.
func (h history) checkRule(t *testing.T, r dashboards.Rule) {
	expr, err := parse(r.Expr)
	if err != nil {
		t.Fatal(err)
	}
	values := compared(expr)
	if r.Record != "" {
		values = append(values, expr)
	}
	for _, value := range values {
		if err := h.check(t.Context(), value, h.mixed); err != nil {
			t.Errorf("%s: %v", value, err)
		}
	}
}

// checkAlerts asks at moments whose conditions are known. How long a condition
// must hold is longer than the run, and left to the unit tests of the rules.
func (h history) checkAlerts(t *testing.T) {
	for _, moment := range []struct {
		name string
		at   time.Time
		want []string
	}{
		{"while all is well", h.healthy, nil},
		{"while somebody scans", h.scanned, []string{"DjangoUnmatchedTraffic"}},
		{"while nothing can be reached", h.outage, []string{"DjangoDeliveryFails",
			"DjangoErrorBudgetBurns 1h", "DjangoErrorBudgetBurns 3d", "DjangoErrorBudgetBurns 6h", "DjangoEventsNotDelivered", "DjangoUnreachable"}},
	} {
		t.Run(moment.name, func(t *testing.T) {
			if got := h.firing(t, moment.at); !slices.Equal(got, moment.want) {
				t.Errorf("the alerts are %v, not %v", got, moment.want)
			}
		})
	}
}

// firing returns the alerts whose condition holds, with their window if they
// have several.
func (h history) firing(t *testing.T, at time.Time) []string {
	t.Helper()
	found := make(map[string]bool)
	for _, g := range dashboards.Groups() {
		for _, r := range g.Rules {
			if r.Alert == "" {
				continue
			}
			answer, err := h.Prometheus.Instant(t.Context(), r.Expr, at)
			if err != nil {
				t.Fatalf("%s: %v", r.Alert, err)
			}
			if len(answer) == 0 {
				continue
			}
			name := r.Alert
			if w := r.Labels["window"]; w != "" {
				name += " " + w
			}
			found[name] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}
