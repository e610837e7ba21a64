package store

import (
	"context"
	"database/sql"
	"time"
)

// mark is what became of a delivery since the last commit.
type mark struct {
	state    DeliveryState // it has now; empty: as before
	attempts int           // that came to nothing
	at       int64         // when the last of them did, in Unix milliseconds
	failure  string        // and why
	arrived  bool          // the event has, its attachment has not
}

func attempt(failure string) mark {
	return mark{attempts: 1, at: time.Now().UnixMilli(), failure: failure}
}

// then adds what happened later. What has left the outbox does not come back.
func (m mark) then(later mark) mark {
	if m.state == Delivered || m.state == KeptHere {
		return m
	}
	if later.attempts > 0 {
		m.attempts += later.attempts
		m.at, m.failure = later.at, later.failure
	}
	m.arrived = m.arrived || later.arrived
	if later.state != "" {
		m.state = later.state
	}
	return m
}

func (m mark) write(ctx context.Context, tx *sql.Tx, id int64) error {
	if m.attempts > 0 {
		_, err := tx.ExecContext(ctx, "UPDATE outbox SET attempts = attempts + ?, attempted_at = ?, failure = ? WHERE id = ?",
			m.attempts, m.at, m.failure, id)
		if err != nil {
			return err
		}
	}
	var statements []string
	if m.arrived {
		statements = []string{"UPDATE outbox SET arrived = 1 WHERE id = ?"}
	}
	switch m.state {
	case Waiting:
		statements = append(statements, "UPDATE outbox SET reason = NULL WHERE id = ?")
	case SetAside:
		statements = append(statements, "UPDATE outbox SET reason = failure WHERE id = ?")
	case Delivered:
		statements = append(statements, "DELETE FROM outbox WHERE id = ?")
	case KeptHere:
		statements = append(statements,
			// Unless it was delivered in the meantime.
			"UPDATE events SET destination = '' WHERE seq IN (SELECT id FROM outbox WHERE id = ? AND NOT arrived)",
			"DELETE FROM outbox WHERE id = ?",
		)
	}
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement, id); err != nil {
			return err
		}
	}
	return nil
}
