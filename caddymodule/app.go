package caddymodule

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/caddy-django/gateway/caddymodule/shutdown"
	"github.com/caddy-django/gateway/delivery"
)

// App holds what all sites of the gateway share: the metrics, the store of
// error events, and their delivery. It is there as soon as a site uses
// `django_monitor`; configure it to change the defaults.
//
// What it holds survives a reload of the configuration: counters go on
// counting, and queues keep what is in them.
type App struct {
	// Store configures the embedded database.
	Store StoreConfig `json:"store,omitzero"`

	// StreamGracePeriod is how long event streams go on when Caddy exits, before they are
	// ended. Default: 5 seconds, or half of the http app's grace_period if that is less. A
	// grace_period that is not set is 10 seconds when Caddy exits.
	StreamGracePeriod caddy.Duration `json:"stream_grace_period,omitempty"`

	instruments  *instruments
	pipeline     *pipeline
	pipelineKey  string
	destinations []*delivery.Destination // of its sites
}

// StoreConfig configures the embedded database of error events.
type StoreConfig struct {
	// Path of the database file. Default: django/errors.db in Caddy's data
	// directory.
	Path string `json:"path,omitempty"`
	// MaxAge is how long error events are kept. Default: 30 days.
	MaxAge caddy.Duration `json:"max_age,omitempty"`
	// MaxSize of the database in bytes; the oldest events make room. Default:
	// 512 MiB.
	MaxSize int64 `json:"max_size,omitempty"`
}

// CaddyModule returns the Caddy module information.
func (*App) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "django",
		New: func() caddy.Module { return new(App) },
	}
}

// Provision takes the shared state over from the configuration before, or makes
// it. It does no I/O: Caddy provisions to validate, too.
func (a *App) Provision(ctx caddy.Context) error {
	if a.Store.Path == "" {
		a.Store.Path = filepath.Join(caddy.AppDataDir(), "django", "errors.db")
	}
	path, err := caddy.NewReplacer().ReplaceOrErr(a.Store.Path, true, true)
	if err != nil {
		return fmt.Errorf("store path %q: %w", a.Store.Path, err)
	}
	if a.Store.Path, err = filepath.Abs(path); err != nil {
		return fmt.Errorf("store path %q: %w", path, err)
	}
	if err := a.Store.validate(); err != nil {
		return err
	}
	if a.StreamGracePeriod < 0 {
		return notPositive{"stream_grace_period", time.Duration(a.StreamGracePeriod).String()}
	}
	if err := shutdown.Watch(ctx, time.Duration(a.StreamGracePeriod)); err != nil {
		return err
	}
	if a.instruments, err = loadInstruments(); err != nil {
		return err
	}
	if a.pipeline, err = loadPipeline(a.Store); err != nil {
		return err
	}
	a.pipelineKey = a.Store.Path
	for _, c := range a.collectors() {
		if err := ctx.GetMetricsRegistry().Register(c); err != nil {
			return fmt.Errorf("registering metrics: %w", err)
		}
	}
	return nil
}

func (a *App) collectors() []prometheus.Collector {
	all := a.instruments.metrics.Collectors()
	all = append(all, a.instruments.sources.Collectors()...)
	return append(all, a.pipeline.collectors()...)
}

func (c StoreConfig) validate() error {
	// A file that cannot be read as a database is set aside as a damaged one:
	// that must not happen to a file which never was one.
	if extension := filepath.Ext(c.Path); c.Path != "" && !slices.Contains(storeExtensions, extension) && !hasPlaceholder(c.Path) {
		return fmt.Errorf("store %q is not named like a database: write a path that ends in %s", c.Path, strings.Join(storeExtensions, " or "))
	}
	if c.MaxAge < 0 || c.MaxAge != 0 && time.Duration(c.MaxAge) < minStoreAge {
		return fmt.Errorf("store max_age %s is too short: write a duration of %s or more, such as 30d", time.Duration(c.MaxAge), minStoreAge)
	}
	if c.MaxSize < 0 || c.MaxSize != 0 && c.MaxSize < minStoreSize {
		return fmt.Errorf("store max_size %d is too small: write a size of 1MiB or more, such as 512MiB", c.MaxSize)
	}
	return nil
}

var storeExtensions = []string{".db", ".sqlite", ".sqlite3"}

const (
	minStoreAge  = time.Minute
	minStoreSize = 1 << 20
)

// Start implements caddy.App.
func (a *App) Start() error {
	a.instruments.sources.Start()
	a.pipeline.limit(a)
	return a.pipeline.start()
}

// Stop implements caddy.App. What is shared goes on for the next configuration;
// Cleanup tells whether there is one. When the whole process ends, one that was
// started to take its place waits for the store.
func (a *App) Stop() error {
	if shutdown.Exiting() {
		a.pipeline.store.Leave()
	}
	return nil
}

// Cleanup gives the shared state back.
func (a *App) Cleanup() error {
	if a.instruments != nil {
		releaseInstruments()
	}
	if a.pipeline == nil {
		return nil
	}
	a.pipeline.unlimit(a)
	err := releasePipeline(a.pipelineKey)
	for _, d := range a.destinations {
		a.pipeline.sender.Release(d)
	}
	return err
}

// deliverTo makes events go to the destination of a site. It is given back here
// and not by the site, as Caddy cleans up in any order: when it exits the last
// events are delivered before.
func (a *App) deliverTo(d *delivery.Destination) {
	a.pipeline.sender.Acquire(d)
	a.destinations = append(a.destinations, d)
}

// Interface guards
var (
	_ caddy.App          = (*App)(nil)
	_ caddy.Provisioner  = (*App)(nil)
	_ caddy.CleanerUpper = (*App)(nil)
)
