package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"
)

const (
	trimRows  = 256 // rows one transaction removes at most
	trimPages = 256 // pages one transaction gives back to the file system at most
)

// The events a limit gives up, as subqueries.
const (
	// ?1: Unix milliseconds
	eventsBefore = "SELECT seq FROM events WHERE time < ?1 ORDER BY time LIMIT ?2"

	// ?1: events a group keeps. Those in the outbox are not samples yet: they stay until their delivery is settled.
	eventsBeyondSamples = `SELECT seq FROM (
			SELECT seq, row_number() OVER (PARTITION BY issue_id ORDER BY seq DESC) AS position FROM events)
		WHERE position > ?1 AND seq NOT IN (SELECT id FROM outbox) LIMIT ?2`

	// ?1: bytes to free
	eventsOldest = `SELECT seq FROM (
			SELECT seq, sum(bytes) OVER (ORDER BY seq) - bytes AS freed_before FROM (
				SELECT seq, length(payload) AS bytes FROM events ORDER BY seq LIMIT ?2))
		WHERE freed_before < ?1`
)

// trimmer brings a database back under its limits, in small transactions, each of which returns quickly.
type trimmer struct {
	*database
	limits  Config
	metrics *metrics
	now     time.Time
}

// run trims until every limit is met. Between two transactions it calls pause, which commits what has been recorded
// meanwhile and ends the run by returning an error.
func (t *trimmer) run(ctx context.Context, pause func() error) error {
	steps := []func(context.Context) (more bool, err error){
		t.removeOldEvents, t.removeOldGroups, t.removeExtraSamples, t.makeRoom, t.shrink,
	}
	for _, step := range steps {
		for {
			more, err := step(ctx)
			if err != nil {
				return fmt.Errorf("trimming: %w", err)
			}
			if !more {
				break
			}
			if err := pause(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *trimmer) removeOldEvents(ctx context.Context) (bool, error) {
	n, err := t.removeEvents(ctx, reasonAge, eventsBefore, t.horizon())
	return n == trimRows, err
}

func (t *trimmer) removeOldGroups(ctx context.Context) (bool, error) {
	n, err := t.removeGroups(ctx, reasonAge, t.horizon())
	return n == trimRows, err
}

func (t *trimmer) removeExtraSamples(ctx context.Context) (bool, error) {
	n, err := t.removeEvents(ctx, reasonGroup, eventsBeyondSamples, int64(t.limits.MaxEventsPerGroup))
	return n == trimRows, err
}

// makeRoom removes the oldest events, then the groups not seen for longest, until the database is a sixteenth below its budget.
func (t *trimmer) makeRoom(ctx context.Context) (bool, error) {
	total, free, err := t.pages(ctx)
	if err != nil {
		return false, err
	}
	budget := t.limits.pageBudget()
	target := budget - budget/16
	if total <= budget || total-free <= target {
		return false, nil
	}
	excess := (total - free - target) * pageSize
	events, err := t.removeEvents(ctx, reasonSize, eventsOldest, excess)
	if events > 0 || err != nil {
		return true, err
	}
	groups, err := t.removeGroups(ctx, reasonSize, math.MaxInt64)
	return groups > 0, err
}

// shrink gives free pages back to the file system, but for a few that will be needed again at once.
func (t *trimmer) shrink(ctx context.Context) (bool, error) {
	_, free, err := t.pages(ctx)
	if err != nil {
		return false, err
	}
	slack := min(trimPages, t.limits.pageBudget()/16)
	if free <= slack {
		return false, nil
	}
	// The pragma frees one page a row: it must be read to the end.
	err = drain(t.writer.QueryContext(ctx, fmt.Sprintf("PRAGMA incremental_vacuum(%d)", min(trimPages, free-slack))))
	if err != nil {
		return false, fmt.Errorf("giving back free pages: %w", err)
	}
	// The file gets shorter when the log is carried over.
	if err := t.checkpoint(ctx); err != nil {
		return false, err
	}
	_, left, err := t.pages(ctx)
	return left > slack && left < free, err
}

func (t *trimmer) horizon() int64 { return t.now.Add(-t.limits.MaxAge).UnixMilli() }

// removeEvents deletes at most trimRows of the selected events together with their places in the outbox.
func (t *trimmer) removeEvents(ctx context.Context, reason, selected string, limit int64) (int64, error) {
	tx, err := t.writer.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	waiting, err := countByDestination(ctx, tx, "SELECT destination, count(*) FROM outbox WHERE reason IS NULL AND NOT arrived AND id IN ("+selected+
		") GROUP BY destination", limit, trimRows)
	if err != nil {
		return 0, fmt.Errorf("selecting events: %w", err)
	}
	// No selection depends on the outbox rows deleted here, so both statements mean the same events.
	if _, err := tx.ExecContext(ctx, "DELETE FROM outbox WHERE id IN ("+selected+")", limit, trimRows); err != nil {
		return 0, fmt.Errorf("removing deliveries: %w", err)
	}
	removed, err := affected(tx.ExecContext(ctx, "DELETE FROM events WHERE seq IN ("+selected+")", limit, trimRows))
	if err != nil {
		return 0, fmt.Errorf("removing events: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return 0, err
	}
	t.metrics.removedEvents.WithLabelValues(reason).Add(float64(removed))
	for destination, n := range waiting {
		t.metrics.removedDeliveries.WithLabelValues(reason).Add(float64(n))
		t.limits.Removed(destination, n)
	}
	return removed, nil
}

// removeGroups deletes at most trimRows groups without events that were last seen before a time, in Unix milliseconds.
func (t *trimmer) removeGroups(ctx context.Context, reason string, before int64) (int64, error) {
	removed, err := affected(t.writer.ExecContext(ctx, `
		DELETE FROM issues WHERE id IN (
			SELECT id FROM issues
			WHERE last_seen < ?1 AND NOT EXISTS (SELECT 1 FROM events WHERE issue_id = issues.id)
			ORDER BY last_seen LIMIT ?2)`, before, trimRows))
	if err != nil {
		return 0, fmt.Errorf("removing groups: %w", err)
	}
	t.metrics.removedGroups.WithLabelValues(reason).Add(float64(removed))
	return removed, nil
}

func affected(result sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// pages returns how many pages the database has and how many of them are free.
func (d *database) pages(ctx context.Context) (total, free int64, err error) {
	err = d.writer.QueryRowContext(ctx, `SELECT
		(SELECT page_count FROM pragma_page_count), (SELECT freelist_count FROM pragma_freelist_count)`).Scan(&total, &free)
	if err != nil {
		return 0, 0, fmt.Errorf("counting pages: %w", err)
	}
	return total, free, nil
}

// checkpoint carries the log over into the database and empties it, as far as readers allow.
func (d *database) checkpoint(ctx context.Context) error {
	if err := drain(d.writer.QueryContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")); err != nil {
		return fmt.Errorf("carrying the log over: %w", err)
	}
	d.files.note(0)
	return nil
}

func drain(rows *sql.Rows, err error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}
