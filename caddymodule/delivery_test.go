package caddymodule

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"

	"github.com/caddy-django/gateway/internal/testutil"
	"github.com/caddy-django/gateway/store"
)

// receiver takes events as Sentry does.
type receiver struct {
	*httptest.Server
	t      *testing.T
	status int // of its answers; 200 if it is 0

	mu     sync.Mutex
	events []string // "project key environment" of each
}

func startReceiver(t *testing.T, status int) *receiver {
	t.Helper()
	r := &receiver{t: t, status: status}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

// dsn of a project; its key is named after it.
func (r *receiver) dsn(project int) string {
	return fmt.Sprintf("%s/%d", strings.Replace(r.URL, "http://", fmt.Sprintf("http://key%d@", project), 1), project)
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	zr, err := gzip.NewReader(request.Body)
	if err != nil {
		r.t.Errorf("unpacking an envelope: %v", err)
		return
	}
	raw, err := io.ReadAll(zr)
	lines := bytes.Split(raw, []byte("\n"))
	if err != nil || len(lines) < 3 {
		r.t.Errorf("an envelope with %d lines: %v", len(lines), err)
		return
	}
	var event struct{ Environment string }
	if err := json.Unmarshal(lines[2], &event); err != nil {
		r.t.Errorf("reading an event: %v", err)
	}
	_, key, _ := strings.Cut(request.Header.Get("X-Sentry-Auth"), "sentry_key=")
	r.mu.Lock()
	r.events = append(r.events, strings.TrimSpace(strings.Split(request.URL.Path, "/")[2]+" "+key+" "+event.Environment))
	r.mu.Unlock()
	if r.status != 0 {
		w.WriteHeader(r.status)
	}
}

func (r *receiver) arrived() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	events := slices.Clone(r.events)
	slices.Sort(events)
	return events
}

var eventually = testutil.Eventually

// Each site, and each environment of one project, has a DSN of its own.
func TestEventsGoWhereTheirSiteSays(t *testing.T) {
	one, two := startReceiver(t, 0), startReceiver(t, 0)
	g := startGateway(t, "{\n\t\tsentry "+one.dsn(1)+"\n\t\tenvironment production\n\t}",
		"handle /checkout/* {\n\t\tdjango_monitor {\n\t\t\tsentry "+two.dsn(2)+"\n\t\t\tenvironment staging\n\t\t}\n\t\trespond no 500\n\t}\n\trespond no 500")
	for _, request := range []struct{ site, path string }{{g.monitored, "/"}, {g.monitored, "/checkout/"}, {g.bare, "/checkout/"}, {g.bare, "/"}} {
		g.roundTrip(request.site, "GET "+request.path+" HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n")
	}
	eventually(t, "all arrive", func() bool { return len(one.arrived())+len(two.arrived()) == 3 })
	if got, want := one.arrived(), []string{"1 key1 production", "1 key1 production"}; !slices.Equal(got, want) {
		t.Errorf("the first has %v, want %v", got, want)
	}
	if got, want := two.arrived(), []string{"2 key2 staging"}; !slices.Equal(got, want) {
		t.Errorf("the second has %v, want %v", got, want)
	}
}

// What failed just before Caddy stops is delivered before it exits.
func TestStoppingDeliversTheLastEvents(t *testing.T) {
	r := startReceiver(t, 0)
	g := startGateway(t, "{\n\t\tsentry "+r.dsn(1)+"\n\t}", "respond no 500")
	eventually(t, "the store is open", func() bool {
		_, err := g.app().pipeline.store.Issues(t.Context(), store.IssueFilter{})
		return err == nil
	})
	g.roundTrip(g.monitored, get11)
	if err := caddy.Stop(); err != nil {
		t.Error(err)
	}
	if got := r.arrived(); len(got) != 1 {
		t.Errorf("%d events arrived, want one", len(got))
	}
}

func TestStoppingDuringAnOutageDoesNotWait(t *testing.T) {
	r := startReceiver(t, http.StatusServiceUnavailable)
	g := startGateway(t, "{\n\t\tsentry "+r.dsn(1)+"\n\t}", "respond no 500")
	g.roundTrip(g.monitored, get11)
	eventually(t, "an attempt", func() bool { return len(r.arrived()) == 1 })
	began := time.Now()
	if err := caddy.Stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took >= drainTimeout {
		t.Errorf("took %v: it waited for the receiver", took)
	}
}

// What makes no event is told to the receiver in numbers, with the next event.
func TestWhatIsNotSentIsReported(t *testing.T) {
	var reports atomic.Pointer[string]
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		unpacked, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Error(err)
			return
		}
		body, _ := io.ReadAll(unpacked)
		for line := range strings.Lines(string(body)) {
			if strings.Contains(line, "discarded_events") {
				reports.Store(&line)
			}
		}
	}))
	t.Cleanup(receiver.Close)
	dsn := strings.Replace(receiver.URL, "http://", "http://key@", 1) + "/1"
	g := startGateway(t, "{\n\t\tsentry "+dsn+"\n\t\tignore {\n\t\t\tpath /health/\n\t\t}\n\t}", "respond no 500")
	for range 3 {
		g.roundTrip(g.monitored, "GET /health/ HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n")
	}
	g.roundTrip(g.monitored, get11)
	eventually(t, "the report", func() bool { return reports.Load() != nil })
	if line := *reports.Load(); !strings.Contains(line, `{"reason":"before_send","category":"error","quantity":3}`) {
		t.Errorf("the report is %s", line)
	}
}
