package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

// mend looks for files of the open database that were removed, replaced or truncated from outside, and writes again what only
// the open connections still have: a kill would lose it. On an error the connections stay open, so that it can be tried
// again, unless they have nothing more to give.
func (w *writer) mend(ctx context.Context) error {
	if w.db == nil {
		return nil
	}
	found := w.db.files.compare()
	if found.none() {
		return nil
	}
	what := w.db.files.describe(found)
	if err := w.lock.take(w.config.Path); err != nil { // the place may be another gateway's by now
		return fmt.Errorf("%s: %w", what, err)
	}
	left := found
	if found[shmIndex] == truncated {
		// Without its pages in the file, memory that SQLite shares faults. SQLite makes its content anew from the log.
		if err := os.Truncate(w.db.files[shmIndex].path, w.db.files[shmIndex].size.Load()); err != nil {
			return fmt.Errorf("%s; extending it: %w", what, err)
		}
		left[shmIndex] = unchanged
	}
	var aside string
	var err error
	switch {
	case left.none():
	case left[databaseIndex] != unchanged, left[walIndex] == truncated:
		aside, err = w.rebuild(ctx, left)
	default:
		err = w.carryOver(ctx)
	}
	if err != nil {
		return fmt.Errorf("%s; writing its contents again: %w", what, err)
	}
	attributes := []any{"found", what, "path", w.config.Path}
	if aside != "" {
		attributes = append(attributes, "other_file_kept_as", aside)
	}
	w.metrics.restored.Inc()
	w.config.Logger.Warn("error store was changed from outside while it was open; its contents are written again: "+
		"stop the gateway before you move, remove or replace its files", attributes...)
	return w.openDatabase(ctx)
}

// carryOver writes what is in the open log into the database, whose file is sound, and closes it. The next opening makes
// a new log.
func (w *writer) carryOver(ctx context.Context) error {
	// A log that somebody has put there would be applied at the next opening, on top of what is newer.
	for _, i := range []int{walIndex, shmIndex} {
		if w.db.files[i].compare() == replaced {
			if err := os.Remove(w.db.files[i].path); err != nil {
				return err
			}
		}
	}
	if err := w.checkpointAlone(ctx); err != nil {
		return err
	}
	path := w.db.path
	w.closeDatabase()
	return removeLog(path)
}

// checkpointAlone empties the log while nobody reads.
func (w *writer) checkpointAlone(ctx context.Context) error {
	w.opening.Lock()
	defer w.opening.Unlock()
	var busy, length, done int
	err := w.db.writer.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &length, &done)
	if err == nil && busy != 0 {
		err = errors.New("another process is reading the database")
	}
	return err
}

// rebuild writes a new database from what the open connections see, puts it in the place of the old one, and closes that.
// If somebody has put another file there, rebuild keeps it and returns its new name.
func (w *writer) rebuild(ctx context.Context, found changes) (aside string, err error) {
	path := w.db.path
	copied := path + ".restoring"
	if err := w.copyTo(ctx, copied); err != nil {
		_ = os.Remove(copied)
		if found.lostForGood(err) {
			w.closeDatabase() // and see what is left in the files
		}
		return "", err
	}
	if found[databaseIndex] == replaced {
		aside = path + ".replaced-" + time.Now().UTC().Format("20060102T150405.000Z")
		if err := os.Link(path, aside); err != nil {
			return "", err
		}
	}
	// A log beside the new database would be applied to it. Its contents are in the copy, or it is somebody else's.
	if err := removeLog(path); err != nil {
		return aside, err
	}
	if err := os.Rename(copied, path); err != nil {
		return aside, err
	}
	w.closeDatabase() // of which no file has a name any more
	return aside, nil
}

// lostForGood tells whether a failed copy says that the open connections do not have the contents either.
func (c changes) lostForGood(err error) bool {
	return isCorrupt(err) || c[databaseIndex] != removed && c[databaseIndex] != replaced && resultCode(err) == sqlite3.SQLITE_IOERR
}

// copyTo writes the database as the connections see it to a new file, and the file to the disk.
func (w *writer) copyTo(ctx context.Context, path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // left by a process that was killed
	}
	if err := createFile(path); err != nil {
		return err
	}
	if _, err := w.db.writer.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// removeLog removes what is left of a log whose contents are in the database.
func removeLog(path string) error {
	for _, suffix := range databaseSuffixes[walIndex:] {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
