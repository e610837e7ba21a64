package promql

import (
	"testing"

	"github.com/caddy-django/gateway/dashboards"
)

// The run has what a healthy system lacks: failures, a destination for events, a
// probe, a yesterday. So every panel must show something, also those that may be empty.
func TestEveryPanelShowsWhatHappened(t *testing.T) {
	h := lived(t)
	for _, d := range dashboards.All() {
		for _, q := range d.Queries() {
			t.Run(d.Title+"/"+q.Panel, func(t *testing.T) {
				expr, err := parse(q.Expr)
				if err != nil {
					t.Fatal(err)
				}
				if err := h.check(t.Context(), expr, h.mixed); err != nil {
					t.Errorf("%s: %v", expr, err)
				}
			})
		}
	}
}
