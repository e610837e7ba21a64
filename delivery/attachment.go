package delivery

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/caddy-django/gateway/store"
)

// maxFollows is how often an attachment is sent to a receiver that takes events and does not answer it for good. It is no
// more than an addition: events do not wait for it longer.
const maxFollows = 5

// follow is what a worker knows of attachments; guarded by the worker's mu.
type follow struct {
	notBefore time.Time           // the receiver asks for none until then
	attempts  map[int64]int       // that came to nothing, by the id of an event that has arrived, which may not be committed yet
	retries   map[int64]time.Time // when the attachment of an event is tried again, if that is not now
}

// send delivers an event, and then its attachment in an envelope of its own: a receiver that does not take the one has the
// other all the same.
func (w *worker) send(to *Destination, d store.Delivery) outcome {
	event := outcome{verdict: followed}
	if !d.Arrived && !w.hasArrived(d.ID) {
		event = w.sender.attempt(to, d)
		w.limitAttachments(event)
		if event.verdict != delivered || d.Attachment == nil {
			return event
		}
		w.sender.outbox.Arrived(d.ID)
		w.health.count(event)
	}
	o := w.sendAttachment(to, d)
	o.pause = max(o.pause, event.pause)
	o.arrived = event.verdict == delivered
	return o
}

func (w *worker) sendAttachment(to *Destination, d store.Delivery) outcome {
	if d.Attachment == nil || w.attachmentsLimited() {
		return w.dropAttachment(d, RateLimit, outcome{})
	}
	o := w.sender.attemptAttachment(to, d)
	w.limitAttachments(o)
	switch {
	case o.verdict == delivered:
		w.sender.metrics.followed(w.name, true)
		return w.forget(d.ID, o)
	case o.status == http.StatusTooManyRequests && o.noFiles > 0:
		o.pause = 0 // the limit is one of attachments
		return w.dropAttachment(d, RateLimit, o)
	case o.status >= 400 && o.status < 500 && o.status != http.StatusTooManyRequests && o.status != http.StatusRequestTimeout:
		// The event has arrived, so it is not the key or the project.
		return w.dropAttachment(d, SendError, o)
	case o.verdict == refused, w.sender.requests.Err() == nil && w.triedEnough(d.ID):
		return w.dropAttachment(d, SendError, o)
	case o.pause == 0 && w.sender.requests.Err() == nil:
		w.postpone(d.ID)
		o.fileOnly = true
		return o
	default:
		return o // the receiver wants nothing at all for a while
	}
}

// postpone leaves an attachment for later, by a back-off of its own: events do not wait for it.
func (w *worker) postpone(id int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.follow.retries == nil {
		w.follow.retries = make(map[int64]time.Time)
	}
	w.follow.retries[id] = time.Now().Add(w.sender.backoff(w.follow.attempts[id]))
}

func (w *worker) isPostponed(id int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, postponed := w.follow.retries[id]
	return postponed
}

// resume forgets which attachments are due, and returns a channel that receives when the next is; nil if none is left.
func (w *worker) resume(now time.Time) <-chan time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	var first time.Time
	for id, at := range w.follow.retries {
		if !at.After(now) {
			delete(w.follow.retries, id)
		} else if first.IsZero() || at.Before(first) {
			first = at
		}
	}
	if first.IsZero() {
		return nil
	}
	return time.After(first.Sub(now))
}

// resumeAll has every attachment tried now.
func (w *worker) resumeAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.follow.retries)
}

// dropAttachment gives an attachment up and has the receiver told.
func (w *worker) dropAttachment(d store.Delivery, reason Reason, o outcome) outcome {
	if d.Attachment != nil {
		w.sender.metrics.followed(w.name, false)
		w.sender.Discarded(w.name, reason, CategoryAttachment, int64(len(d.Attachment.Data)))
	}
	return w.forget(d.ID, o)
}

// forget ends what there is to know of an attachment.
func (w *worker) forget(id int64, o outcome) outcome {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.follow.attempts, id)
	delete(w.follow.retries, id)
	return outcome{verdict: followed, pause: o.pause}
}

func (w *worker) hasArrived(id int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, known := w.follow.attempts[id]
	return known
}

// triedEnough counts an attempt that came to nothing.
func (w *worker) triedEnough(id int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.follow.attempts == nil {
		w.follow.attempts = make(map[int64]int)
	}
	w.follow.attempts[id]++
	return w.follow.attempts[id] >= maxFollows
}

func (w *worker) limitAttachments(o outcome) {
	if o.noFiles == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if until := time.Now().Add(o.noFiles); until.After(w.follow.notBefore) {
		w.follow.notBefore = until
	}
}

func (w *worker) attachmentsLimited() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Before(w.follow.notBefore)
}

// attemptAttachment sends the attachment of an event that its destination has, once.
func (s *Sender) attemptAttachment(to *Destination, d store.Delivery) outcome {
	ctx, cancel := context.WithTimeout(s.requests, s.timeout)
	defer cancel()
	request, err := s.request(ctx, to, attachmentItem(d), nil)
	if err != nil {
		return outcome{verdict: refused, reason: fmt.Sprintf("making the request: %v", err)}
	}
	return s.post(to, request)
}
