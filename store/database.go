package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// database is one open file: a single connection that writes, and a pool that can only read.
type database struct {
	path  string
	files watchedFiles
	// logLimit is the length that SQLite cuts the log back to when it starts over, in bytes.
	logLimit int64
	writer   *sql.DB
	reader   *sql.DB
}

// openDatabase makes the file when it is missing, brings its schema up to date, and proves that it can be written to by
// entering the writer.
func openDatabase(ctx context.Context, c Config, migrations []string, writerID string) (_ *database, err error) {
	path := resolved(c.Path)
	if err := createFile(path); err != nil {
		return nil, err
	}
	d := &database{path: path, logLimit: c.checkpointPages() * pageSize}
	defer func() {
		if err != nil {
			d.close()
		}
	}()

	// Looked at through a connection that cannot write, before WAL mode would touch a file that is not ours.
	if d.reader, err = connect(path, readers, url.Values{"mode": {"ro"}, "_busy_timeout": {"1000"}, "_query_only": {"1"}}); err != nil {
		return nil, err
	}
	if err = checkOwnership(ctx, d.reader, len(migrations)); err != nil {
		return nil, err
	}
	d.writer, err = connect(path, 1, url.Values{
		"_txlock":       {"immediate"},
		"_busy_timeout": {"1000"},
		"_auto_vacuum":  {"INCREMENTAL"},
		"_journal_mode": {"WAL"},
		"_synchronous":  {"NORMAL"},
		"_foreign_keys": {"1"},
		"_pragma": {
			// What is in the log is in memory, too, should somebody truncate the file.
			"cache_size(" + strconv.FormatInt(2*max(1000, c.checkpointPages()), 10) + ")",
			"page_size(" + strconv.Itoa(pageSize) + ")",
			"wal_autocheckpoint(" + strconv.FormatInt(c.checkpointPages(), 10) + ")",
			"journal_size_limit(" + strconv.FormatInt(d.logLimit, 10) + ")",
		},
	})
	if err != nil {
		return nil, err
	}
	if err = migrate(ctx, d.writer, migrations); err != nil {
		return nil, err
	}
	if err = d.enter(ctx, writerID, time.Now()); err != nil {
		return nil, fmt.Errorf("writing to the database: %w", err)
	}
	if err = d.openReaders(ctx); err != nil {
		return nil, fmt.Errorf("reading the database: %w", err)
	}
	if d.files, err = watch(path, filepath.Base(path)); err != nil {
		return nil, err
	}
	return d, nil
}

// readers is how many reads go on at the same time.
const readers = 4

// openReaders makes all connections for reading now. One that is made after the log was removed would take a new, empty
// file for it, and find the database corrupt.
func (d *database) openReaders(ctx context.Context) error {
	for range readers {
		c, err := d.reader.Conn(ctx)
		if err != nil {
			return err
		}
		defer c.Close() // which keeps it in the pool
		if err := drain(c.QueryContext(ctx, "SELECT 1 FROM sqlite_schema LIMIT 1")); err != nil {
			return err
		}
	}
	return nil
}

// createFile makes an empty file that only its owner can read; SQLite gives its log the same mode. An existing file is
// not opened: closing it again would release the locks that other connections of this process hold (POSIX advisory locks).
func createFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fmt.Errorf("making the database's directory: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("making the database file: %w", err)
	}
	return f.Close()
}

func connect(path string, connections int, parameters url.Values) (*sql.DB, error) {
	name := url.URL{Scheme: "file", Path: path, RawQuery: parameters.Encode()}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, fmt.Errorf("opening database: %w", err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// enter registers the writer whose batches will be numbered, and forgets those that are long gone.
func (d *database) enter(ctx context.Context, writerID string, now time.Time) error {
	_, err := d.writer.ExecContext(ctx, "DELETE FROM writers WHERE committed_at < ? AND id <> ?",
		now.Add(-24*time.Hour).UnixMilli(), writerID)
	if err != nil {
		return err
	}
	_, err = d.writer.ExecContext(ctx, "INSERT INTO writers (id, batch, committed_at) VALUES (?, 0, ?) ON CONFLICT (id) DO NOTHING",
		writerID, now.UnixMilli())
	return err
}

// close ends all connections. The last one carries the log over into the database and removes it.
func (d *database) close() error {
	var errs []error
	for _, db := range []*sql.DB{d.reader, d.writer} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// size is the length of the database and its log, in bytes.
func (d *database) size() int64 {
	var total int64
	for _, suffix := range databaseSuffixes {
		if file, err := os.Stat(d.path + suffix); err == nil {
			total += file.Size()
		}
	}
	return total
}
