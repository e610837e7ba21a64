package caddymodule

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	_ "github.com/caddyserver/caddy/v2/modules/standard"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/caddy-django/gateway/internal/freeport"
	"github.com/caddy-django/gateway/store"
)

// A gateway under test is a real Caddy in this process. Its configuration may
// name {monitored} and {bare}, the addresses of two sites.
type gateway struct {
	t         *testing.T
	monitored string
	bare      string
	caddyfile string
}

// startGateway runs Caddy with two sites that both hold the given directives;
// django_monitor is in the first one only.
func startGateway(t *testing.T, monitor, directives string) *gateway {
	t.Helper()
	g := &gateway{t: t, monitored: freeAddress(t), bare: freeAddress(t)}
	g.caddyfile = fmt.Sprintf(`{
	admin off
	persist_config off
	auto_https off
	default_bind 127.0.0.1
	servers {
		protocols h1 h2c
	}
	log {
		output discard
	}
	django {
		store %s
	}
}
http://%s {
	django_monitor %s
	%s
}
http://%s {
	%s
}
`, filepath.Join(t.TempDir(), "errors.db"), g.monitored, monitor, directives, g.bare, directives)
	g.load(g.caddyfile)
	t.Cleanup(func() {
		if err := caddy.Stop(); err != nil {
			t.Errorf("stopping Caddy: %v", err)
		}
	})
	return g
}

func (g *gateway) load(caddyfile string) {
	g.t.Helper()
	if err := g.tryLoad(caddyfile); err != nil {
		g.t.Fatalf("loading the configuration: %v", err)
	}
}

func (g *gateway) tryLoad(caddyfile string) error {
	g.t.Helper()
	config, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(caddyfile), nil)
	if err != nil {
		g.t.Fatalf("adapting the Caddyfile: %v", err)
	}
	return caddy.Load(config, true)
}

// app is that of the running configuration.
func (g *gateway) app() *App {
	g.t.Helper()
	app, err := caddy.ActiveContext().App("django")
	if err != nil {
		g.t.Fatal(err)
	}
	return app.(*App)
}

// roundTrip sends a raw request and returns the raw response, up to the end of
// the connection, without what differs between any two responses.
func (g *gateway) roundTrip(address, request string) string {
	g.t.Helper()
	conn := g.dial(address)
	defer conn.Close()
	fmt.Fprintf(conn, request, address)
	response, _ := io.ReadAll(conn) // a reset is how some of them end
	return masked(string(response))
}

func (g *gateway) dial(address string) net.Conn {
	g.t.Helper()
	conn, err := dialAgain(g.t.Context(), "tcp", address)
	if err != nil {
		g.t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(time.Minute))
	return conn
}

func init() { http.DefaultTransport.(*http.Transport).DialContext = dialAgain }

// dialAgain dials until it gets through: Caddy resets what comes while a listener changes hands.
func dialAgain(ctx context.Context, network, address string) (net.Conn, error) {
	for end := time.Now().Add(time.Minute); ; {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if !errors.Is(err, syscall.ECONNRESET) || time.Now().After(end) {
			return conn, err
		}
	}
}

var varying = regexp.MustCompile(`(?m)^(Date|Etag|Last-Modified): .*$`)

func masked(response string) string { return varying.ReplaceAllString(response, "$1: …") }

// outcomes returns how many exchanges ended in each way.
func (g *gateway) outcomes() map[string]float64 {
	counts := make(map[string]float64)
	for _, m := range g.gather("django_exchanges_total") {
		counts[m["outcome"]] += m.value()
	}
	return counts
}

type sample map[string]string

func (s sample) value() float64 {
	var v float64
	fmt.Sscan(s["value"], &v)
	return v
}

// gather returns the samples of a counter, gauge or histogram (its count).
func (g *gateway) gather(name string) []sample {
	g.t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(g.app().collectors()...)
	families, err := registry.Gather()
	if err != nil {
		g.t.Fatalf("gathering metrics: %v", err)
	}
	var samples []sample
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, m := range family.GetMetric() {
			s := sample{}
			for _, label := range m.GetLabel() {
				s[label.GetName()] = label.GetValue()
			}
			switch {
			case m.Counter != nil:
				s["value"] = fmt.Sprint(m.Counter.GetValue())
			case m.Gauge != nil:
				s["value"] = fmt.Sprint(m.Gauge.GetValue())
			case m.Histogram != nil:
				s["value"] = fmt.Sprint(m.Histogram.GetSampleCount())
			}
			samples = append(samples, s)
		}
	}
	return samples
}

// events waits for n events and returns what is stored of them.
func (g *gateway) events(n int) []event {
	g.t.Helper()
	s := g.app().pipeline.store
	deadline := time.Now().Add(time.Minute)
	for {
		events := readEvents(g.t, s)
		if len(events) >= n {
			if len(events) > n {
				g.t.Errorf("%d events, want %d", len(events), n)
			}
			return events
		}
		if time.Now().After(deadline) {
			g.t.Fatalf("%d events after a minute, want %d", len(events), n)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// backend answers each connection with a script, once its request's head is read.
func backend(t *testing.T, script func(conn net.Conn, head *http.Request)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				conn.SetDeadline(time.Now().Add(time.Minute))
				reader := bufio.NewReader(conn)
				head, err := http.ReadRequest(reader)
				if err != nil {
					return
				}
				script(bufferedConn{conn, reader}, head)
			}()
		}
	}()
	return listener.Addr().String()
}

// bufferedConn reads what came with the head before the rest.
type bufferedConn struct {
	net.Conn
	r *bufio.Reader
}

func (c bufferedConn) Read(p []byte) (int, error) { return c.r.Read(p) }

// says makes a script which sends a raw response and closes.
func says(response string) func(net.Conn, *http.Request) {
	return func(conn net.Conn, _ *http.Request) {
		head, body, _ := strings.Cut(response, "\n\n")
		if !strings.Contains(head, "chunked") && !strings.Contains(head, "103") {
			io.WriteString(conn, strings.ReplaceAll(head, "\n", "\r\n")+"\r\n\r\n"+body)
			return
		}
		io.WriteString(conn, strings.ReplaceAll(response, "\n", "\r\n"))
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	address, err := freeport.Address()
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// panicker is a handler that panics, before or after it has answered.
type panicker struct{}

func init() {
	caddy.RegisterModule(panicker{})
	httpcaddyfile.RegisterHandlerDirective("test_panic", func(httpcaddyfile.Helper) (caddyhttp.MiddlewareHandler, error) { return panicker{}, nil })
	httpcaddyfile.RegisterDirectiveOrder("test_panic", httpcaddyfile.Before, "respond")
}

func (panicker) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "http.handlers.test_panic", New: func() caddy.Module { return new(panicker) }}
}

func (panicker) ServeHTTP(w http.ResponseWriter, r *http.Request, _ caddyhttp.Handler) error {
	panic("the handler's own value")
}

// event is what the tests read of an error event.
type event struct {
	Transaction string
	Level       string
	Fingerprint []string
	Tags        map[string]string
	Exception   struct {
		Values []struct {
			Type, Value string
			Stacktrace  struct {
				Frames []struct {
					InApp bool `json:"in_app"`
				}
			}
		}
	}
	Request     struct{ URL, Data string }
	Breadcrumbs struct {
		Values []struct{ Data struct{ URL string } }
	}
	Contexts struct {
		Response struct {
			StatusCode int `json:"status_code"`
			Headers    map[string]string
			Data       string
		}
		Trace struct {
			TraceID string `json:"trace_id"`
			SpanID  string `json:"span_id"`
		}
		Gateway struct {
			Cause       string
			Error       string
			Upstream    string
			ErrorID     string `json:"error_id"`
			RequestBody string `json:"request_body"`
			Stack       string
		}
	}
}

func readEvents(t *testing.T, s *store.Store) (events []event) {
	t.Helper()
	issues, err := s.Issues(t.Context(), store.IssueFilter{})
	if errors.Is(err, store.ErrUnavailable) {
		return nil // not open yet
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, issue := range issues {
		_, refs, err := s.Issue(t.Context(), issue.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, ref := range refs {
			stored, err := s.Event(t.Context(), ref.ID)
			if err != nil {
				t.Fatal(err)
			}
			var e event
			if err := json.Unmarshal(stored.Payload, &e); err != nil {
				t.Fatal(err)
			}
			events = append(events, e)
		}
	}
	return events
}

// loadJSON loads what the Caddyfile adapts to, after a change.
func (g *gateway) loadJSON(change func(string) string) error {
	g.t.Helper()
	config, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(g.caddyfile), nil)
	if err != nil {
		g.t.Fatalf("adapting the Caddyfile: %v", err)
	}
	return caddy.Load([]byte(change(string(config))), true)
}
