package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"
)

// Pending returns the events that wait for a destination and whose delivery id is greater than after, oldest first, at most
// limit of them. A delivery that was marked is returned again until the mark is committed. While the database is not
// open the error wraps ErrUnavailable.
func (s *Store) Pending(ctx context.Context, destination string, after int64, limit int) ([]Delivery, error) {
	var pending []Delivery
	err := s.read(func(db *sql.DB) error {
		rows, err := db.QueryContext(ctx, `
			SELECT outbox.id, events.id, events.payload, events.time, arrived, name, content_type, data
			FROM outbox JOIN events ON events.seq = outbox.id LEFT JOIN attachments ON attachments.id = outbox.id
			WHERE outbox.destination = ? AND outbox.reason IS NULL AND outbox.id > ?
			ORDER BY outbox.id LIMIT ?`, destination, after, limit)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var d Delivery
			var ms int64
			var a attachmentColumns
			if err := rows.Scan(&d.ID, &d.EventID, &d.Payload, &ms, &d.Arrived, &a.name, &a.contentType, &a.data); err != nil {
				return err
			}
			d.Attachment = a.attachment()
			d.Time = time.UnixMilli(ms).UTC()
			pending = append(pending, d)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("reading pending deliveries: %w", err)
	}
	return pending, nil
}

// Delivered takes an event out of the outbox with the next commit.
func (s *Store) Delivered(id int64) { s.memory.mark(id, mark{state: Delivered}) }

// Failed notes an attempt that came to nothing, and why; the event goes on waiting. It takes effect with the next commit.
func (s *Store) Failed(id int64, reason string) { s.memory.mark(id, attempt(reason)) }

// SetAside keeps an event in the outbox with the reason why it was refused; Pending does not return it any more. It takes
// effect with the next commit.
func (s *Store) SetAside(id int64, reason string) {
	refused := attempt(reason)
	refused.state = SetAside
	s.memory.mark(id, refused)
}

// Subscribe returns a channel that receives after a commit has added to what waits in the outbox, and when the database was opened.
// Several such moments may come as one. Every subscriber has a channel of its own; cancel ends the subscription and
// leaves the channel open.
func (s *Store) Subscribe() (wake <-chan struct{}, cancel func()) { return s.listeners.add() }

type listeners struct {
	mu       sync.Mutex
	channels map[chan struct{}]struct{}
}

func (l *listeners) add() (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.channels == nil {
		l.channels = make(map[chan struct{}]struct{})
	}
	l.channels[c] = struct{}{}
	return c, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.channels, c)
	}
}

func (l *listeners) wake() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.channels {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}
