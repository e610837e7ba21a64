package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Queue is what the outbox holds for one destination.
type Queue struct {
	Destination string   `json:"destination"`
	Waiting     int64    `json:"waiting"`   // events, as many as there are
	SetAside    int64    `json:"set_aside"` // events, as many as there are
	Events      []Queued `json:"events"`    // the oldest of those asked for
}

// Queued is one event in the outbox.
type Queued struct {
	ID          string        `json:"id"`
	IssueID     string        `json:"issue_id"`
	Title       string        `json:"title"` // of the issue
	Time        Time          `json:"time"`
	State       DeliveryState `json:"state"` // Waiting or SetAside
	Attempts    int           `json:"attempts"`
	LastAttempt *Time         `json:"last_attempt,omitempty"` // when it ended; nil before the first
	Reason      string        `json:"reason,omitempty"`       // what it came to
}

// QueuedRef names an event in the outbox to those who deliver it.
type QueuedRef struct {
	ID          int64 // as Pending returns it
	Destination string
	State       DeliveryState // Waiting or SetAside
	Arrived     bool          // only its attachment is left
}

// OutboxFilter selects events in the outbox; empty fields select everything.
type OutboxFilter struct {
	Destination string
	State       DeliveryState // Waiting or SetAside
	Limit       int           // Outbox returns at most so many of each destination; 0 or less: 100
}

const (
	defaultQueued = 100
	queueState    = "iif(outbox.reason IS NULL, 'waiting', 'set_aside')"
	queueFilter   = " WHERE ?1 IN ('', outbox.destination) AND ?2 IN ('', " + queueState + ") "
)

// Outbox returns the destinations for which the outbox holds events, in alphabetical order, with the events that the
// filter selects, oldest first. While the database is not open the error wraps ErrUnavailable.
func (s *Store) Outbox(ctx context.Context, f OutboxFilter) ([]Queue, error) {
	if f.Limit <= 0 {
		f.Limit = defaultQueued
	}
	var queues []Queue
	err := s.read(func(db *sql.DB) error {
		// One transaction, so that the counts and the events are of one moment.
		tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if queues, err = readQueues(ctx, tx, f.Destination); err != nil {
			return err
		}
		for i := range queues {
			f.Destination = queues[i].Destination
			if queues[i].Events, err = readQueued(ctx, tx, f); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the outbox: %w", err)
	}
	return queues, nil
}

func readQueues(ctx context.Context, tx *sql.Tx, destination string) ([]Queue, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT destination, count(*) FILTER (WHERE reason IS NULL), count(*) FILTER (WHERE reason IS NOT NULL)
		FROM outbox WHERE ? IN ('', destination) GROUP BY destination ORDER BY destination`, destination)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var queues []Queue
	for rows.Next() {
		var q Queue
		if err := rows.Scan(&q.Destination, &q.Waiting, &q.SetAside); err != nil {
			return nil, err
		}
		queues = append(queues, q)
	}
	return queues, rows.Err()
}

func readQueued(ctx context.Context, tx *sql.Tx, f OutboxFilter) ([]Queued, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT events.id, issue_id, issues.title, time, `+queueState+`, attempts, attempted_at, coalesce(failure, reason, '')
		FROM outbox JOIN events ON events.seq = outbox.id JOIN issues ON issues.id = issue_id`+queueFilter+`
		ORDER BY outbox.id LIMIT ?3`, f.Destination, f.State, f.Limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	events := []Queued{}
	for rows.Next() {
		var q Queued
		var ms int64
		var attempted sql.NullInt64
		if err := rows.Scan(&q.ID, &q.IssueID, &q.Title, &ms, &q.State, &q.Attempts, &attempted, &q.Reason); err != nil {
			return nil, err
		}
		q.Time = fromMillis(ms)
		if attempted.Valid {
			q.LastAttempt = new(fromMillis(attempted.Int64))
		}
		events = append(events, q)
	}
	return events, rows.Err()
}

// Select returns the events that the filter selects, for Retry and Drop; its limit does not count. While the database is
// not open the error wraps ErrUnavailable.
func (s *Store) Select(ctx context.Context, f OutboxFilter) ([]QueuedRef, error) {
	var refs []QueuedRef
	err := s.read(func(db *sql.DB) error {
		rows, err := db.QueryContext(ctx, "SELECT id, destination, "+queueState+", arrived FROM outbox"+queueFilter+"ORDER BY id", f.Destination, f.State)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var ref QueuedRef
			if err := rows.Scan(&ref.ID, &ref.Destination, &ref.State, &ref.Arrived); err != nil {
				return err
			}
			refs = append(refs, ref)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("selecting from the outbox: %w", err)
	}
	return refs, nil
}

// SelectEvents is Select for events with these ids, of which the first eight digits are enough. The error wraps
// ErrNotFound when one of them is not in the outbox.
func (s *Store) SelectEvents(ctx context.Context, ids ...string) ([]QueuedRef, error) {
	refs := make([]QueuedRef, len(ids))
	err := s.read(func(db *sql.DB) error {
		for i, id := range ids {
			if err := selectEvent(ctx, db, id, &refs[i]); err != nil {
				return fmt.Errorf("event %s: %w", id, notFound(err))
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("selecting from the outbox: %w", err)
	}
	return refs, nil
}

func selectEvent(ctx context.Context, db *sql.DB, id string, ref *QueuedRef) error {
	if len(id) < minIDDigits {
		return sql.ErrNoRows
	}
	// "g" follows every hex digit.
	return db.QueryRowContext(ctx, `
		SELECT outbox.id, outbox.destination, `+queueState+`, arrived FROM events JOIN outbox ON outbox.id = events.seq
		WHERE events.id BETWEEN ?1 AND ?1 || 'g' ORDER BY events.id LIMIT 1`, id).
		Scan(&ref.ID, &ref.Destination, &ref.State, &ref.Arrived)
}

// Retry has an event that was set aside wait for its delivery again. It takes effect with the next commit.
func (s *Store) Retry(id int64) { s.memory.mark(id, mark{state: Waiting}) }

// Drop takes an event out of the outbox and keeps it here, without a destination. It takes effect with the next commit.
func (s *Store) Drop(id int64) { s.memory.mark(id, mark{state: KeptHere}) }
