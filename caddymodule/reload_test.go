package caddymodule

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"go.uber.org/goleak"
)

const reloads = 20

// A reload under load fails no request, takes no counter back, and leaves
// nothing running behind.
func TestReloadsUnderLoad(t *testing.T) {
	quiet := afterFirstRun(t)
	upstream := startBackend(t)
	g := startGateway(t, "{\n\t\troute /page/\n\t}", "reverse_proxy "+upstream.Listener.Addr().String())

	var sent, again atomic.Int64
	done := make(chan struct{})
	var clients sync.WaitGroup
	transport := &http.Transport{MaxIdleConnsPerHost: 4}
	for range 4 {
		clients.Go(func() {
			client := http.Client{Transport: transport, Timeout: time.Minute}
			for {
				select {
				case <-done:
					return
				default:
				}
				resp, err := client.Get("http://" + g.monitored + "/page/")
				if err != nil {
					// Caddy itself resets a connection that arrives just when its
					// listener changes hands, with or without the monitor; as
					// every client does, ask again.
					again.Add(1)
					if resp, err = client.Get("http://" + g.monitored + "/page/"); err != nil {
						t.Errorf("a request failed: %v", err)
						return
					}
				}
				io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					t.Errorf("status %d", resp.StatusCode)
				}
				sent.Add(1)
			}
		})
	}
	before := g.counts()
	for range reloads {
		time.Sleep(50 * time.Millisecond)
		g.load(g.caddyfile)
		after := g.counts()
		for name, count := range before {
			if after[name] < count {
				t.Errorf("%s went down from %v to %v", name, count, after[name])
			}
		}
		before = after
	}
	close(done)
	clients.Wait()
	transport.CloseIdleConnections()

	counts, least := g.outcomes(), float64(sent.Load())
	if most := least + float64(again.Load()); counts["ok"] < least || counts["ok"] > most || len(failures(counts)) > 0 {
		t.Errorf("%v exchanges counted, %v requests answered, %v asked again", counts, least, again.Load())
	}
	if sent.Load() < reloads {
		t.Errorf("only %d requests in all: this was no load", sent.Load())
	}
	for _, active := range g.gather("http_server_active_requests") {
		if active.value() != 0 {
			t.Errorf("still active: %v", active)
		}
	}
	stop(t)
	upstream.Close() // and with it the connections that Caddy keeps for the next request
	if err := goleak.Find(quiet, lockfile); err != nil {
		t.Errorf("left over after %d reloads: %v", reloads, err)
	}
}

// lockfile is a goroutine of Caddy's storage, which sleeps before it ends.
var lockfile = goleak.IgnoreAnyFunction("github.com/caddyserver/certmagic.keepLockfileFresh")

// failures returns the outcomes other than ok that were counted.
func failures(counts map[string]float64) map[string]float64 {
	failed := maps.Clone(counts)
	maps.DeleteFunc(failed, func(outcome string, n float64) bool { return outcome == "ok" || outcome == "canceled" || n == 0 })
	return failed
}

// afterFirstRun returns what ignores the goroutines which Caddy starts once and
// keeps.
func afterFirstRun(t *testing.T) goleak.Option {
	t.Helper()
	startGateway(t, "", "respond ok")
	stop(t)
	return goleak.IgnoreCurrent()
}

func stop(t *testing.T) {
	t.Helper()
	if err := caddy.Stop(); err != nil {
		t.Fatalf("stopping Caddy: %v", err)
	}
}

// counts returns every counter and histogram of ours by name and labels.
func (g *gateway) counts() map[string]float64 {
	counts := make(map[string]float64)
	for _, name := range []string{"django_exchanges_total", "http_server_request_duration_seconds", "django_errors_total", "django_time_to_headers_seconds"} {
		for _, s := range g.gather(name) {
			labels := maps.Clone(s)
			delete(labels, "value")
			counts[name+" "+fmt.Sprint(labels)] = s.value()
		}
	}
	return counts
}

// What a configuration no longer needs is gone with it.
func TestStoppingLeavesNothing(t *testing.T) {
	quiet := afterFirstRun(t)
	startGateway(t, "{\n\t\tsentry http://key@127.0.0.1:9/1\n\t}", "respond ok 500")
	stop(t)
	if err := goleak.Find(quiet, lockfile); err != nil {
		t.Error(err)
	}
	if _, held := shared.References(instrumentsKey); held {
		t.Error("shared state is still held")
	}
}

// Two sites, each with the directive, share one store and one set of
// instruments, and are told apart by their host.
func TestTwoSites(t *testing.T) {
	g := startGateway(t, "", "django_monitor\n\treverse_proxy "+startBackend(t).Listener.Addr().String())
	for _, site := range []string{g.monitored, g.bare} {
		g.roundTrip(site, get11)
		g.roundTrip(site, "GET /page/ HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n")
	}
	if ok := g.outcomes()["ok"]; ok != 4 {
		t.Errorf("%v exchanges, want 4", ok)
	}
}

// startBackend serves "ok" over keep-alive connections.
func startBackend(t *testing.T) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") }))
	t.Cleanup(server.Close)
	return server
}
