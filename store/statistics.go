package store

import (
	"context"
	"database/sql"
	"fmt"
)

// refresh brings the gauges in line with the database. Only the writer calls it.
func (m *metrics) refresh(ctx context.Context, d *database) error {
	var groups int64
	if err := d.writer.QueryRowContext(ctx, "SELECT count(*) FROM issues").Scan(&groups); err != nil {
		return fmt.Errorf("counting groups: %w", err)
	}
	m.groups.Set(float64(groups))
	m.size.Set(float64(d.size()))

	pending, err := countByDestination(ctx, d.writer, "SELECT destination, count(*) FROM outbox WHERE reason IS NULL GROUP BY destination")
	if err != nil {
		return fmt.Errorf("counting pending deliveries: %w", err)
	}
	setAside, err := countByDestination(ctx, d.writer, "SELECT destination, count(*) FROM outbox WHERE reason IS NOT NULL GROUP BY destination")
	if err != nil {
		return fmt.Errorf("counting deliveries set aside: %w", err)
	}
	// A destination seen once stays, with 0: a gauge that vanishes cannot be told from one that is not collected.
	for _, counts := range []map[string]int64{pending, setAside} {
		for destination := range counts {
			m.destinations[destination] = true
		}
	}
	for destination := range m.destinations {
		m.outboxPending.WithLabelValues(destination).Set(float64(pending[destination]))
		m.outboxSetAside.WithLabelValues(destination).Set(float64(setAside[destination]))
	}
	return nil
}

// querier is a connection, or a transaction on it.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func countByDestination(ctx context.Context, db querier, query string, args ...any) (map[string]int64, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	counts := make(map[string]int64)
	for rows.Next() {
		var destination string
		var count int64
		if err := rows.Scan(&destination, &count); err != nil {
			return nil, err
		}
		counts[destination] = count
	}
	return counts, rows.Err()
}
