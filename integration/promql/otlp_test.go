package promql

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/caddy-django/gateway/integration/promql/prom"
	"github.com/caddy-django/gateway/integration/promql/run"
)

// metrics { otlp } pushes the gateway's series together with Caddy's own. What
// has native buckets arrives as a native histogram.
func TestPrometheusReceivesByOTLPWhatWasSent(t *testing.T) {
	needsTheShop(t)
	received, err := prom.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { received.Close() })
	mux := http.NewServeMux()
	mux.Handle("POST /api/v1/otlp/v1/metrics", received.OTLP())
	receiver := httptest.NewServer(mux)
	t.Cleanup(receiver.Close)

	r, err := run.Start(t.Context(), t.TempDir(),
		"OTEL_METRICS_EXPORTER=otlp",
		"OTEL_SERVICE_NAME=shop",
		"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/protobuf",
		"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT="+receiver.URL+"/api/v1/otlp/v1/metrics",
		"OTEL_METRIC_EXPORT_INTERVAL=500") // ms
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	sent := make(map[string]float64)
	for _, v := range []struct {
		path, route string
		times       int
	}{
		{"/", "/", 20},
		{"/products/1/", "/products/<int:pk>/", 7},
		{"/api/products/", "/api/products/", 11},
		{"/crash/value-error/", "/crash/<slug:kind>/", 3},
		{"/wp-login.php", "_unmatched", 2},
	} {
		for range v.times {
			if err := r.Visit(run.Visit{Path: v.path}); err != nil {
				t.Fatal(err)
			}
			sent[v.route]++
		}
	}
	const byRoute = "sum by (http_route) (histogram_count(http_server_request_duration_seconds))"
	var got map[string]float64
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		if got, err = byLabel(t.Context(), received, byRoute, "http_route"); err == nil && maps.Equal(got, sent) {
			break
		}
	}
	if !maps.Equal(got, sent) {
		t.Fatalf("received %v (%v), sent %v", got, err, sent)
	}
	checkReceived(t, received)
}

// checkReceived asks for what a counter, a gauge and histograms with and without
// native buckets have become.
func checkReceived(t *testing.T, received *prom.Server) {
	t.Helper()
	for expr, want := range map[string]float64{
		`sum(django_exchanges_total{outcome="app_error"})`:                                                   3,
		`django_store_up{job="shop"}`:                                                                        1,
		`sum(http_server_request_body_size_bytes_bucket{le="+Inf"})`:                                         43,
		`sum(histogram_quantile(0.95, sum by (http_route) (http_server_request_duration_seconds)) > bool 0)`: 5,
	} {
		got, err := byLabel(t.Context(), received, expr, "")
		if err != nil || got[""] != want {
			t.Errorf("%s is %v (%v), not %v", expr, got, err, want)
		}
	}
}

// byLabel evaluates an expression now and returns its values by a label.
func byLabel(ctx context.Context, s *prom.Server, expr, label string) (map[string]float64, error) {
	answer, err := s.Instant(ctx, expr, time.Now())
	if err != nil {
		return nil, fmt.Errorf("asking for %s: %w", expr, err)
	}
	values := make(map[string]float64)
	for _, sample := range answer {
		values[sample.Metric.Get(label)] = sample.F
	}
	return values, nil
}
