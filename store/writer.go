package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// writer is the one goroutine that opens, writes, trims and closes the database. Its fields are its own, but for the channels.
type writer struct {
	*Store
	id      string // tells its batches from those of other writers of the same file
	batch   *batch // being written; kept until it is known to be there
	db      *database
	backoff time.Duration // before the next attempt, after a failure
	timer   *time.Timer   // runs when an attempt is due
	due     bool          // timer is running
	changed bool          // the database differs from what the metrics show
	trimmed time.Time     // when the limits were last enforced

	flushing chan chan struct{}   // receives from Flush, and closes what it gets
	closing  chan context.Context // receives once, from Close
	done     chan struct{}
	closeErr error // valid when done is closed
}

func newWriter(s *Store, id string) *writer {
	return &writer{Store: s, id: id, flushing: make(chan chan struct{}), closing: make(chan context.Context, 1), done: make(chan struct{})}
}

func (w *writer) run() {
	defer close(w.done)
	housekeeping := time.NewTicker(housekeepingInterval)
	defer housekeeping.Stop()
	w.timer, w.due = time.NewTimer(0), true
	defer w.timer.Stop()
	for {
		select {
		case ctx := <-w.closing:
			w.closeErr = w.finish(ctx)
			return
		case <-w.memory.wake:
			w.schedule(w.config.CommitInterval)
		case <-w.timer.C:
			w.due = false
			w.attempt(w.write)
		case flushed := <-w.flushing:
			w.attempt(w.flush)
			close(flushed)
		case s := <-w.suspects:
			if s.database == w.db {
				w.failed(fmt.Errorf("reading: %w", s.err))
			}
		case now := <-housekeeping.C:
			if w.db != nil && w.backoff == 0 {
				w.attempt(func(ctx context.Context) error { return w.keepHouse(ctx, now) })
			}
		}
	}
}

func (w *writer) schedule(after time.Duration) {
	if !w.due {
		w.due = true
		w.timer.Reset(after)
	}
}

// attempt does work on the database. After a failure it is tried again later, from opening the file if need be.
func (w *writer) attempt(work func(context.Context) error) {
	if err := guarded(func() error { return w.mended(context.Background(), work) }); err != nil {
		w.failed(err)
		return
	}
	w.backoff = 0
	w.health.succeed()
	w.memory.wakeIfFilled()
}

// mended does work on files that are sound.
func (w *writer) mended(ctx context.Context, work func(context.Context) error) error {
	if err := w.mend(ctx); err != nil {
		return err
	}
	defer func() {
		if w.db != nil {
			w.db.files.note(w.db.logLimit)
		}
	}()
	return work(ctx)
}

func (w *writer) failed(err error) {
	// Connections that have what is no longer in the files are left to mend.
	sound := w.db == nil || w.db.files.compare().none()
	if w.db != nil && sound && needsReopening(err) {
		w.closeDatabase()
	}
	if sound && isCorrupt(err) {
		err = w.replaceFile(err)
	}
	w.health.fail(err)
	w.backoff = min(max(2*w.backoff, minBackoff), maxBackoff)
	w.schedule(w.backoff)
}

// replaceFile moves a corrupt file out of the way of a new one. It returns the cause, and why that failed if it did.
func (w *writer) replaceFile(cause error) error {
	aside, err := setAsideFile(w.config.Path, time.Now())
	if err != nil {
		return fmt.Errorf("%w; setting it aside: %w", cause, err)
	}
	w.metrics.setAsideDatabases.Inc()
	w.config.Logger.Error("error store was corrupt and is replaced by a new one", "error", cause, "kept_as", aside)
	return cause
}

// write commits what has been recorded, opening the database if it is not.
func (w *writer) write(ctx context.Context) error {
	if err := w.openDatabase(ctx); err != nil {
		return err
	}
	if err := w.commit(ctx); err != nil {
		return err
	}
	total, _, err := w.db.pages(ctx)
	if err != nil || total <= w.limits.Load().pageBudget() {
		return err
	}
	return w.trim(ctx, time.Now())
}

// flush commits the batch that failed last time, and what has been recorded since.
func (w *writer) flush(ctx context.Context) error {
	if err := w.openDatabase(ctx); err != nil {
		return err
	}
	if err := w.commit(ctx); err != nil {
		return err
	}
	return w.commit(ctx)
}

func (w *writer) openDatabase(ctx context.Context) error {
	if w.db != nil {
		return nil
	}
	if err := w.lock.take(w.config.Path); err != nil {
		return err
	}
	d, err := openDatabase(ctx, *w.limits.Load(), w.migrations, w.id)
	if err != nil {
		return fmt.Errorf("opening %s: %w", w.config.Path, err)
	}
	w.db, w.changed = d, true
	_ = w.swap(d)
	w.listeners.wake() // there may be deliveries from before
	return nil
}

// closeDatabase ends the connections. Errors say nothing new: what was not committed is still in memory.
func (w *writer) closeDatabase() {
	w.db = nil
	_ = w.swap(nil)
}

// commit writes one batch: the one that failed last time, else what has been recorded since.
func (w *writer) commit(ctx context.Context) error {
	if w.batch == nil {
		w.batch = w.memory.take()
	}
	if w.batch == nil {
		return nil
	}
	start := time.Now()
	err := w.db.apply(ctx, w.id, w.batch)
	w.metrics.commitDuration.Observe(time.Since(start).Seconds())
	if err != nil {
		w.metrics.commits.WithLabelValues("error").Inc()
		return err
	}
	w.metrics.commits.WithLabelValues("ok").Inc()
	w.changed = true
	if w.batch.bringsDeliveries() {
		w.listeners.wake()
	}
	w.memory.release(w.batch)
	w.batch = nil
	return nil
}

// errInterrupted ends trimming early, because the store is being closed.
var errInterrupted = errors.New("store is being closed")

func (w *writer) trim(ctx context.Context, now time.Time) error {
	w.trimmed, w.changed = now, true
	t := trimmer{database: w.db, limits: *w.limits.Load(), metrics: w.metrics, now: now}
	err := t.run(ctx, func() error {
		if len(w.closing) > 0 {
			return errInterrupted
		}
		return w.commit(ctx)
	})
	if errors.Is(err, errInterrupted) {
		return nil
	}
	return err
}

func (w *writer) keepHouse(ctx context.Context, now time.Time) error {
	if err := w.lock.take(w.config.Path); err != nil { // its file may have been removed
		return err
	}
	if now.Sub(w.trimmed) >= trimInterval {
		if err := w.trim(ctx, now); err != nil {
			return err
		}
	}
	if !w.changed {
		return nil
	}
	w.changed = false
	return w.metrics.refresh(ctx, w.db)
}

// finish writes what is in memory, the batch that failed last time and the one after it, and closes the database.
func (w *writer) finish(ctx context.Context) error {
	err := guarded(func() error {
		if err := w.mended(ctx, w.flush); err != nil {
			return err
		}
		return w.db.checkpoint(ctx)
	})
	lost := w.giveUp(w.batch)
	if w.db != nil {
		w.closeDatabase()
	}
	w.lock.release()
	w.health.close()
	if lost != nil {
		return fmt.Errorf("closing the store: %w: %w", lost, err)
	}
	return nil
}
