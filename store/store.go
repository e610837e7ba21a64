package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Store keeps groups of failures, sample events and the outbox. All its methods can be used concurrently.
type Store struct {
	config     Config
	limits     atomic.Pointer[Config] // config with the limits in force: see SetLimits
	migrations []string
	memory     *memory
	metrics    *metrics
	health     *health
	listeners  listeners
	lock       lock

	// open is the database in use, nil while there is none. Readers hold the lock while they read, so that the writer closes
	// the file when nobody uses it any more.
	opening sync.RWMutex
	open    *database

	suspects chan suspect // damage that readers found

	lifecycle sync.Mutex
	writer    *writer // nil until Start
}

// suspect is a database in which a reader found damage.
type suspect struct {
	database *database
	err      error
}

// New returns a store that records in memory. It does no I/O and starts no goroutine: see Start.
func New(c Config) *Store {
	c = c.withDefaults()
	s := &Store{
		config:     c,
		migrations: loadMigrations(),
		memory:     newMemory(c.batchBytes()),
		suspects:   make(chan suspect, 1),
	}
	s.limits.Store(&c)
	s.metrics = newMetrics(s.memory.waitingEvents)
	s.health = newHealth(c.Logger, s.metrics.up)
	return s
}

// SetLimits changes MaxAge and MaxSize, with the same defaults; the database is brought under them within a minute.
func (s *Store) SetLimits(maxAge time.Duration, maxSize int64) {
	c := s.config
	c.MaxAge, c.MaxSize = maxAge, maxSize
	c = c.withDefaults()
	s.limits.Store(&c)
	s.memory.setMaximum(c.batchBytes())
}

// Start opens the database and begins to write, in the background. It never fails: a database that cannot be opened is tried
// again until it can, and Health says why. Later calls, and calls after Close, do nothing.
func (s *Store) Start() {
	s.lifecycle.Lock()
	defer s.lifecycle.Unlock()
	if s.writer != nil || s.memory.isClosed() {
		return
	}
	s.writer = newWriter(s, rand.Text())
	go s.writer.run()
}

// Flush commits what has been recorded and marked, at once. It returns an error when that fails, which is then tried again as
// ever, or when ctx ends first. Before Start and after Close the error wraps ErrUnavailable.
func (s *Store) Flush(ctx context.Context) error {
	s.lifecycle.Lock()
	w := s.writer
	s.lifecycle.Unlock()
	if w == nil {
		return s.health.unavailable()
	}
	flushed := make(chan struct{})
	select {
	case w.flushing <- flushed:
	case <-w.done:
		return s.health.unavailable()
	case <-ctx.Done():
		return fmt.Errorf("flushing the store: %w", ctx.Err())
	}
	select {
	case <-flushed:
		return s.Health()
	case <-ctx.Done():
		return fmt.Errorf("flushing the store: %w", ctx.Err())
	}
}

// Close writes what has been recorded, in one last attempt, and closes the database. It returns an error when something could
// not be written, which is then counted as lost, or when ctx ends first.
func (s *Store) Close(ctx context.Context) error {
	s.lifecycle.Lock()
	first := s.memory.close()
	w := s.writer
	s.lifecycle.Unlock()
	if w == nil {
		s.lock.release()
		return s.giveUp(nil)
	}
	if first {
		w.closing <- ctx
	}
	select {
	case <-w.done:
		return w.closeErr
	case <-ctx.Done():
		return fmt.Errorf("closing the store: %w", ctx.Err())
	}
}

// giveUp counts what is still in memory as lost: the batch that was being written, if any, and what was recorded since.
func (s *Store) giveUp(writing *batch) error {
	var failures int64
	var events int
	for _, b := range []*batch{writing, s.memory.take()} {
		if b != nil {
			s.metrics.loseBatch(b)
			s.memory.release(b)
			failures += b.failures()
			events += len(b.events)
		}
	}
	if failures == 0 {
		return nil
	}
	return fmt.Errorf("%d failures and %d events were not written", failures, events)
}

// Health returns nil while the database works, else an error that wraps ErrUnavailable and says why it does not.
func (s *Store) Health() error { return s.health.get() }

// read calls f with the connections for reading, and passes damage that f finds on to the writer, which replaces the file.
func (s *Store) read(f func(*sql.DB) error) error {
	s.opening.RLock()
	defer s.opening.RUnlock()
	d := s.open
	if d == nil {
		return s.health.unavailable()
	}
	err := guarded(func() error { return f(d.reader) })
	if isCorrupt(err) {
		select {
		case s.suspects <- suspect{d, err}:
		default:
		}
	}
	return err
}

// swap makes d the open database and closes the one before.
func (s *Store) swap(d *database) error {
	s.opening.Lock()
	before := s.open
	s.open = d
	s.opening.Unlock()
	if before == nil {
		return nil
	}
	return guarded(before.close)
}
