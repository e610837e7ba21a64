package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
)

const (
	defaultIssues = 100
	maxEventRefs  = 1000   // of one issue; more than MaxEventsPerGroup only while deliveries wait
	maxLookup     = 10_000 // events that an id of their payload is looked for in
	minIDDigits   = 8      // digits that tell one id from all others for all practical purposes
	selectAnIssue = `SELECT id, title, kind, site, method, route, status, count, first_seen, last_seen,
		(SELECT count(*) FROM events WHERE issue_id = issues.id) FROM issues `
)

// Issues returns the issues that the filter selects, last seen first. While the database is not open the error wraps
// ErrUnavailable.
func (s *Store) Issues(ctx context.Context, f IssueFilter) ([]Issue, error) {
	if f.Limit <= 0 {
		f.Limit = defaultIssues
	}
	issues := []Issue{}
	err := s.read(func(db *sql.DB) error {
		rows, err := db.QueryContext(ctx, selectAnIssue+`
			WHERE ?1 IN ('', site) AND ?2 IN ('', route) AND ?3 IN ('', kind)
			ORDER BY last_seen DESC, id LIMIT ?4`, f.Site, f.Route, f.Kind, f.Limit)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			i, err := scanIssue(rows)
			if err != nil {
				return err
			}
			issues = append(issues, i)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("reading issues: %w", err)
	}
	return issues, nil
}

// Issue returns one issue and its sample events, newest first. The first eight digits of an id are enough. The error wraps
// ErrNotFound when there is none with that id, ErrUnavailable while the database is not open.
func (s *Store) Issue(ctx context.Context, id string) (Issue, []EventRef, error) {
	var issue Issue
	refs := []EventRef{}
	err := s.read(func(db *sql.DB) error {
		// One transaction, so that the issue and its events are of one moment.
		tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if len(id) < minIDDigits {
			return sql.ErrNoRows
		}
		// "g" follows every hex digit.
		if issue, err = scanIssue(tx.QueryRowContext(ctx, selectAnIssue+"WHERE id BETWEEN ?1 AND ?1 || 'g' LIMIT 1", id)); err != nil {
			return err
		}
		rows, err := tx.QueryContext(ctx, "SELECT id, time FROM events WHERE issue_id = ? ORDER BY seq DESC LIMIT ?", issue.ID, maxEventRefs)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var ref EventRef
			var ms int64
			if err := rows.Scan(&ref.ID, &ms); err != nil {
				return err
			}
			ref.Time = fromMillis(ms)
			refs = append(refs, ref)
		}
		return rows.Err()
	})
	if err != nil {
		return Issue{}, nil, fmt.Errorf("reading issue %s: %w", id, notFound(err))
	}
	return issue, refs, nil
}

// Event returns a sample event with its payload. The error wraps ErrNotFound when there is none with that id, ErrUnavailable
// while the database is not open.
func (s *Store) Event(ctx context.Context, id string) (StoredEvent, error) {
	e, err := s.event(ctx, "WHERE events.id = ?", id)
	if err != nil {
		return StoredEvent{}, fmt.Errorf("reading event %s: %w", id, notFound(err))
	}
	return e, nil
}

// EventByErrorID returns the sample event of the failure whose error page showed this code, if it is one of the newest 10,000
// events. Its errors are those of Event.
func (s *Store) EventByErrorID(ctx context.Context, code string) (StoredEvent, error) {
	return s.eventOf(ctx, code, "$.contexts.gateway.error_id")
}

// EventByRequestID returns the newest sample event of the request with this id, if it is one of the newest 10,000 events. The id
// is X-Request-Id of the response or of the request: Django may give a request another one than the client. Its errors are those
// of Event.
func (s *Store) EventByRequestID(ctx context.Context, id string) (StoredEvent, error) {
	return s.eventOf(ctx, id, "$.contexts.gateway.request_id", `$.request.headers."X-Request-Id"`)
}

// plainID is text that JSON writes as it is.
var plainID = regexp.MustCompile(`^[\w.:/=+-]+$`)

// eventOf returns the newest event that has the value at one of one or two paths.
func (s *Store) eventOf(ctx context.Context, value string, paths ...string) (StoredEvent, error) {
	// A payload without the value is not taken apart as JSON, which would be most of the work.
	e, err := s.event(ctx, `WHERE seq = (
		SELECT seq FROM (SELECT seq, payload FROM events ORDER BY seq DESC LIMIT ?2)
		WHERE CASE WHEN NOT ?3 OR instr(payload, CAST(?1 AS BLOB))
			THEN ?1 IN (CAST(payload AS TEXT) ->> ?4, CAST(payload AS TEXT) ->> ?5) END
		LIMIT 1)`, value, maxLookup, plainID.MatchString(value), paths[0], paths[len(paths)-1])
	if err != nil {
		return StoredEvent{}, fmt.Errorf("reading the event with the id %q: %w", value, notFound(err))
	}
	return e, nil
}

func (s *Store) event(ctx context.Context, where string, args ...any) (StoredEvent, error) {
	var e StoredEvent
	err := s.read(func(db *sql.DB) error {
		var ms int64
		var inOutbox bool
		var reason sql.NullString
		err := db.QueryRowContext(ctx, `
			SELECT events.id, issue_id, time, events.destination, payload, outbox.id IS NOT NULL, outbox.reason
			FROM events LEFT JOIN outbox ON outbox.id = events.seq `+where, args...).
			Scan(&e.ID, &e.IssueID, &ms, &e.Destination, &e.Payload, &inOutbox, &reason)
		e.Time, e.Reason = fromMillis(ms), reason.String
		switch {
		case e.Destination == "":
			e.State = KeptHere
		case !inOutbox:
			e.State = Delivered
		case reason.Valid:
			e.State = SetAside
		default:
			e.State = Waiting
		}
		return err
	})
	return e, err
}

func scanIssue(row interface{ Scan(...any) error }) (Issue, error) {
	var i Issue
	var first, last int64
	err := row.Scan(&i.ID, &i.Title, &i.Kind, &i.Site, &i.Method, &i.Route, &i.Status, &i.Count, &first, &last, &i.Events)
	i.FirstSeen, i.LastSeen = fromMillis(first), fromMillis(last)
	return i, err
}

func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}
