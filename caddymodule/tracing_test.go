package caddymodule

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/caddy-django/gateway/store"
)

// tracedRequest is a request whose client traces it, and what is told of it.
type tracedRequest struct {
	name, method, path string
	status             int

	span   string // its name
	route  string // its http.route
	series string // the labels that the metrics have for it
}

var tracedRequests = []tracedRequest{
	{
		"a route that matches", "GET", "/products/1/", 200, "GET /products/<int:pk>/", "/products/<int:pk>/",
		`http_request_method="GET",http_response_status_code="200",http_route="/products/<int:pk>/"`,
	},
	{
		"a route that is learned", "GET", "/about/4711/", 200, "GET /about/<var>/", "/about/<var>/",
		`http_request_method="GET",http_response_status_code="200",http_route="/about/<var>/"`,
	},
	{
		"a POST", "POST", "/products/1/", 200, "POST /products/<int:pk>/", "/products/<int:pk>/",
		`http_request_method="POST",http_response_status_code="200",http_route="/products/<int:pk>/"`,
	},
	{
		"a method that nobody knows", "BREW", "/products/1/", 200, "HTTP /products/<int:pk>/", "/products/<int:pk>/",
		`http_request_method="_OTHER",http_response_status_code="200",http_route="/products/<int:pk>/"`,
	},
	{
		"no route", "GET", "/missing/", 404, "GET", "",
		`http_request_method="GET",http_response_status_code="404",http_route="_unmatched"`,
	},
	{
		"no answer from Django", "GET", "/down/1/", 502, "GET /down/<int:pk>/", "/down/<int:pk>/",
		`http_request_method="GET",http_response_status_code="502",http_route="/down/<int:pk>/"`,
	},
}

// A client's trace goes on through the gateway: the span that Caddy sends to a
// collector, the metrics, their exemplars and the error event tell of the same
// request under the same names.
func TestTracesMeetMetrics(t *testing.T) {
	spans := startCollector(t)
	django := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Received", r.Header.Get("Traceparent"))
		if r.URL.Path == "/missing/" {
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(django.Close)
	g := startGateway(t, "{\n\t\troute /products/<int:pk>/ /down/<int:pk>/\n\t}", `tracing {
		span "the site's own name"
	}
	handle /down/* {
		reverse_proxy `+freeAddress(t)+`
	}
	handle /metrics {
		metrics
	}
	handle {
		reverse_proxy `+django.Listener.Addr().String()+`
	}`)

	traceIDs := make(map[string]bool)
	for i, c := range tracedRequests {
		t.Run(c.name, func(t *testing.T) {
			traceID, parent := fmt.Sprintf("%032x", i+1), fmt.Sprintf("%016x", i+1)
			traceIDs[traceID] = true
			resp := send(t, c.method, "http://"+g.monitored+c.path, "Traceparent", "00-"+traceID+"-"+parent+"-01")
			if resp.StatusCode != c.status {
				t.Errorf("status %d, want %d", resp.StatusCode, c.status)
			}
			span := spans.wait(t, traceID)
			spanID := hex.EncodeToString(span.SpanId)
			if got := routeOf(span); span.Name != c.span || got != c.route {
				t.Errorf("the span is %q with http.route %q, want %q with %q", span.Name, got, c.span, c.route)
			}
			if got := hex.EncodeToString(span.ParentSpanId); got != parent {
				t.Errorf("the span's parent is %s, not the client's %s", got, parent)
			}
			if isError := span.GetStatus().GetCode() == tracepb.Status_STATUS_CODE_ERROR; isError != (c.status >= 500) {
				t.Errorf("the span's status is %v", span.GetStatus())
			}
			if exemplars := g.exemplars(t); !strings.Contains(exemplars[c.series], traceID) || !strings.Contains(exemplars[c.series], spanID) {
				t.Errorf("the exemplar is %q, want one of trace %s and span %s", exemplars[c.series], traceID, spanID)
			}
			if c.status == http.StatusBadGateway {
				if got, want := g.traceOfEvent(t), (eventTrace{traceID, spanID}); got != want {
					t.Errorf("the event has %v, want %v", got, want)
				}
				return
			}
			if got, want := resp.Header.Get("X-Received"), "00-"+traceID+"-"+spanID+"-01"; got != want {
				t.Errorf("Django received %q, want %q", got, want)
			}
		})
	}

	t.Run("a site without the monitor keeps the span's name", func(t *testing.T) {
		traceID := strings.Repeat("b", 32)
		send(t, "GET", "http://"+g.bare+"/products/1/", "Traceparent", "00-"+traceID+"-"+strings.Repeat("b", 16)+"-01")
		if span := spans.wait(t, traceID); span.Name != "the site's own name" {
			t.Errorf("the span is %q", span.Name)
		}
	})

	t.Run("the admin endpoint has the exemplars in Prometheus' own format", func(t *testing.T) {
		admin := freeAddress(t)
		g.load(strings.Replace(g.caddyfile, "admin off", "admin "+admin, 1))
		if got := nativeExemplars(t, admin); !maps.Equal(got, traceIDs) {
			t.Errorf("traces %v, want %v", got, traceIDs)
		}
	})
}

// send returns the response to a request with one header of its own.
func send(t *testing.T, method, url, header, value string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set(header, value)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp
}

var exemplarLine = regexp.MustCompile(`(?m)^http_server_request_duration_seconds_bucket\{(.*),server_address=.* # (\{.*\})`)

// exemplars returns those that the metrics directive serves of the durations, by
// the labels of their series.
func (g *gateway) exemplars(t *testing.T) map[string]string {
	t.Helper()
	resp := send(t, "GET", "http://"+g.bare+"/metrics", "Accept", string(expfmt.NewFormat(expfmt.TypeOpenMetrics)))
	body, _ := io.ReadAll(resp.Body)
	found := make(map[string]string)
	for _, m := range exemplarLine.FindAllStringSubmatch(string(body), -1) {
		found[m[1]] = m[2]
	}
	return found
}

// nativeExemplars returns the ids of the traces that the admin endpoint names
// beside the native histograms of the durations.
func nativeExemplars(t *testing.T, admin string) map[string]bool {
	t.Helper()
	resp := send(t, "GET", "http://"+admin+"/metrics", "Accept", string(expfmt.NewFormat(expfmt.TypeProtoDelim)))
	decoder := expfmt.NewDecoder(resp.Body, expfmt.ResponseFormat(resp.Header))
	family := new(dto.MetricFamily)
	for family.GetName() != "http_server_request_duration_seconds" {
		family = new(dto.MetricFamily)
		if err := decoder.Decode(family); err != nil {
			t.Fatalf("looking for the durations: %v", err)
		}
	}
	traceIDs := make(map[string]bool)
	for _, m := range family.GetMetric() {
		for _, exemplar := range m.GetHistogram().GetExemplars() {
			for _, label := range exemplar.GetLabel() {
				if label.GetName() == "trace_id" {
					traceIDs[label.GetValue()] = true
				}
			}
		}
	}
	return traceIDs
}

type eventTrace struct {
	TraceID string `json:"trace_id"`
	SpanID  string `json:"span_id"`
}

// traceOfEvent returns what the one event that is stored says of its trace.
func (g *gateway) traceOfEvent(t *testing.T) eventTrace {
	t.Helper()
	g.events(1)
	s := g.app().pipeline.store
	issues, err := s.Issues(t.Context(), store.IssueFilter{})
	if err != nil {
		t.Fatal(err)
	}
	_, refs, err := s.Issue(t.Context(), issues[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := s.Event(t.Context(), refs[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	var event struct{ Contexts struct{ Trace eventTrace } }
	if err := json.Unmarshal(stored.Payload, &event); err != nil {
		t.Fatal(err)
	}
	return event.Contexts.Trace
}
