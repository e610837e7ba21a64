package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// resultCode is SQLite's primary result code of an error, 0 for any other error (https://www.sqlite.org/rescode.html).
func resultCode(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() & 0xff
	}
	return 0
}

func isCorrupt(err error) bool {
	code := resultCode(err)
	return code == sqlite3.SQLITE_CORRUPT || code == sqlite3.SQLITE_NOTADB
}

// needsReopening tells whether the connections should be made anew before the next attempt. When the disk is full or the file is
// locked they are sound, and a full disk might not allow to open the file again: reads and deliveries go on instead.
func needsReopening(err error) bool {
	code := resultCode(err)
	return code != sqlite3.SQLITE_FULL && code != sqlite3.SQLITE_BUSY
}

// setAsideFile renames a corrupt database with its log and returns the new name. The log comes first: should the process end
// in between, the next start finds the corrupt file again, not somebody else's log beside a new one.
func setAsideFile(path string, now time.Time) (string, error) {
	aside := path + ".corrupt-" + now.UTC().Format("20060102T150405.000Z")
	for _, suffix := range []string{"-wal", "-shm", ""} {
		err := os.Rename(path+suffix, aside+suffix)
		if err != nil && (suffix == "" || !errors.Is(err, fs.ErrNotExist)) {
			// Without the new name, which is another one at each attempt: the same failure is logged once.
			if e, ok := errors.AsType[*os.LinkError](err); ok {
				err = e.Err
			}
			return "", err
		}
	}
	return aside, nil
}

// guarded turns a panic into an error, also one from a fault in memory that SQLite shares with other processes (its -shm
// file): a damaged file costs telemetry, not the gateway.
func guarded(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("sqlite panicked: %v", p)
		}
	}()
	return f()
}
