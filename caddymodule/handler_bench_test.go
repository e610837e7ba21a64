package caddymodule

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/caddy-django/gateway/caddymodule/transport"
	"github.com/caddy-django/gateway/probe"
)

// handlerCase is one kind of request, as the handler meets it.
type handlerCase struct {
	name   string
	path   string
	body   string // of the request, sent with its Content-Length
	cookie string
	status int
	allocs float64 // of the monitor
}

var successes = []handlerCase{
	{name: "success on a known route", path: "/users/4711/", status: http.StatusOK},
	{name: "success on a learned route", path: "/about/", status: http.StatusOK},
	{name: "success of a session", path: "/users/4711/", cookie: "csrftoken=abcdefghijklmnopqrstuvwxyz; theme=dark; sessionid=abcdefghijklmnopqrstuvwxyz012345", status: http.StatusOK},
	{name: "success of a request with a body", path: "/users/4711/", body: "name=Ada", status: http.StatusOK, allocs: 1}, // its Upload
}

var failure = handlerCase{name: "failure", path: "/users/4711/", status: http.StatusInternalServerError}

// Each case with and without the monitor: what lies between them is its cost.
// The worker that makes events of failures runs beside them.
func BenchmarkHandler(b *testing.B) {
	m := provisionedMonitor(b)
	for _, c := range append(successes[:len(successes):len(successes)], failure) {
		next := answering(c.status)
		b.Run(c.name+"/bare", func(b *testing.B) {
			w, r := c.exchange()
			b.ReportAllocs()
			for b.Loop() {
				next.ServeHTTP(w, r)
			}
		})
		b.Run(c.name+"/monitored", func(b *testing.B) {
			w, r := c.exchange()
			body := r.Body
			b.ReportAllocs()
			for b.Loop() {
				r.Body = body
				m.ServeHTTP(w, r, next)
			}
		})
	}
}

// poolMisses is how many allocations of a request are not those of the code.
var poolMisses = 0.0

func TestASuccessfulRequestAllocatesNothing(t *testing.T) {
	m := provisionedMonitor(t)
	for _, c := range successes {
		t.Run(c.name, func(t *testing.T) {
			next := answering(c.status)
			c.checkAllocations(t, m, next)
		})
	}
}

// checkAllocations holds the monitor to what it may allocate for a request that is new every time.
func (c handlerCase) checkAllocations(t *testing.T, m *Monitor, next caddyhttp.Handler) {
	t.Helper()
	w, r := c.exchange()
	body := r.Body
	bare := testing.AllocsPerRun(1000, func() { next.ServeHTTP(w, r) })
	monitored := testing.AllocsPerRun(1000, func() {
		r.Body = body
		m.ServeHTTP(w, r, next)
	})
	if monitored > bare+poolMisses+c.allocs {
		t.Errorf("%v allocations, %v without the monitor", monitored, bare)
	}
}

// provisionedMonitor returns a monitor with everything on but traces, whose store
// and sender work.
func provisionedMonitor(tb testing.TB, changes ...func(*Monitor)) *Monitor {
	tb.Helper()
	tb.Setenv("XDG_DATA_HOME", tb.TempDir())
	ctx, err := caddy.ProvisionContext(&caddy.Config{
		Admin: &caddy.AdminConfig{Disabled: true},
		Logging: &caddy.Logging{Logs: map[string]*caddy.CustomLog{
			caddy.DefaultLoggerName: {BaseLog: caddy.BaseLog{WriterRaw: []byte(`{"output": "discard"}`)}},
		}},
	})
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := caddy.NewContext(ctx)
	tb.Cleanup(cancel)
	m := &Monitor{
		URLConfs:    []URLConf{{File: manyRoutes(tb)}},
		Tags:        map[string]string{"team": "checkout", "host": "{http.request.host}"},
		Slow:        caddy.Duration(10 * time.Second),
		Release:     "shop@1.4.2",
		Environment: "production",
		Sentry:      "http://key@127.0.0.1:9/1", // nobody there
	}
	for _, change := range changes {
		change(m)
	}
	if err := m.Provision(ctx); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { m.Cleanup() })
	if err := m.app.Start(); err != nil {
		tb.Fatal(err)
	}
	return m
}

// manyRoutes returns the file of a URLconf with 1,000 routes, the users' in their
// middle.
func manyRoutes(tb testing.TB) string {
	tb.Helper()
	nodes := make([]string, 1000)
	for i := range nodes {
		app := fmt.Sprintf("app%d", i)
		if i == len(nodes)/2 {
			app = "users"
		}
		nodes[i] = fmt.Sprintf(`{"kind": "path", "route": "%s/<int:pk>/", "endpoint": true, "view": "%[1]s.views.page",
			"converters": {"pk": {"class": "django.urls.converters.IntConverter"}}}`, app)
	}
	file := filepath.Join(tb.TempDir(), "routes.json")
	document := `{"version": 1, "append_slash": true, "patterns": [` + strings.Join(nodes, ",") + `]}`
	if err := os.WriteFile(file, []byte(document), 0o600); err != nil {
		tb.Fatal(err)
	}
	return file
}

// exchange returns what Caddy's server and reverse_proxy would have made of the
// request by the time that the monitor has it back.
func (c handlerCase) exchange() (http.ResponseWriter, *http.Request) {
	r := httptest.NewRequest(http.MethodGet, "http://shop.example"+c.path, nil)
	if c.body != "" {
		r = httptest.NewRequest(http.MethodPost, "http://shop.example"+c.path, strings.NewReader(c.body))
	}
	if c.cookie != "" {
		r.Header.Set("Cookie", c.cookie)
	}
	w := &caddyhttp.ResponseWriterWrapper{ResponseWriter: &discard{header: http.Header{
		"Content-Type":    {"text/html; charset=utf-8"},
		"Content-Length":  {"256"},
		"X-Frame-Options": {"DENY"},
	}}}
	repl := caddy.NewReplacer()
	r = caddyhttp.PrepareRequest(r.WithContext(context.Background()), repl, w, new(caddyhttp.Server))
	repl.Set("http.reverse_proxy.upstream.hostport", "127.0.0.1:8000")
	return w, r
}

// answering is a handler that answers, and leaves behind what reverse_proxy does.
func answering(status int) caddyhttp.Handler {
	body := []byte(strings.Repeat("x", 256))
	latencies := []any{12 * time.Millisecond, 13 * time.Millisecond}
	calls := 0
	return caddyhttp.HandlerFunc(func(w http.ResponseWriter, r *http.Request) error {
		calls++
		repl := r.Context().Value(caddy.ReplacerCtxKey).(*caddy.Replacer)
		repl.Set("http.reverse_proxy.upstream.latency", latencies[calls%2])
		repl.Set("http.reverse_proxy.duration", latencies[calls%2])
		w.WriteHeader(status)
		_, err := w.Write(body)
		return err
	})
}

// discard is a connection that takes everything.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(int)             {}
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) ReadFrom(src io.Reader) (int64, error) {
	return io.Copy(io.Discard, src)
}

// BenchmarkProbedHandler is a success whose probe answers, as the transport brings it.
func BenchmarkProbedHandler(b *testing.B) {
	for _, asks := range []bool{false, true} {
		m := provisionedMonitor(b, func(m *Monitor) {
			if asks {
				m.Probe.Secret = probeSecret
			}
		})
		w, r := successes[0].exchange()
		header := make(http.Header)
		next := caddyhttp.HandlerFunc(func(w http.ResponseWriter, r *http.Request) error {
			if trip, ok := caddyhttp.GetVar(r.Context(), transport.TripVar).(*probe.Trip); ok {
				clear(header)
				trip.Send(header, http.MethodGet, "unix//run/shop/gunicorn.sock", m)
				nonce := header[probe.RequestHeader][0][len("2;"):][:32]
				header[probe.AnswerHeader] = []string{"2 " + nonce + " route=users%2F%3Cint%3Apk%3E%2F view=shop.views.user name=shop%3Auser q=12 qt=3400 total=15000 vt=9000 pid=4711 age=3600 rss=104857600 n=99 busy=1 t=1700000000123 py=3.12.1 dj=5.2.1"}
				trip.Receive(header)
			}
			w.WriteHeader(http.StatusOK)
			return nil
		})
		b.Run(fmt.Sprintf("asks=%v", asks), func(b *testing.B) {
			r := r.WithContext(context.WithValue(r.Context(), caddyhttp.VarsCtxKey, make(map[string]any)))
			b.ReportAllocs()
			for b.Loop() {
				m.ServeHTTP(w, r, next)
			}
		})
	}
}
