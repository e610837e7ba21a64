package capture

import (
	"bytes"
	"compress/gzip"
	"context"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"github.com/caddy-django/gateway/delivery"
	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/store"
)

// gateway is the way of an event from its failure to the receiver, and all that is
// left behind on it.
type gateway struct {
	t        *testing.T
	recorder *Recorder
	store    *store.Store
	sender   *delivery.Sender
	dir      string
	logs     bytes.Buffer // written by one goroutine at a time
	site     *Site
	metrics  *prometheus.Registry

	mu     sync.Mutex
	wire   bytes.Buffer
	events int
	files  int
}

func startGateway(t *testing.T) *gateway {
	g := &gateway{t: t, dir: t.TempDir(), metrics: prometheus.NewRegistry()}
	receiver := httptest.NewServer(g)
	t.Cleanup(receiver.Close)
	destination, err := delivery.ParseDSN(strings.Replace(receiver.URL, "http://", "http://key@", 1) + "/1")
	if err != nil {
		t.Fatal(err)
	}
	g.store = store.New(store.Config{
		Path:              filepath.Join(g.dir, "errors.db"),
		MaxAge:            time.Since(start) + time.Hour, // the failures are of a fixed date
		MaxEventsPerGroup: 10_000,
	})
	g.sender = delivery.New(delivery.Config{Outbox: g.store})
	g.sender.Acquire(destination)
	logger := slog.New(slog.NewJSONHandler(&g.logs, nil))
	g.recorder = New(Config{Record: g.store.Record, Logger: logger, Discarded: func(string, Disposition) {}, KeyFile: filepath.Join(g.dir, "errors.key")})
	for _, collectors := range [][]prometheus.Collector{g.recorder.Collectors(), g.store.Collectors(), g.sender.Collectors()} {
		g.metrics.MustRegister(collectors...)
	}
	g.site = g.recorder.Site(Options{
		Scrubber: newScrubber(t), Destination: destination.Name(), Breadcrumbs: true, AttachBody: true,
		User: User{Source: "header", Name: "X-User"}, ErrorLog: ErrorLog{Logger: logger},
	})
	g.store.Start()
	g.sender.Start()
	return g
}

func (g *gateway) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	r.Header.Write(&g.wire)
	zr, err := gzip.NewReader(r.Body)
	if err != nil {
		g.t.Error(err)
		return
	}
	envelope, _ := io.ReadAll(zr)
	if bytes.Contains(envelope[:min(len(envelope), 400)], []byte(`"type":"attachment"`)) {
		g.files++
	} else {
		g.events++
	}
	g.wire.Write(envelope)
}

func (g *gateway) arrived() (events, files int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.events, g.files
}

// fail lets a request fail, with both forms of the log.
func (g *gateway) fail(x *exchange.Exchange) {
	g.recorder.limiter = newLimiter()
	f := g.site.copy(x, 0)
	f.visitor = g.site.remember(x)
	g.site.opts.ErrorLog.ECS = !g.site.opts.ErrorLog.ECS
	g.recorder.process(f)
}

// files returns what is in the directory of the store.
func (g *gateway) stored() (all []byte) {
	g.t.Helper()
	names, err := filepath.Glob(filepath.Join(g.dir, "*"))
	if err != nil || len(names) == 0 {
		g.t.Fatalf("no files of the store: %v", err)
	}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			g.t.Fatal(err)
		}
		all = append(all, content...)
	}
	return all
}

// leaks returns all that the gateway has left behind, by where it is.
func (g *gateway) leaks(count int) map[string]string {
	g.t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		queues, err := g.store.Outbox(g.t.Context(), store.OutboxFilter{})
		if events, _ := g.arrived(); err == nil && len(queues) == 0 && events >= count {
			break
		}
		if time.Now().After(deadline) {
			events, files := g.arrived()
			g.t.Fatalf("%d events and %d attachments arrived, of %d failures", events, files, count)
		}
	}
	left := map[string]string{"the store": string(g.stored()), "the log": g.logs.String()}
	families, err := g.metrics.Gather()
	if err != nil {
		g.t.Fatal(err)
	}
	var metrics strings.Builder
	for _, family := range families {
		expfmt.MetricFamilyToText(&metrics, family)
	}
	left["the metrics"] = metrics.String()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := g.sender.Close(ctx); err != nil {
		g.t.Error(err)
	}
	if err := g.store.Close(ctx); err != nil {
		g.t.Error(err)
	}
	left["the closed store"] = string(g.stored())
	g.mu.Lock()
	defer g.mu.Unlock()
	left["the wire"] = g.wire.String()
	return left
}

// forms are how a secret can be written.
func forms(secret string) []string {
	quoted := strconv.Quote(secret)
	return []string{secret, url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret), quoted[1 : len(quoted)-1],
		strings.ReplaceAll(secret, "\n", " ")}
}

func mustNotLeak(t *testing.T, left map[string]string, name, secret string) {
	t.Helper()
	for place, text := range left {
		for _, form := range forms(secret) {
			if at := strings.Index(text, form); at >= 0 {
				t.Errorf("%s is in %s: …%q…", name, place, text[max(0, at-200):min(len(text), at+60)])
				return
			}
		}
	}
}

func TestNoNamedSecretIsLeftBehind(t *testing.T) {
	g := startGateway(t)
	for _, all := range []map[string]*exchange.Exchange{secrets, moreSecrets} {
		for _, x := range all {
			g.fail(x)
		}
	}
	left := g.leaks(len(secrets) + len(moreSecrets))
	if _, files := g.arrived(); files < 100 {
		t.Errorf("only %d attachments arrived", files)
	}
	for _, place := range []string{"the store", "the closed store", "the wire", "the log"} {
		if !strings.Contains(left[place], "Server Error") && !strings.Contains(left[place], "boom") {
			t.Errorf("nothing is in %s", place)
		}
	}
	mustNotLeak(t, left, "a secret", planted)
}

func TestNoUnnamedSecretIsLeftBehind(t *testing.T) {
	for place, plant := range places {
		t.Run(place, func(t *testing.T) {
			if testing.Short() {
				t.SkipNow()
			}
			g := startGateway(t)
			for _, secret := range unnamed {
				g.fail(plant(secret))
			}
			left := g.leaks(len(unnamed))
			for name, secret := range unnamed {
				if tell, ok := tells[name]; ok {
					secret = tell
				}
				mustNotLeak(t, left, name, secret)
			}
		})
	}
}
