package caddymodule

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/caddy-django/gateway/capture"
	"github.com/caddy-django/gateway/delivery"
	"github.com/caddy-django/gateway/metrics"
	"github.com/caddy-django/gateway/route"
	"github.com/caddy-django/gateway/store"
	"github.com/caddy-django/gateway/urlconf"
)

// shared holds what outlives a configuration. During a reload the old and the
// new configuration both hold it; when the last one lets go, it ends.
var shared = caddy.NewUsagePool()

// instruments do not depend on the configuration at all.
type instruments struct {
	metrics  *metrics.Metrics
	learners *route.Learners
	sources  *urlconf.Sources
}

const instrumentsKey = "instruments"

func loadInstruments() (*instruments, error) {
	value, _, err := shared.LoadOrNew(instrumentsKey, func() (caddy.Destructor, error) {
		all := metrics.New()
		learners, err := route.NewLearners(route.DefaultMaxLearned, func(site string, r *route.Route) {
			for _, style := range []route.Style{route.StyleDjango, route.StyleOpenAPI} {
				all.Site(site).Forget(r.LabelAs(route.Naming{Style: style}))
			}
		})
		if err != nil {
			return nil, err
		}
		cache := filepath.Join(caddy.AppDataDir(), "django", "routes")
		sources := urlconf.NewSources(cache, newLogger("django.routes"))
		return &instruments{all, learners, sources}, nil
	})
	if err != nil {
		return nil, err
	}
	return value.(*instruments), nil
}

func releaseInstruments() { shared.Delete(instrumentsKey) }

// Destruct implements caddy.Destructor.
func (*instruments) Destruct() error { return nil }

// pipeline is the way of a failure from its capture through the store to its
// delivery. There is one for each database file.
type pipeline struct {
	recorder *capture.Recorder
	store    *store.Store
	sender   *delivery.Sender
	errors   *errorFile

	mu    sync.Mutex
	users []*App // that have started, oldest first
}

// What Caddy waits for when it exits: the last events are made and committed by
// then, and delivered as far as that goes without delay. What is not yet
// delivered is sent after the next start.
const (
	captureTimeout  = 2 * time.Second
	drainTimeout    = 2 * time.Second
	deliveryTimeout = time.Second // of what is under way by then
	commitTimeout   = 2 * time.Second
)

func loadPipeline(c StoreConfig) (*pipeline, error) {
	value, _, err := shared.LoadOrNew(c.Path, func() (caddy.Destructor, error) {
		return newPipeline(c), nil
	})
	if err != nil {
		return nil, fmt.Errorf("loading the store: %w", err)
	}
	return value.(*pipeline), nil
}

func releasePipeline(path string) error {
	_, err := shared.Delete(path)
	return err
}

func newPipeline(c StoreConfig) *pipeline {
	p := new(pipeline)
	p.store = store.New(store.Config{
		Path:    c.Path,
		MaxAge:  time.Duration(c.MaxAge),
		MaxSize: c.MaxSize,
		Removed: func(destination string, events int64) {
			p.sender.Discarded(destination, delivery.CacheOverflow, delivery.CategoryError, events)
		},
		Logger: newLogger("django.store"),
	})
	p.recorder = capture.New(capture.Config{
		Record: p.store.Record,
		Discarded: func(destination string, became capture.Disposition) {
			if destination != "" {
				p.sender.Discarded(destination, discards[became], delivery.CategoryError, 1)
			}
		},
		Transaction: func(destination string, t capture.Transaction) {
			p.sender.SendTransaction(destination, delivery.Transaction(t))
		},
		TransactionDiscarded: func(destination string, became capture.Disposition) {
			p.sender.DiscardedTransaction(destination, lostTransactions[became])
		},
		Version: version(),
		Logger:  newLogger("django.capture"),
		KeyFile: beside(c.Path, ".key"),
	})
	p.errors = newErrorFile(beside(c.Path, ".log"), newLogger("django.capture"))
	p.sender = delivery.New(delivery.Config{
		Outbox:     p.store,
		SDKName:    capture.SDKName,
		SDKVersion: version(),
		Logger:     newLogger("django.delivery"),
	})
	return p
}

// beside is the path of a file that belongs to the database.
func beside(database, extension string) string {
	return strings.TrimSuffix(database, filepath.Ext(database)) + extension
}

// discards are what becomes of failures in the words of Sentry's client reports.
var discards = map[capture.Disposition]delivery.Reason{
	capture.RateLimited:   "sample_rate",
	capture.SampledOut:    "sample_rate",
	capture.SDKDuplicate:  "event_processor",
	capture.Ignored:       "before_send",
	capture.QueueOverflow: "queue_overflow",
	capture.Broken:        "internal_sdk_error",
}

// lostTransactions are what becomes of those that are not sent, likewise.
var lostTransactions = map[capture.Disposition]delivery.Reason{
	capture.Ignored:       delivery.EventProcessor,
	capture.QueueOverflow: delivery.QueueOverflow,
	capture.Broken:        delivery.InternalError,
}

// limit applies the limits of an app's configuration to the store, which may be
// older and have had others.
func (p *pipeline) limit(a *App) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.users = append(p.users, a)
	p.applyLimits()
}

// unlimit undoes limit. If it is the newest that leaves, its configuration could
// not be loaded, and the limits before it are in force again.
func (p *pipeline) unlimit(a *App) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.users = slices.DeleteFunc(p.users, func(user *App) bool { return user == a })
	p.applyLimits()
}

func (p *pipeline) applyLimits() {
	if len(p.users) > 0 {
		c := p.users[len(p.users)-1].Store
		p.store.SetLimits(time.Duration(c.MaxAge), c.MaxSize)
	}
}

// start opens the store and starts to work; it may be called again. Its error
// says that another process has the store.
func (p *pipeline) start() error {
	if err := p.store.Acquire(context.Background()); err != nil {
		return err
	}
	p.store.Start()
	p.recorder.Start()
	p.sender.Start()
	return nil
}

func (p *pipeline) collectors() []prometheus.Collector {
	all := p.recorder.Collectors()
	all = append(all, p.store.Collectors()...)
	return append(all, p.sender.Collectors()...)
}

// Destruct implements caddy.Destructor. Nothing is captured any more, so the
// way is closed from its beginning to its end.
func (p *pipeline) Destruct() error {
	captured := within(captureTimeout, p.recorder.Close)
	// What this leaves is not lost, and no error.
	_ = within(drainTimeout, func(ctx context.Context) error {
		_ = p.store.Flush(ctx) // so that the sender sees the last events
		return p.sender.Drain(ctx)
	})
	return errors.Join(captured,
		within(deliveryTimeout, p.sender.Close),
		within(commitTimeout, p.store.Close),
		p.errors.Close(),
	)
}

// within gives each its own time: a receiver that hangs must not take that of
// the last commit.
func within(timeout time.Duration, closer func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return closer(ctx)
}
