package integration

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/caddy-django/gateway/integration/stack"
)

// sdkApp is the shop with Sentry's SDK in it, which traces what it is told to.
const sdkApp = `import sentry_sdk
sentry_sdk.init(traces_sample_rate=0.5)
from shop.wsgi import application
`

// told is an event or a transaction, and who has told it.
type told struct {
	By          string // "gateway" or "sdk"
	Type        string
	EventID     string `json:"event_id"`
	Transaction string
	Tags        map[string]string
	Exception   struct{ Values []struct{ Type string } }
	Contexts    struct {
		Trace struct {
			TraceID      string `json:"trace_id"`
			SpanID       string `json:"span_id"`
			ParentSpanID string `json:"parent_span_id"`
		}
	}
	Spans []span
	raw   json.RawMessage
}

type span struct {
	Op     string
	SpanID string `json:"span_id"`
}

// listener takes the envelopes of both sides.
type listener struct {
	*httptest.Server
	t   *testing.T
	mu  sync.Mutex
	all []told
	raw strings.Builder // everything that came, unpacked
}

func newListener(t *testing.T) *listener {
	l := &listener{t: t}
	l.Server = httptest.NewServer(l)
	t.Cleanup(l.Close)
	return l
}

// dsn of the one project, with a key for each side.
func (l *listener) dsn(side string) string {
	return strings.Replace(l.URL, "http://", "http://"+side+"@", 1) + "/1"
}

func (l *listener) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		zr, err := gzip.NewReader(body)
		if err != nil {
			l.t.Error(err)
			return
		}
		body = zr
	}
	side := "sdk"
	if strings.Contains(r.Header.Get("X-Sentry-Auth"), "sentry_key=gateway") {
		side = "gateway"
	}
	unpacked, err := io.ReadAll(body)
	if err != nil {
		l.t.Error(err)
	}
	l.mu.Lock()
	l.raw.Write(unpacked)
	l.mu.Unlock()
	envelope := json.NewDecoder(bytes.NewReader(unpacked))
	var header json.RawMessage
	if err := envelope.Decode(&header); err != nil {
		l.t.Error(err)
	}
	for {
		var item struct{ Type string }
		x := told{By: side}
		if err := envelope.Decode(&item); err != nil {
			return // that was the last one
		}
		if err := envelope.Decode(&x.raw); err != nil {
			l.t.Error(err)
			return
		}
		if item.Type != "event" && item.Type != "transaction" {
			continue
		}
		if err := json.Unmarshal(x.raw, &x); err != nil {
			l.t.Error(err)
		}
		x.Type = item.Type
		l.mu.Lock()
		l.all = append(l.all, x)
		l.mu.Unlock()
	}
}

// of returns what one side has told, oldest first.
func (l *listener) of(side, kind string) (all []told) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, x := range l.all {
		if x.By == side && x.Type == kind {
			all = append(all, x)
		}
	}
	return all
}

// received is everything that came.
func (l *listener) received() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.raw.String()
}

func (l *listener) await(side, kind string, n int) []told {
	l.t.Helper()
	eventually(l.t, func() error {
		if got := len(l.of(side, kind)); got < n {
			return fmt.Errorf("%d of %d: %s of the %s", got, n, kind, side)
		}
		return nil
	})
	return l.of(side, kind)
}

// besideTheSDK is a gateway with options of its own before a shop with the SDK.
func besideTheSDK(t *testing.T, options string) (*gateway, *listener) {
	t.Helper()
	needs(t, "django", "sentry-sdk")
	l := newListener(t)
	dir := t.TempDir()
	for name, text := range map[string]string{"sdk_app.py": sdkApp, "events.caddy": "sentry {$DSN}\n" + options + "\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	shop := stack.Shop{
		Dir:    t.TempDir(),
		Env:    []string{"SHOP_DEBUG=1", "SENTRY_DSN=" + l.dsn("sdk"), "PYTHONPATH=" + dir},
		Python: stack.Root(".build", "sentry-sdk", "bin", "python"),
		App:    "sdk_app:application",
	}
	if err := shop.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return newGateway(t, onGunicorn(t, shop), "DSN="+l.dsn("gateway"), "DEMO_EVENTS="+filepath.Join(dir, "events.caddy")), l
}

func TestTheGatewaysTransactionHoldsThatOfTheSDK(t *testing.T) {
	g, l := besideTheSDK(t, "propagate_traces\ntraces_sample_rate 0\ntraces_sampler 1 {\n\troute /\n}")
	client := newClient(t)
	get := func(path string) {
		t.Helper()
		if resp, err := client.Get(g.site + path); err != nil {
			t.Fatal(err)
		} else {
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
	}
	for range 8 {
		get("/cart/") // which the SDK alone would trace every second time
	}
	get("/")
	ours := l.await("gateway", "transaction", 1)
	var theirs []told
	eventually(t, func() error {
		// Whether gunicorn is up is asked past the gateway, and the SDK may trace that.
		theirs = slices.DeleteFunc(l.of("sdk", "transaction"), func(x told) bool { return strings.HasPrefix(x.Transaction, "/health/") })
		if len(theirs) == 0 {
			return errors.New("the SDK has sent no transaction")
		}
		return nil
	})
	if len(ours) != 1 || len(theirs) != 1 {
		t.Fatalf("%d transactions of the gateway, %d of the SDK", len(ours), len(theirs))
	}
	trace, inside := ours[0].Contexts.Trace, theirs[0].Contexts.Trace
	i := slices.IndexFunc(ours[0].Spans, func(s span) bool { return s.Op == "http.client" })
	if i < 0 || inside.TraceID != trace.TraceID || inside.ParentSpanID != ours[0].Spans[i].SpanID || ours[0].Transaction != "/" {
		t.Errorf("the gateway's is %s, the SDK's %s", ours[0].raw, theirs[0].raw)
	}
	followsTheSchema(t, ours[0].raw)
}

// followsTheSchema holds a transaction to Sentry's schema, as far as that goes: it
// is that of events.
func followsTheSchema(t *testing.T, document json.RawMessage) {
	t.Helper()
	needs(t, "bugsink")
	cmd := exec.CommandContext(t.Context(), stack.Root(".build", "bugsink", "bin", "python"), "-c", `
import json, pathlib, sys, sysconfig
import jsonschema
schema = json.loads(pathlib.Path(sysconfig.get_paths()["purelib"], "api", "event.schema.json").read_text())
transaction = json.load(sys.stdin)
for unknown in "start_timestamp", "measurements", "spans":
    del transaction[unknown]
jsonschema.validate(transaction, schema)
`)
	cmd.Stdin = bytes.NewReader(document)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s\n%s", err, out, document)
	}
}

func TestWhatTheSDKReportsIsMarked(t *testing.T) {
	g, l := besideTheSDK(t, "propagate_traces\nsdk_duplicates mark")
	client := newClient(t)
	for _, kind := range []string{"value-error", "chained", "json", "plain", "kill"} {
		crash(t, client, g.site, kind)
	}
	ours, theirs := l.await("gateway", "event", 5), l.await("sdk", "event", 2)
	if len(theirs) != 2 {
		t.Errorf("the SDK has reported %d events", len(theirs))
	}
	for _, x := range ours {
		reported := slices.ContainsFunc(theirs, func(s told) bool { return s.Contexts.Trace.TraceID == x.Contexts.Trace.TraceID })
		if marked := x.Tags["sdk_duplicate"] == "yes"; marked != reported {
			t.Errorf("the SDK has reported it: %v, it is marked: %v: %+v", reported, marked, x.Exception.Values)
		}
	}
}

func TestWhatTheSDKReportsIsDropped(t *testing.T) {
	g, l := besideTheSDK(t, "propagate_traces\nsdk_duplicates drop")
	client := newClient(t)
	for _, kind := range []string{"value-error", "chained", "json"} {
		crash(t, client, g.site, kind)
	}
	g.committed(3)
	l.await("sdk", "event", 2)
	if ours := l.await("gateway", "event", 1); len(ours) != 1 || len(ours[0].Exception.Values) != 1 {
		t.Errorf("the gateway has reported %d events: %+v", len(ours), ours)
	}
	if got := g.counts("django_errors_total", "disposition")["sdk_duplicate"]; got != 2 {
		t.Errorf("%v duplicates are counted", got)
	}
}
