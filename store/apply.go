package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// apply writes a batch in one transaction. A batch that is there already, because an earlier COMMIT reported an error
// after the fact, is left as it is.
func (d *database) apply(ctx context.Context, writerID string, b *batch) error {
	tx, err := d.writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning transaction: %w", err)
	}
	defer tx.Rollback()

	var last int64
	if err := tx.QueryRowContext(ctx, "SELECT batch FROM writers WHERE id = ?", writerID).Scan(&last); err != nil {
		return fmt.Errorf("reading the last batch: %w", err)
	}
	if last >= b.number {
		return nil
	}
	for _, write := range []func(context.Context, *sql.Tx) error{b.writeGroups, b.writeEvents, b.writeMarks} {
		if err := write(ctx, tx); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, "UPDATE writers SET batch = ?, committed_at = ? WHERE id = ?",
		b.number, time.Now().UnixMilli(), writerID)
	if err != nil {
		return fmt.Errorf("numbering the batch: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

func (b *batch) writeGroups(ctx context.Context, tx *sql.Tx) error {
	upsert, err := tx.PrepareContext(ctx, `
		INSERT INTO issues (id, kind, title, site, method, route, status, count, first_seen, last_seen)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET
			kind = excluded.kind,
			count = count + excluded.count,
			first_seen = min(first_seen, excluded.first_seen),
			last_seen = max(last_seen, excluded.last_seen)`)
	if err != nil {
		return fmt.Errorf("writing groups: %w", err)
	}
	defer upsert.Close()
	for _, t := range b.tallies {
		g := &t.group
		_, err := upsert.ExecContext(ctx, g.ID, g.Kind, g.Title, g.Site, g.Method, g.Route, g.Status, t.count, t.first, t.last)
		if err != nil {
			return fmt.Errorf("writing group %s: %w", g.ID, err)
		}
	}
	return nil
}

func (b *batch) writeEvents(ctx context.Context, tx *sql.Tx) error {
	if len(b.events) == 0 {
		return nil
	}
	// An id is given once; a second event under it is the same event.
	insert, err := tx.PrepareContext(ctx, `
		INSERT INTO events (id, issue_id, time, destination, payload) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
		RETURNING seq`)
	if err != nil {
		return fmt.Errorf("writing events: %w", err)
	}
	defer insert.Close()
	enqueue, err := tx.PrepareContext(ctx, "INSERT INTO outbox (id, destination) VALUES (?, ?)")
	if err != nil {
		return fmt.Errorf("writing events: %w", err)
	}
	defer enqueue.Close()
	for i := range b.events {
		e := &b.events[i]
		var seq int64
		err := insert.QueryRowContext(ctx, e.ID, e.groupID, e.Time.UnixMilli(), e.Destination, e.Payload).Scan(&seq)
		if err == nil && e.Destination != "" {
			if _, err = enqueue.ExecContext(ctx, seq, e.Destination); err == nil && e.Attachment != nil {
				err = e.Attachment.insert(ctx, tx, seq)
			}
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("writing event %s: %w", e.ID, err)
		}
	}
	return nil
}

func (b *batch) writeMarks(ctx context.Context, tx *sql.Tx) error {
	for id, m := range b.marks {
		if err := m.write(ctx, tx, id); err != nil {
			return fmt.Errorf("marking delivery %d: %w", id, err)
		}
	}
	return nil
}
