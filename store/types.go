package store

import (
	"encoding/json"
	"errors"
	"time"
)

var (
	// ErrUnavailable is wrapped by every read while the database is not open; the message says why it is not.
	ErrUnavailable = errors.New("store is unavailable")
	// ErrNotFound says that there is no issue or event with the given id (any more).
	ErrNotFound = errors.New("not found")
)

// Group is what identifies one kind of failure: everything that falls into it shares these. What was recorded first under an
// ID is kept, but for the Kind: a newer gateway may tell it more precisely.
type Group struct {
	ID     string // 32 hex digits, made by the caller from what identifies the failure
	Kind   string // such as "app_error"
	Title  string
	Site   string
	Method string
	Route  string
	Status int // HTTP status; 0 when there was none
}

// Event is one captured occurrence with its evidence.
type Event struct {
	ID          string    // 32 hex digits, constant for ever: the receiver's idempotency key
	Time        time.Time // zero: the time of the occurrence
	Payload     []byte    // JSON in Sentry's event schema, already scrubbed; the store keeps the slice
	Destination string    // where it must be delivered; empty: kept here only

	Attachment *Attachment // to be delivered after it; nil: none
}

// Occurrence is one failure of a group.
type Occurrence struct {
	Group Group
	Time  time.Time // zero: now
	Event *Event    // nil when the failure is only counted
}

// Time is a moment with a precision of one millisecond. In JSON it is RFC 3339, in UTC, always with three decimals.
type Time struct{ time.Time }

// MarshalJSON implements [json.Marshaler].
func (t Time) MarshalJSON() ([]byte, error) {
	return t.UTC().AppendFormat(nil, `"2006-01-02T15:04:05.000Z"`), nil
}

func fromMillis(ms int64) Time { return Time{time.UnixMilli(ms).UTC()} }

// Issue is a group as it is stored: with its exact count and the time it was first and last seen.
type Issue struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Kind      string `json:"kind"`
	Site      string `json:"site"`
	Method    string `json:"method"`
	Route     string `json:"route"`
	Status    int    `json:"status"`
	Count     int64  `json:"count"`
	Events    int64  `json:"events"` // sample events kept
	FirstSeen Time   `json:"first_seen"`
	LastSeen  Time   `json:"last_seen"`
}

// IssueFilter selects issues; empty fields select everything.
type IssueFilter struct {
	Site  string
	Route string
	Kind  string
	Limit int // at most so many; 0 or less: 100
}

// EventRef names one sample event of an issue.
type EventRef struct {
	ID   string `json:"id"`
	Time Time   `json:"time"`
}

// DeliveryState says how far an event has come.
type DeliveryState string

// The states of an event.
const (
	KeptHere  DeliveryState = "kept_here" // it has no destination, or was dropped from the outbox
	Waiting   DeliveryState = "waiting"   // in the outbox
	Delivered DeliveryState = "delivered" // accepted by its destination
	SetAside  DeliveryState = "set_aside" // refused by its destination for good; Reason says why
)

// StoredEvent is one sample event with its payload and how far its delivery has come.
type StoredEvent struct {
	ID          string          `json:"id"`
	IssueID     string          `json:"issue_id"`
	Time        Time            `json:"time"`
	Destination string          `json:"destination,omitempty"`
	State       DeliveryState   `json:"state"`
	Reason      string          `json:"reason,omitempty"` // why it was set aside
	Payload     json.RawMessage `json:"payload"`
}

// Delivery is an event that waits in the outbox.
type Delivery struct {
	ID      int64 // grows with every event, also across a new database file; what Delivered and SetAside take
	EventID string
	Payload []byte
	Time    time.Time

	Attachment *Attachment // nil: none
	Arrived    bool        // the destination has the event: only the attachment is left
}
