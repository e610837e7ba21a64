package store

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestAnOlderDatabaseIsMigratedWithItsData(t *testing.T) {
	c := filled(t)
	s := New(c)
	s.migrations = append(s.migrations, "ALTER TABLE issues ADD COLUMN note TEXT NOT NULL DEFAULT 'none'; CREATE TABLE more (x)")
	s.Start()
	defer closed(t, s)
	eventually(t, "open", func() bool { return s.Health() == nil })
	var version, count int
	must(t, s.open.reader.QueryRow("PRAGMA user_version").Scan(&version))
	must(t, s.open.reader.QueryRow("SELECT count(*) FROM issues WHERE note = 'none'").Scan(&count))
	if version != len(s.migrations) || count != 400 || total(t, s) != 400 {
		t.Errorf("version %d, %d issues", version, count)
	}
}

func TestAMigrationThatFailsChangesNothing(t *testing.T) {
	c, book := logged(filled(t))
	s := New(c)
	s.migrations = append(s.migrations, "CREATE TABLE more (x); INSERT INTO missing VALUES (1)")
	s.Record(Occurrence{Group: group(1)})
	s.Start()
	eventually(t, "failure", func() bool { return book.count(fmt.Sprintf("migrating to schema version %d:", len(s.migrations))) == 1 })
	if err := s.Close(t.Context()); err == nil {
		t.Error("Close did not say that a failure was lost")
	}
	s = started(t, c)
	eventually(t, "open", func() bool { return s.Health() == nil })
	var tables int
	must(t, s.open.reader.QueryRow("SELECT count(*) FROM sqlite_schema WHERE name = 'more'").Scan(&tables))
	if tables != 0 || total(t, s) != 400 {
		t.Errorf("%d tables", tables)
	}
}

func TestADatabaseThatIsNotOursIsLeftByteForByteAlone(t *testing.T) {
	for name, test := range map[string]struct {
		want    error
		prepare func(t *testing.T) string
	}{
		"written by a newer version": {errNewerVersion, func(t *testing.T) string {
			c := filled(t)
			alter(t, c.Path, "PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)")
			return c.Path
		}},
		"of another application without a version": {errForeign, func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "db.sqlite3")
			alter(t, path, "CREATE TABLE auth_user (id INTEGER)")
			return path
		}},
		"of another application with a version": {errForeign, func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "db.sqlite3")
			alter(t, path, "CREATE TABLE t (id INTEGER); PRAGMA user_version = 1")
			return path
		}},
	} {
		t.Run(name, func(t *testing.T) {
			path := test.prepare(t)
			before, err := os.ReadFile(path)
			must(t, err)
			s := New(Config{Path: path})
			s.Start()
			eventually(t, "refusal", func() bool { return errors.Is(s.Health(), test.want) })
			closed(t, s)
			after, err := os.ReadFile(path)
			must(t, err)
			if !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
			if aside, _ := filepath.Glob(path + ".corrupt-*"); aside != nil {
				t.Errorf("set aside: %v", aside)
			}
		})
	}
}

// alter changes a database as another program would.
func alter(t *testing.T, path, statements string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	must(t, err)
	must(t, execute(db, statements))
	must(t, db.Close())
}
