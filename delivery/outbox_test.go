package delivery

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/caddy-django/gateway/store"
)

// memoryOutbox is an outbox without a disk.
type memoryOutbox struct {
	mu          sync.Mutex
	err         error // what Pending returns
	uncommitted bool  // removals are held back until commit is called
	lastID      int64
	attachment  *store.Attachment // of what is added
	waiting     []entry
	removed     map[int64]bool
	arrived     []string            // event ids
	delivered   []string            // event ids
	setAside    map[string]string   // reasons by event id
	failed      map[string][]string // reasons by event id
	aside       map[int64]entry     // what was set aside, by id
	wakes       map[chan struct{}]bool
}

type entry struct {
	store.Delivery
	destination string
}

func newMemoryOutbox() *memoryOutbox {
	return &memoryOutbox{
		removed:  make(map[int64]bool),
		setAside: make(map[string]string),
		failed:   make(map[string][]string),
		aside:    make(map[int64]entry),
		wakes:    make(map[chan struct{}]bool),
	}
}

// eventID returns the id of the nth event that was added.
func eventID(n int64) string { return fmt.Sprintf("%032x", n) }

// add puts n events into the outbox and returns the id of the last one.
func (o *memoryOutbox) add(destination string, n int) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	for range n {
		o.lastID++
		o.waiting = append(o.waiting, entry{store.Delivery{
			ID:      o.lastID,
			EventID: eventID(o.lastID),
			Payload: fmt.Appendf(nil, `{"event_id":%q,"message":"line\nline"}`, eventID(o.lastID)),
			Time:    time.Now(),

			Attachment: o.attachment,
		}, destination})
	}
	o.wake()
	return eventID(o.lastID)
}

func (o *memoryOutbox) wake() {
	for wake := range o.wakes {
		select {
		case wake <- struct{}{}:
		default:
		}
	}
}

func (o *memoryOutbox) Pending(ctx context.Context, destination string, after int64, limit int) ([]store.Delivery, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return nil, o.err
	}
	var batch []store.Delivery
	for _, e := range o.waiting {
		if e.destination == destination && e.ID > after && len(batch) < limit {
			batch = append(batch, e.Delivery)
		}
	}
	return batch, ctx.Err()
}

func (o *memoryOutbox) Delivered(id int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.delivered = append(o.delivered, eventID(id))
	o.remove(id)
}

func (o *memoryOutbox) Arrived(id int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.arrived = append(o.arrived, eventID(id))
	for i := range o.waiting {
		if o.waiting[i].ID == id && !o.uncommitted {
			o.waiting[i].Arrived = true
		}
	}
}

// attach adds an event with an attachment.
func (o *memoryOutbox) attach(destination string) string {
	o.mu.Lock()
	o.attachment = &store.Attachment{Name: "response.html", ContentType: "text/html", Data: []byte("<p>line\nline</p>")}
	o.mu.Unlock()
	id := o.add(destination, 1)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.attachment = nil
	return id
}

func (o *memoryOutbox) SetAside(id int64, reason string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.setAside[eventID(id)] = reason
	for _, e := range o.waiting {
		if e.ID == id {
			o.aside[id] = e
		}
	}
	o.remove(id)
}

func (o *memoryOutbox) Failed(id int64, reason string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.failed[eventID(id)] = append(o.failed[eventID(id)], reason)
}

func (o *memoryOutbox) Retry(id int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.setAside, eventID(id))
	delete(o.removed, id)
	o.waiting = append(o.waiting, o.aside[id])
	o.wake()
}

func (o *memoryOutbox) Drop(id int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.remove(id)
}

func (o *memoryOutbox) remove(id int64) {
	o.removed[id] = true
	if !o.uncommitted {
		o.waiting = slices.DeleteFunc(o.waiting, func(e entry) bool { return o.removed[e.ID] })
	}
}

func (o *memoryOutbox) commit() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.waiting = slices.DeleteFunc(o.waiting, func(e entry) bool { return o.removed[e.ID] })
}

func (o *memoryOutbox) fail(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.err = err
}

// left returns the ids of the events that are not answered for good.
func (o *memoryOutbox) left() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var ids []string
	for _, e := range o.waiting {
		if !o.removed[e.ID] {
			ids = append(ids, e.EventID)
		}
	}
	return ids
}

func (o *memoryOutbox) reasons() map[string]string {
	o.mu.Lock()
	defer o.mu.Unlock()
	reasons := make(map[string]string)
	for id, reason := range o.setAside {
		reasons[id] = reason
	}
	return reasons
}

func (o *memoryOutbox) Subscribe() (<-chan struct{}, func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	wake := make(chan struct{}, 1)
	o.wakes[wake] = true
	return wake, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.wakes, wake)
	}
}
