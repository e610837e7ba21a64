package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// filled makes a database of a few hundred events and returns its configuration.
func filled(t *testing.T) Config {
	t.Helper()
	c := testConfig(t)
	s := New(c)
	s.Start()
	for i := range 400 {
		e := event(i, destination)
		e.Payload = bytes.Repeat([]byte{'x'}, 1000)
		s.Record(Occurrence{Group: group(i), Event: e})
	}
	closed(t, s)
	return c
}

func TestACorruptFileIsSetAsideAndReplaced(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"garbage":                      func(b []byte) []byte { return bytes.Repeat([]byte("not a database. "), 1000) },
		"a few bytes":                  func(b []byte) []byte { return b[:60] },
		"cut in the middle":            func(b []byte) []byte { return b[:len(b)/2] },
		"flipped bytes in the header":  func(b []byte) []byte { b[3] ^= 0xff; return b },
		"flipped bytes in every page":  func(b []byte) []byte { return flip(b, pageSize) },
		"flipped bytes after the root": func(b []byte) []byte { return append(b[:2*pageSize:2*pageSize], flip(b[2*pageSize:], 64)...) },
	} {
		t.Run(name, func(t *testing.T) {
			c, book := logged(filled(t))
			b, err := os.ReadFile(c.Path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(c.Path, damage(b), 0o600); err != nil {
				t.Fatal(err)
			}
			s := New(c)
			s.Record(Occurrence{Group: group(1), Event: event(1000, destination)})
			s.Start()
			defer closed(t, s)
			// Damage shows where it is touched, by the writer or by a reader.
			eventually(t, "a new database", func() bool {
				_, _ = s.Pending(t.Context(), destination, 0, 1_000_000)
				return value(t, s, "django_store_set_aside_databases_total", "") == 1 && s.Health() == nil
			})
			s.Record(Occurrence{Group: group(2), Event: event(1001, destination)})
			eventually(t, "commit", func() bool { return total(t, s) > 0 })
			eventually(t, "event", func() bool { _, err := s.Event(t.Context(), event(1001, "").ID); return err == nil })
			aside, _ := filepath.Glob(c.Path + ".corrupt-*Z")
			if len(aside) != 1 {
				t.Errorf("set aside: %v", aside)
			}
			if n := book.count("is replaced by a new one"); n != 1 {
				t.Errorf("logged %d times: %s", n, &book.b)
			}
		})
	}
}

func TestDamageThatOnlyAReaderFindsIsReportedToTheWriter(t *testing.T) {
	c := filled(t)
	b, err := os.ReadFile(c.Path)
	must(t, err)
	for page := 0; page < len(b); page += pageSize { // the events themselves; the indexes stay sound
		if bytes.Contains(b[page:page+pageSize], bytes.Repeat([]byte{'x'}, 500)) {
			b[page] ^= 0xff
		}
	}
	must(t, os.WriteFile(c.Path, b, 0o600))
	s := started(t, c)
	eventually(t, "open", func() bool { return s.Health() == nil })
	if _, err := s.Pending(t.Context(), destination, 0, 1000); !isCorrupt(err) {
		t.Fatalf("Pending: %v", err)
	}
	eventually(t, "a new database", func() bool { return s.Health() == nil && total(t, s) == 0 })
}

// flip inverts the second to ninth byte after each multiple of distance.
func flip(b []byte, distance int) []byte {
	for i := 0; i+9 < len(b); i += distance {
		for j := i + 1; j < i+9; j++ {
			b[j] ^= 0xff
		}
	}
	return b
}

func TestIdsGoOnInTheFileAfterACorruptOne(t *testing.T) {
	c := filled(t)
	s := New(c)
	s.Start()
	eventually(t, "open", func() bool { return s.Health() == nil })
	before, err := s.Pending(t.Context(), destination, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, s)
	if err := os.WriteFile(c.Path, []byte("garbage, garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	s = started(t, c)
	s.Record(Occurrence{Group: group(1), Event: event(1, destination)})
	eventually(t, "delivery", func() bool {
		after, err := s.Pending(t.Context(), destination, before[len(before)-1].ID, 10)
		return err == nil && len(after) == 1
	})
}

func TestTheStoreRecoversWhenTheFaultIsLifted(t *testing.T) {
	type fault struct {
		cause string                              // in the log
		begin func(t *testing.T, s *Store) func() // returns what lifts it
	}
	for name, f := range map[string]fault{
		"a file where the directory should be": {"making the database's directory", func(t *testing.T, s *Store) func() {
			closedDirectory := filepath.Dir(s.config.Path)
			must(t, os.WriteFile(closedDirectory, nil, 0o600))
			s.Start()
			return func() { must(t, os.Remove(closedDirectory)) }
		}},
		"a directory where the file should be": {"disk I/O error", func(t *testing.T, s *Store) func() {
			must(t, os.MkdirAll(s.config.Path, 0o700))
			s.Start()
			return func() { must(t, os.Remove(s.config.Path)) }
		}},
		"a full disk": {"disk is full", func(t *testing.T, s *Store) func() {
			s.Start()
			eventually(t, "open", func() bool { return s.Health() == nil })
			must(t, execute(s.open.writer, "PRAGMA max_page_count = 1"))
			return func() { must(t, execute(s.open.writer, "PRAGMA max_page_count = 1000000")) }
		}},
		"a database that may only be read": {"readonly database", func(t *testing.T, s *Store) func() {
			s.Start()
			eventually(t, "open", func() bool { return s.Health() == nil })
			must(t, execute(s.open.writer, "PRAGMA query_only = 1")) // as far as these connections live
			return func() {}
		}},
		"a lock held by another process": {"database is locked", func(t *testing.T, s *Store) func() {
			s.Start()
			eventually(t, "open", func() bool { return s.Health() == nil })
			other, err := sql.Open("sqlite", s.config.Path)
			must(t, err)
			other.SetMaxOpenConns(1)
			must(t, execute(other, "BEGIN IMMEDIATE"))
			return func() { must(t, execute(other, "ROLLBACK")); must(t, other.Close()) }
		}},
	} {
		t.Run(name, func(t *testing.T) {
			c, book := logged(testConfig(t))
			s := New(c)
			lift := f.begin(t, s)
			const failures = 300
			for i := range failures {
				e := event(i, destination)
				e.Payload = bytes.Repeat([]byte{'x'}, 5000)
				s.Record(Occurrence{Group: group(i % 50), Event: e})
			}
			eventually(t, "a failed attempt", func() bool { return book.count(f.cause) > 0 })
			for range failures {
				s.Record(Occurrence{Group: group(1)})
			}
			lift()
			eventually(t, "recovery", func() bool { return s.Health() == nil && total(t, s) == 2*failures })
			pending, err := s.Pending(t.Context(), destination, 0, 10_000)
			if err != nil || len(pending) != failures {
				t.Errorf("%d events, %v", len(pending), err)
			}
			if book.count("is unavailable") != 1 || book.count("available again") != 1 {
				t.Errorf("log:\n%s", &book.b)
			}
			closed(t, s)
		})
	}
}

func TestReadsGoOnWhileTheDiskIsFull(t *testing.T) {
	c := filled(t)
	c.CommitInterval = time.Hour // all in one batch: on a slow machine the first few would fit into pages that are there
	s := New(c)
	s.Start()
	eventually(t, "open", func() bool { return s.Health() == nil })
	must(t, execute(s.open.writer, "PRAGMA max_page_count = 1"))
	for i := range 100 {
		s.Record(Occurrence{Group: group(1000 + i)})
	}
	if err := s.Flush(t.Context()); !errors.Is(err, ErrUnavailable) {
		t.Errorf("Flush: %v", err)
	}
	if pending, err := s.Pending(t.Context(), destination, 0, 1000); err != nil || len(pending) != 400 {
		t.Errorf("%d, %v", len(pending), err)
	}
	err := s.Close(context.Background())
	if err == nil || !strings.Contains(err.Error(), "100 failures") || !strings.Contains(err.Error(), "disk is full") {
		t.Errorf("Close: %v", err)
	}
	if value(t, s, "django_store_uncounted_failures_total", `reason="closed"`) != 100 {
		t.Error(exposition(t, s))
	}
}

func TestAPanicBecomesAnError(t *testing.T) {
	var nothing *int
	if err := guarded(func() error { *nothing = 1; return nil }); err == nil || !strings.Contains(err.Error(), "sqlite panicked") {
		t.Error(err)
	}
}

func execute(db *sql.DB, statement string) error {
	_, err := db.Exec(statement)
	return err
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
