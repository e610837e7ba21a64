package store

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// exposition is what a scrape would return.
func exposition(t testing.TB, s *Store) string {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	for _, c := range s.Collectors() {
		registry.MustRegister(c)
	}
	recorder := httptest.NewRecorder()
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(recorder, httptest.NewRequest("GET", "/metrics", nil))
	return recorder.Body.String()
}

func TestEveryMetricIsThereBeforeAnythingHappens(t *testing.T) {
	text := exposition(t, New(Config{}))
	for _, series := range []string{
		"django_store_up 0",
		`django_store_commits_total{result="ok"} 0`,
		`django_store_commits_total{result="error"} 0`,
		"django_store_commit_duration_seconds_count 0",
		"django_store_pending_events 0",
		`django_store_dropped_events_total{reason="memory"} 0`,
		`django_store_uncounted_failures_total{reason="closed"} 0`,
		`django_store_removed_events_total{reason="size"} 0`,
		`django_store_removed_groups_total{reason="age"} 0`,
		`django_outbox_removed_events_total{reason="size"} 0`,
		"django_store_set_aside_databases_total 0",
		"django_store_size_bytes 0",
		"django_store_groups 0",
	} {
		if !strings.Contains(text, "\n"+series+"\n") {
			t.Errorf("no %q in\n%s", series, text)
		}
	}
}

func TestGaugesFollowTheDatabase(t *testing.T) {
	s := started(t, testConfig(t))
	for i := range 3 {
		s.Record(Occurrence{Group: group(i), Event: event(i, destination)})
	}
	label := `destination="` + destination + `"`
	eventually(t, "gauges", func() bool {
		return strings.Contains(exposition(t, s), "django_outbox_pending{"+label+"} 3") && value(t, s, "django_store_groups", "") == 3
	})
	pending, _ := s.Pending(t.Context(), destination, 0, 10)
	s.SetAside(pending[0].ID, "HTTP 400")
	s.Delivered(pending[1].ID)
	s.Delivered(pending[2].ID)
	eventually(t, "gauges", func() bool {
		return value(t, s, "django_outbox_pending", label) == 0 && value(t, s, "django_outbox_set_aside", label) == 1
	})
	if value(t, s, "django_store_size_bytes", "") < 10*pageSize || value(t, s, "django_store_up", "") != 1 {
		t.Error(exposition(t, s))
	}
}
