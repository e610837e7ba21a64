package delivery

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Config is what a [Sender] needs; only Outbox is required.
type Config struct {
	Outbox     Outbox
	Logger     *slog.Logger      // default: discards
	Transport  http.RoundTripper // of destinations that have none of their own; default: the zero Transport
	SDKName    string            // what receivers see as the client; default "caddy-django"
	SDKVersion string            // default "unknown"
}

// Sender delivers the events in an outbox to the destinations that are in use. Its methods may be called concurrently.
type Sender struct {
	outbox  Outbox
	logger  *slog.Logger
	client  *http.Client
	sdk     sdk
	metrics *metrics
	reports *reports
	timeout time.Duration           // of one attempt
	backoff func(int) time.Duration // after a number of failures in a row

	patience context.Context // ends when Drain is called: nobody waits any more
	drain    context.CancelFunc
	work     context.Context // ends when Close is called
	stop     context.CancelFunc
	requests context.Context // ends when Close has no more time
	abort    context.CancelFunc
	running  sync.WaitGroup

	mu      sync.Mutex
	started bool
	closed  bool
	workers map[string]*worker // by destination name; kept when not used
}

// New returns a sender that does nothing before [Sender.Start].
func New(c Config) *Sender {
	if c.Transport == nil {
		c.Transport = Transport{}.roundTripper()
	}
	s := &Sender{
		outbox:  c.Outbox,
		logger:  cmp.Or(c.Logger, slog.New(slog.DiscardHandler)),
		client:  newClient(c.Transport),
		sdk:     sdk{cmp.Or(c.SDKName, "caddy-django"), cmp.Or(c.SDKVersion, "unknown")},
		metrics: newMetrics(),
		reports: newReports(),
		timeout: requestTimeout,
		backoff: backoff,
		workers: make(map[string]*worker),
	}
	s.patience, s.drain = context.WithCancel(context.Background())
	s.work, s.stop = context.WithCancel(context.Background())
	s.requests, s.abort = context.WithCancel(context.Background())
	return s
}

// Start begins to deliver; calls after the first do nothing.
func (s *Sender) Start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.started || s.closed {
		return
	}
	s.started = true
	for _, w := range s.workers {
		if len(w.users) > 0 {
			s.launch(w)
		}
	}
}

// Acquire has events for a destination delivered until it was released as often as acquired. Of destinations that
// differ only in the key or the transport the one acquired last counts.
func (s *Sender) Acquire(d *Destination) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.workers[d.name]
	if w == nil {
		w = newWorker(s, d.name)
		s.workers[d.name] = w
	}
	w.users = append(w.users, d)
	w.current.Store(d)
	if len(w.users) == 1 && s.started && !s.closed {
		s.launch(w)
	}
}

// Release undoes one Acquire of the same destination. What is not delivered stays in the outbox.
func (s *Sender) Release(d *Destination) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.workers[d.name]
	if w == nil {
		return
	}
	// By value, and of the same ones any: they cannot be told apart. A config that fails to load releases the newer key.
	i := slices.IndexFunc(w.users, func(user *Destination) bool { return *user == *d })
	if i < 0 {
		return
	}
	w.users = slices.Delete(w.users, i, i+1)
	if len(w.users) > 0 {
		w.current.Store(w.users[len(w.users)-1])
	} else if w.stop != nil {
		w.stop()
	}
}

// launch starts a worker's goroutine; the caller holds mu.
func (s *Sender) launch(w *worker) {
	ctx, stop := context.WithCancel(s.work)
	w.stop = stop
	s.running.Go(func() { w.run(ctx) })
	s.running.Go(func() { w.transactions.run(ctx) })
}

// Close stops delivering for good. Requests under way may finish until ctx ends, then they are aborted and its error is
// returned. What is not delivered stays in the outbox.
func (s *Sender) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()

	s.stop()
	inTime := context.AfterFunc(ctx, s.abort)
	s.running.Wait()
	s.closeIdleConnections()
	if !inTime() {
		return fmt.Errorf("waiting for deliveries under way: %w", context.Cause(ctx))
	}
	s.abort()
	return nil
}

func (s *Sender) closeIdleConnections() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.client.CloseIdleConnections()
	for _, w := range s.workers {
		s.clientFor(w.current.Load()).CloseIdleConnections()
	}
}

// Collectors returns the metrics, for a registry.
func (s *Sender) Collectors() []prometheus.Collector { return s.metrics.collectors() }

// Status returns how the destinations in use fare, by their names.
func (s *Sender) Status() map[string]Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[string]Status)
	for name, w := range s.workers {
		if len(w.users) > 0 {
			all[name] = w.health.status()
		}
	}
	return all
}
