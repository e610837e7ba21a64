// Package run is the shop under gunicorn behind the gateway, with Prometheus
// scraping it and with traffic of every kind.
package run

import (
	"context"
	"path/filepath"
	"time"

	"github.com/caddy-django/gateway/integration/promql/prom"
	"github.com/caddy-django/gateway/integration/stack"
	"github.com/caddy-django/gateway/internal/freeport"
)

// Run is an installation that runs. Its fields are for reading.
type Run struct {
	Prometheus *prom.Server
	Site       string // host:port of the gateway

	dir      string
	receiver *receiver
	gunicorn *stack.Process
	closers  []func()
}

// Start starts everything, with its data in dir. Env is for the gateway; the
// last of two variables of the same name counts. Close ends the run.
func Start(ctx context.Context, dir string, env ...string) (*Run, error) {
	r := &Run{dir: dir}
	if err := r.start(ctx, env); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// secret is what the probe in Django answers to.
const secret = "the-secret-of-a-run-on-loopback"

// workers are more than the slow visits keep busy.
const workers = 8

func (r *Run) start(ctx context.Context, env []string) error {
	shop := stack.Shop{Dir: filepath.Join(r.dir, "shop"), Workers: workers, Env: []string{
		"PYTHONPATH=" + stack.Root("probe"),
		"PYTHONDONTWRITEBYTECODE=1",
		"DJANGO_PROBE_SECRET=" + secret,
	}}
	if err := shop.Prepare(ctx); err != nil {
		return err
	}
	var addrs [3]string
	for i := range addrs {
		addr, err := freeport.Address()
		if err != nil {
			return err
		}
		addrs[i] = addr
	}
	upstream, admin := addrs[0], addrs[1]
	r.Site = addrs[2]

	var err error
	if r.gunicorn, err = shop.Gunicorn(ctx, upstream); err != nil {
		return err
	}
	r.atEnd(r.gunicorn.Stop)
	if r.receiver, err = startReceiver(); err != nil {
		return err
	}
	r.atEnd(func() { r.receiver.server.Close() })
	gateway, err := stack.Gateway(ctx, r.dir, stack.Root("integration", "promql", "Caddyfile"), r.Site, append([]string{
		"RUN_SITE=" + r.Site,
		"RUN_ADMIN=" + admin,
		"RUN_UPSTREAM=" + upstream,
		"RUN_STORE=" + filepath.Join(r.dir, "errors.db"),
		"RUN_DSN=" + r.receiver.dsn(),
		"RUN_PROBE_SECRET=" + secret,
		"OTEL_METRICS_EXPORTER=none",
	}, env...)...)
	if err != nil {
		return err
	}
	r.atEnd(gateway.Stop)
	if err := stack.AwaitRoutes(ctx, admin); err != nil {
		return err
	}
	if r.Prometheus, err = prom.Open(filepath.Join(r.dir, "tsdb")); err != nil {
		return err
	}
	r.atEnd(func() { r.Prometheus.Close() })
	stop, err := r.Prometheus.Scrape(ctx, admin)
	if err != nil {
		return err
	}
	r.atEnd(stop)
	return nil
}

// StopShop ends gunicorn: the gateway cannot reach Django any more.
func (r *Run) StopShop() { r.gunicorn.Stop() }

// StopSentry lets the receiver of the error events answer with 503 only.
func (r *Run) StopSentry() { r.receiver.down.Store(true) }

// Settle waits until what was sent is in Prometheus, and returns the time.
func (r *Run) Settle() time.Time {
	time.Sleep(2*prom.Every + 200*time.Millisecond)
	return time.Now()
}

func (r *Run) atEnd(f func()) { r.closers = append(r.closers, f) }

// Close ends everything, last started first.
func (r *Run) Close() {
	for len(r.closers) > 0 {
		last := len(r.closers) - 1
		r.closers[last]()
		r.closers = r.closers[:last]
	}
}
