package delivery

import (
	"context"

	"github.com/caddy-django/gateway/store"
)

// Outbox is the durable queue that a [Sender] empties; the store implements it. Its methods are called concurrently.
type Outbox interface {
	// Pending returns the events that wait for a destination, oldest first, of those with an id above after.
	Pending(ctx context.Context, destination string, after int64, limit int) ([]store.Delivery, error)
	// Delivered removes an event. It may be pending still until the removal is committed.
	Delivered(id int64)
	// Arrived notes that the receiver has an event whose attachment goes on waiting.
	Arrived(id int64)
	// Failed notes an attempt after which an event goes on waiting.
	Failed(id int64, reason string)
	// SetAside keeps an event with the reason why it is not tried again.
	SetAside(id int64, reason string)
	// Retry has an event that was set aside wait again.
	Retry(id int64)
	// Drop gives an event up.
	Drop(id int64)
	// Subscribe returns a channel that receives, coalesced, after events were added, until cancel is called.
	Subscribe() (wake <-chan struct{}, cancel func())
}

var _ Outbox = (*store.Store)(nil)
