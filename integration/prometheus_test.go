package integration

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"github.com/caddy-django/gateway/integration/stack"
)

func TestPrometheusScrapesWhatWasSent(t *testing.T) {
	needs(t, "django", "prometheus")
	shop := preparedShop(t)
	g := newGateway(t, onGunicorn(t, shop))
	p, err := stack.Prometheus(t.Context(), t.TempDir(), freeAddr(t), g.admin)
	prom := prometheus{t, "http://" + started(t, p, err).Addr}

	// The series must be there before they grow, or a rate has nothing to start from.
	routes := map[string]string{"/": "/", "/products/1/": "/products/<int:pk>/", "/api/products/": "/api/products/"}
	client := newClient(t)
	sent := make(map[string]float64)
	visit := func() {
		for path, route := range routes {
			get(t, client, g.site+path)
			sent[route]++
		}
	}
	const byRoute = "sum by (http_route) (http_server_request_duration_seconds_count)"
	visit()
	eventually(t, func() error { return same(prom.query(byRoute, "http_route"), sent) })
	for range 20 {
		visit()
	}
	eventually(t, func() error { return same(prom.query(byRoute, "http_route"), sent) })

	// increase() extrapolates to the ends of its range, so it is compared with nothing but zero.
	for _, query := range []string{
		"sum by (http_route) (rate(http_server_request_duration_seconds_count[1m]))",
		"histogram_quantile(0.95, sum by (le, http_route) (rate(http_server_request_duration_seconds_bucket[1m])))",
		"histogram_quantile(0.5, sum by (le, http_route) (rate(django_time_to_headers_seconds_bucket[1m])))",
	} {
		values := prom.query(query, "http_route")
		for route := range sent {
			if v, ok := values[route]; !ok || math.IsNaN(v) || math.IsInf(v, 0) || v <= 0 {
				t.Errorf("%s is %v for %s", query, values, route)
			}
		}
	}
	if up := prom.query(`min_over_time(up{job="gateway"}[1m])`, "job")["gateway"]; up != 1 {
		t.Errorf("up was %v", up)
	}
	if samples := prom.query(`scrape_samples_scraped{job="gateway"}`, "job")["gateway"]; samples < 100 {
		t.Errorf("%v samples were scraped", samples)
	}
}

func same(got, want map[string]float64) error {
	for name, value := range want {
		if got[name] != value {
			return fmt.Errorf("%s is %v, not %v", name, got[name], value)
		}
	}
	if len(got) != len(want) {
		return fmt.Errorf("there are %v, not %v", got, want)
	}
	return nil
}

type prometheus struct {
	t   *testing.T
	url string
}

// query evaluates an expression now and returns its values by a label.
func (p prometheus) query(expr, label string) map[string]float64 {
	p.t.Helper()
	resp, err := http.Get(p.url + "/api/v1/query?query=" + url.QueryEscape(expr))
	if err != nil {
		p.t.Fatal(err)
	}
	var answer struct {
		Error string
		Data  struct {
			Result []struct {
				Metric map[string]string
				Value  [2]any // time and text
			}
		}
	}
	if err := json.Unmarshal([]byte(readPage(p.t, resp).body), &answer); err != nil || answer.Error != "" {
		p.t.Fatalf("querying %s: %v %s", expr, err, answer.Error)
	}
	values := make(map[string]float64)
	for _, r := range answer.Data.Result {
		text, _ := r.Value[1].(string)
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			p.t.Fatalf("querying %s: the value is %v", expr, r.Value[1])
		}
		values[r.Metric[label]] = value
	}
	return values
}
