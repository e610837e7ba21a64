package delivery

import (
	"cmp"
	"context"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/caddy-django/gateway/store"
)

const (
	// parallel is how many events a worker sends at the same time while all goes well.
	parallel = 4
	// outboxRetry is how long a worker waits when the outbox cannot be read, unless it is woken.
	outboxRetry = 5 * time.Second
)

// worker empties the outbox of one destination. It outlives its goroutine, which runs while the destination is used, so
// that what it knows about the outbox survives a config that does without the destination for a moment.
type worker struct {
	sender  *Sender
	name    string
	users   []*Destination // oldest first; guarded by Sender.mu
	current atomic.Pointer[Destination]
	stop    context.CancelFunc // ends the goroutine; guarded by Sender.mu
	turn    chan struct{}      // held by the goroutine: a second one waits until the first is through
	hurried chan struct{}      // receives when events are to be tried now

	transactions *Transactions

	mu       sync.Mutex
	reopened []int64 // ids of events that were set aside and are to be tried again
	follow   follow

	// What follows belongs to the goroutine that has its turn.
	health    health
	notBefore time.Time     // send nothing earlier
	strikes   int           // rounds in a row without any answer that is final
	settled   map[int64]int // ids of events answered for good, and the last pass that met them: see pass
	passes    int
}

func newWorker(s *Sender, name string) *worker {
	w := &worker{
		sender:  s,
		name:    name,
		turn:    make(chan struct{}, 1),
		hurried: make(chan struct{}, 1),
		health:  health{destination: name, logger: s.logger, metrics: s.metrics},
		settled: make(map[int64]int),
	}
	w.transactions = newTransactions(s, name, &w.current)
	return w
}

// run delivers events until ctx ends, or until it would have to wait when the sender has no patience left. Requests under way are finished, as the context of the sender's requests allows.
func (w *worker) run(ctx context.Context) {
	select {
	case w.turn <- struct{}{}:
		defer func() { <-w.turn }()
	case <-ctx.Done():
		return
	}
	w.sender.metrics.begin(w.name)
	w.health.publish()
	defer w.sender.metrics.retire(w.name)

	wake, cancel := w.sender.outbox.Subscribe()
	defer cancel()
	patience, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(w.sender.patience, cancel)()
	for failures := 0; ctx.Err() == nil; {
		last := patience.Err() != nil
		w.resume(time.Now())
		left, err := w.pass(ctx, patience)
		if last {
			return
		}
		if err != nil {
			// Once is no news: the store may just be opening.
			if failures++; failures == 2 && ctx.Err() == nil {
				w.sender.logger.Warn("reading the outbox fails", "destination", w.name, "error", err)
			}
			rest(patience, outboxRetry, wake)
			continue
		}
		failures = 0
		if left {
			continue // notBefore keeps the next pass waiting
		}
		select {
		case <-wake:
		case <-w.hurried:
			w.resumeAll()
		case <-w.resume(time.Now()):
		case <-patience.Done():
		}
	}
}

// pass goes through the outbox once, oldest first, and reports whether events are left that must be tried again.
//
// The next pass begins at the front again, where the events are that failed in this one. There it can also meet events
// that were answered for good and whose removal is not committed yet: the worker remembers those until a whole pass no
// longer meets them.
func (w *worker) pass(ctx, patience context.Context) (left bool, err error) {
	w.passes++
	for after := int64(0); ; {
		// Wait first and read then: nothing is held in memory during an outage.
		if !w.pause(patience) || ctx.Err() != nil {
			return false, patience.Err()
		}
		w.forgetReopened()
		batch, err := w.sender.outbox.Pending(ctx, w.name, after, w.width())
		if err != nil {
			return false, err
		}
		if len(batch) == 0 {
			maps.DeleteFunc(w.settled, func(_ int64, pass int) bool { return pass < w.passes })
			return left, nil
		}
		after = batch[len(batch)-1].ID
		if w.deliver(w.unsettled(batch)) {
			left = true
		}
	}
}

// pause waits until events may be sent. It returns false if patience ends before.
func (w *worker) pause(patience context.Context) bool {
	if wait := time.Until(w.notBefore); wait > 0 && !rest(patience, wait, w.hurried) {
		return false
	}
	w.notBefore = time.Time{} // if it was cut short it is over as well
	return true
}

// reopen has an event tried again although it was answered for good.
func (w *worker) reopen(id int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reopened = append(w.reopened, id)
}

func (w *worker) forgetReopened() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range w.reopened {
		delete(w.settled, id)
	}
	w.reopened = nil
}

// hurry ends the wait before the next attempt.
func (w *worker) hurry() {
	select {
	case w.hurried <- struct{}{}:
	default:
	}
}

// width returns how many events to send at the same time: a destination that fails is probed with one.
func (w *worker) width() int {
	if w.health.down() {
		return 1
	}
	return parallel
}

func (w *worker) unsettled(batch []store.Delivery) []store.Delivery {
	var open []store.Delivery
	for _, d := range batch {
		if _, ok := w.settled[d.ID]; ok {
			w.settled[d.ID] = w.passes
			continue
		}
		if !w.isPostponed(d.ID) {
			open = append(open, d)
		}
	}
	return open
}

// deliver sends events at the same time and reports whether some must be tried again.
func (w *worker) deliver(events []store.Delivery) (left bool) {
	if len(events) == 0 {
		return false
	}
	to := w.current.Load()
	outcomes := make([]outcome, len(events))
	var attempts sync.WaitGroup
	for i, d := range events {
		attempts.Go(func() {
			outcomes[i] = w.send(to, d)
			// Not later: a kill before the slowest of them is answered should repeat as few as possible.
			switch o := outcomes[i]; o.verdict {
			case delivered, followed:
				w.sender.outbox.Delivered(d.ID)
			case refused:
				w.sender.outbox.SetAside(d.ID, o.reason)
				w.sender.Discarded(w.name, SendError, CategoryError, 1)
			case failed:
				if w.sender.requests.Err() == nil { // not cut short by Close
					w.sender.outbox.Failed(d.ID, o.reason)
				}
			}
		})
	}
	attempts.Wait()
	return w.conclude(events, outcomes)
}

// conclude draws the consequences of attempts at the same time and reports whether some must be repeated.
func (w *worker) conclude(events []store.Delivery, outcomes []outcome) (left bool) {
	var (
		reason         string        // why to wait
		wait           time.Duration // before the next attempts
		answered, mute bool
		files          int // of which nothing follows for events
	)
	for i, o := range outcomes {
		if o.fileOnly {
			files++
			answered = answered || o.arrived
			if o.pause > 0 {
				reason, wait = "rate limit", max(wait, o.pause)
			}
			continue
		}
		w.health.count(o)
		if o.verdict == failed {
			left = true
			mute = mute || o.pause == 0
		} else {
			answered = true
			w.settled[events[i].ID] = w.passes
		}
		if o.verdict == failed || o.pause > 0 {
			reason = cmp.Or(o.reason, "rate limit")
			wait = max(wait, o.pause)
		}
	}
	if w.sender.requests.Err() != nil || files == len(outcomes) && !answered {
		return left // cut short by Close, or attachments alone: that says nothing about the destination
	}
	if answered {
		w.strikes = 0
	}
	if mute {
		w.strikes++
		wait = max(wait, w.sender.backoff(w.strikes))
	}
	w.notBefore = time.Now().Add(wait)
	w.health.update(reason, wait)
	return left
}

// rest waits for a duration, or until it is woken. It returns false if ctx has ended.
func rest(ctx context.Context, d time.Duration, wake <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-wake:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}
