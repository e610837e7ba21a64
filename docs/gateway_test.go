package docs_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"go.opentelemetry.io/otel/trace"

	dto "github.com/prometheus/client_model/go"

	"github.com/caddy-django/gateway/internal/testutil"
	"github.com/caddy-django/gateway/probe"
)

// gateway is a real Caddy in this process, in front of an application that fails
// in every way and beside a receiver that refuses every second event.
type gateway struct {
	t      *testing.T
	site   string // its address
	admin  *http.Client
	routes string // file of the URLconf

	transactions *transactions
}

// transactions are those that the receiver has taken.
type transactions struct {
	mu  sync.Mutex
	all []any
}

func (x *transactions) received() []any {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.all)
}

func startGateway(t *testing.T) *gateway {
	t.Helper()
	dir := t.TempDir()
	socket := filepath.Join(dir, "admin.sock")
	routes := filepath.Join(dir, "routes.json")
	writeRoutes(t, routes)
	told := new(transactions)
	config := fmt.Sprintf(`{
		"admin": {"listen": "unix/%s", "config": {"persist": false}},
		"logging": {"logs": {"default": {"writer": {"output": "discard"}}}},
		"apps": {
			"django": {"store": {"path": %q}},
			"http": {"servers": {"srv0": {
				"listen": ["127.0.0.1:0"],
				"automatic_https": {"disable": true},
				"routes": [{"handle": [
					{"handler": "django_maintenance", "file": %q},
					{"handler": "docs_test_trace"},
					{"handler": "django_monitor", "capture_body": 55000, "capture_request_body": 1000, "send_default_pii": true, "user": {"source": "cookie", "name": "sessionid"}, "release": "shop@1.4.2", "environment": "docs", "traces_sample_rate": 0, "propagate_traces": true, "sdk_duplicates": "mark", "probe": {"secret": "0123456789abcdef", "n_plus_one": 10}, "sentry": %q, "urlconfs": [{"file": %q}]},
					{"handler": "subroute", "routes": [
						{"match": [{"path": ["/panic"]}], "handle": [{"handler": "docs_test_panic"}]},
						{"match": [{"path": ["/refused"]}], "handle": [{"handler": "reverse_proxy", "upstreams": [{"dial": "unix/%s/missing.sock"}]}]},
						{"handle": [{"handler": "reverse_proxy", "transport": {"protocol": "django"}, "upstreams": [{"dial": %q}]}]}
					]}
				]}]
			}}}
		}
	}`, socket, filepath.Join(dir, "errors.db"), filepath.Join(dir, "maintenance"), receiver(t, told), routes, dir, application(t))
	if err := caddy.Load([]byte(config), true); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := caddy.Stop(); err != nil {
			t.Error(err)
		}
	})
	app, err := caddy.ActiveContext().App("http")
	if err != nil {
		t.Fatal(err)
	}
	return &gateway{
		t:            t,
		transactions: told,
		routes:       routes,
		site:         app.(*caddyhttp.App).Servers["srv0"].Listeners()[0].Addr().String(),
		admin: &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		}}},
	}
}

// fail makes one failure of each kind that leaves evidence of its own.
func (g *gateway) fail() {
	for _, path := range []string{"/left", "/failing?token=secret&page=2", "/cut", "/refused", "/panic", "/debug", "/logged", "/loop"} {
		request, err := http.NewRequest(http.MethodGet, "http://"+g.site+path, strings.NewReader(`{"q": "till"}`))
		if err != nil {
			g.t.Fatal(err)
		}
		if path != "/logged" { // where Django says who it is
			request.Header.Set("Cookie", "sessionid=secret")
		}
		request.Header.Set("Sentry-Trace", "0102030405060708090a0b0c0d0e0f10-1112131415161718-1")
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("User-Agent", "Examplebot/1.0")
		if response, err := http.DefaultClient.Do(request); err == nil {
			io.Copy(io.Discard, response.Body)
			response.Body.Close()
		}
	}
}

// writeRoutes writes a URLconf in which nothing is empty.
func writeRoutes(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(`{"version": 1, "hash": "sha256:0", "django": "5.2", "settings": "shop.settings", "root_urlconf": "shop.urls", "patterns": [
		{"kind": "path", "route": "failing", "endpoint": true, "view": "shop.views.failing", "name": "failing", "namespace": "shop", "app_name": "shop"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
}

// spoilRoutes makes the file of the URLconf one that cannot be read again.
func (g *gateway) spoilRoutes() {
	g.t.Helper()
	if err := os.Truncate(g.routes, 10); err != nil {
		g.t.Fatal(err)
	}
	eventually(g.t, "the routes cannot be read", func() bool {
		var sources []struct{ Error string }
		g.get("/django/routes", &sources)
		return len(sources) == 1 && sources[0].Error != ""
	})
}

// get reads a resource of the admin API.
func (g *gateway) get(resource string, into any) {
	g.t.Helper()
	g.ask(http.MethodGet, resource, into)
}

func (g *gateway) ask(method, resource string, into any) {
	g.t.Helper()
	request, err := http.NewRequest(method, "http://127.0.0.1"+resource, nil)
	if err != nil {
		g.t.Fatal(err)
	}
	response, err := g.admin.Do(request)
	if err != nil {
		g.t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		g.t.Fatalf("reading %s: %v", resource, err)
	}
}

// metrics returns what /metrics serves of this plugin.
func (g *gateway) metrics() map[string]*dto.MetricFamily {
	g.t.Helper()
	response, err := g.admin.Get("http://127.0.0.1/metrics")
	if err != nil {
		g.t.Fatal(err)
	}
	defer response.Body.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(response.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	for name := range families {
		if !strings.HasPrefix(name, "django_") && !strings.HasPrefix(name, "http_server_") {
			delete(families, name)
		}
	}
	return families
}

var eventually = testutil.Eventually

// application stands for Django: it answers 500, or breaks off.
func application(t *testing.T) (address string) {
	page := debugPage(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/cut" {
			w.Write([]byte("begun"))
			http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
		io.Copy(io.Discard, r.Body)
		if r.URL.Path == "/logged" || r.URL.Path == "/loop" {
			answerAsProbe(t, w, r)
			return
		}
		if r.URL.Path == "/debug" {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("X-Sentry-ID", "0123456789abcdef0123456789abcdef")
			w.WriteHeader(http.StatusInternalServerError)
			io.WriteString(w, page)
			return
		}
		w.WriteHeader(http.StatusInternalServerError)
		if r.URL.Path == "/left" { // as a client does, which is noise
			io.WriteString(w, "Traceback (most recent call last):\n  File \"shop/views.py\", line 1, in left\ndjango.http.request.UnreadablePostError: gone\n")
			return
		}
		io.WriteString(w, strings.Repeat("The till is stuck. ", 100))
	}))
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// answerAsProbe stands for the probe in Django: it tells all that it can, and of one path that an error was logged.
func answerAsProbe(t *testing.T, w http.ResponseWriter, r *http.Request) {
	nonce := strings.Split(strings.Fields(r.Header.Get(probe.RequestHeader))[0], ";")[1]
	answer := "2 " + nonce + " route=failing view=shop.views.failing name=shop%3Afailing q=12 qt=3400 c=2 ct=80 total=15000 vt=9000 " +
		"pid=4711 age=3600 rss=104857600 n=99 busy=2 t=1700000000123 py=3.12.1 dj=5.2.1 srv=gunicorn n1=11 n1q=SELECT%20%3F"
	if r.URL.Path == "/logged" {
		answer += " cut=1"
		text, err := os.ReadFile("../probe/testdata/report.json")
		if err != nil {
			t.Error(err)
		}
		text = []byte(strings.Replace(string(text), `"handled": false`, `"handled": true, "logger": "shop.till", "level": "error", "message": "the till is stuck", "format": "the till is %s"`, 1))
		var packed bytes.Buffer
		zw := zlib.NewWriter(&packed)
		zw.Write(text)
		zw.Close()
		w.Header().Set(probe.ReportHeader, "1/1 "+base64.StdEncoding.EncodeToString(packed.Bytes()))
	}
	w.Header().Set(probe.AnswerHeader, answer)
}

// debugPage is one of Django's own, of an exception with two causes.
func debugPage(t *testing.T) string {
	t.Helper()
	file, err := os.Open("../evidence/testdata/django-5.2/chained.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	text, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var recorded struct{ HTML string }
	if err := json.NewDecoder(text).Decode(&recorded); err != nil {
		t.Fatal(err)
	}
	return recorded.HTML
}

// receiver stands for Sentry.
func receiver(t *testing.T, told *transactions) (dsn string) {
	var events atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if told.take(t, r.Body) {
			return
		}
		if events.Add(1)%2 == 0 {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		}
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "http://", "http://key@", 1) + "/42"
}

// take reads an envelope and reports whether it holds a transaction.
func (x *transactions) take(t *testing.T, body io.Reader) bool {
	zr, err := gzip.NewReader(body)
	if err != nil {
		t.Error(err)
		return false
	}
	envelope := json.NewDecoder(zr)
	var header, item, payload map[string]any
	for _, part := range []*map[string]any{&header, &item, &payload} {
		if err := envelope.Decode(part); err != nil {
			t.Error(err)
		}
	}
	if item["type"] != "transaction" {
		return false
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.all = append(x.all, payload)
	return true
}

// tracer puts a span into the request, as Caddy's tracing does.
type tracer struct{}

func (tracer) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "http.handlers.docs_test_trace", New: func() caddy.Module { return new(tracer) }}
}

func (tracer) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	span := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{1}})
	return next.ServeHTTP(w, r.WithContext(trace.ContextWithSpanContext(r.Context(), span)))
}

type panicker struct{}

func (panicker) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "http.handlers.docs_test_panic", New: func() caddy.Module { return new(panicker) }}
}

func (panicker) ServeHTTP(http.ResponseWriter, *http.Request, caddyhttp.Handler) error {
	panic("the handler is broken")
}

func init() {
	caddy.RegisterModule(tracer{})
	caddy.RegisterModule(panicker{})
}
