package caddymodule

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/caddy-django/gateway/capture"
	"github.com/caddy-django/gateway/delivery"
	"github.com/caddy-django/gateway/metrics"
	"github.com/caddy-django/gateway/route"
	"github.com/caddy-django/gateway/store"
)

// shared holds what outlives a configuration. During a reload the old and the
// new configuration both hold it; when the last one lets go, it ends.
var shared = caddy.NewUsagePool()

// instruments do not depend on the configuration at all.
type instruments struct {
	metrics *metrics.Metrics
	learner *route.Learner
}

const instrumentsKey = "instruments"

func loadInstruments() (*instruments, error) {
	value, _, err := shared.LoadOrNew(instrumentsKey, func() (caddy.Destructor, error) {
		learner, err := route.NewLearner(route.DefaultMaxLearned)
		if err != nil {
			return nil, err
		}
		return &instruments{metrics.New(), learner}, nil
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
}

// stopTimeout bounds what Caddy waits for when it exits: the last events are
// committed by then, and those not yet delivered are sent after the next start.
const stopTimeout = 5 * time.Second

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
	log := newLogger("django")
	events := store.New(store.Config{
		Path:    c.Path,
		MaxAge:  time.Duration(c.MaxAge),
		MaxSize: c.MaxSize,
		Logger:  log.With("room", "store"),
	})
	return &pipeline{
		store: events,
		recorder: capture.New(capture.Config{
			Record:  events.Record,
			Version: version(),
			Logger:  log.With("room", "capture"),
		}),
		sender: delivery.New(delivery.Config{
			Outbox:     events,
			SDKName:    capture.SDKName,
			SDKVersion: version(),
			Logger:     log.With("room", "delivery"),
		}),
	}
}

// start opens the store and starts to work; it may be called again.
func (p *pipeline) start() {
	p.store.Start()
	p.recorder.Start()
	p.sender.Start()
}

func (p *pipeline) collectors() []prometheus.Collector {
	all := p.recorder.Collectors()
	all = append(all, p.store.Collectors()...)
	return append(all, p.sender.Collectors()...)
}

// Destruct implements caddy.Destructor. Nothing is captured any more, so the
// way is closed from its beginning to its end.
func (p *pipeline) Destruct() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	return errors.Join(p.recorder.Close(ctx), p.sender.Close(ctx), p.store.Close(ctx))
}
