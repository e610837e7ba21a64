package store

import (
	"os"
	"strings"
	"sync/atomic"
)

// databaseSuffixes name the files of an open database: itself, its write-ahead log and the index of that.
var databaseSuffixes = [...]string{"", "-wal", "-shm"}

// The indices of databaseSuffixes.
const (
	databaseIndex = iota
	walIndex
	shmIndex
)

// watchedFile is a file as SQLite has it open, to be compared with what its path names by now.
type watchedFile struct {
	name   string // as in the log
	path   string
	opened os.FileInfo
	size   atomic.Int64 // after the last transaction
}

// change is what somebody else did to a file while it was open.
type change string

const (
	unchanged change = ""
	removed   change = "removed" // or moved
	replaced  change = "replaced"
	truncated change = "truncated"
)

// compare needs no open file: closing one would release the locks that SQLite holds on it (POSIX advisory locks).
func (f *watchedFile) compare() change {
	now, err := os.Stat(f.path)
	switch {
	case err != nil:
		return removed
	case !os.SameFile(now, f.opened):
		return replaced
	case now.Size() < f.size.Load():
		return truncated
	}
	return unchanged
}

// watchedFiles are those of one database, in the order of databaseSuffixes.
type watchedFiles [len(databaseSuffixes)]*watchedFile

// watch remembers the files of a database that has just been opened.
func watch(path, name string) (watchedFiles, error) {
	var files watchedFiles
	for i, suffix := range databaseSuffixes {
		info, err := os.Stat(path + suffix)
		if err != nil {
			return files, err
		}
		files[i] = &watchedFile{name: name + suffix, path: path + suffix, opened: info}
		files[i].size.Store(info.Size())
	}
	return files, nil
}

// note remembers the sizes after transactions. SQLite never shortens the index of the log, and the log itself to no less than
// logLimit, in bytes: what is shorter was truncated from outside in the meantime.
func (f *watchedFiles) note(logLimit int64) {
	for i, file := range f {
		now, err := os.Stat(file.path)
		if err != nil || !os.SameFile(now, file.opened) {
			continue
		}
		size, before := now.Size(), file.size.Load()
		if size < before && (i == shmIndex || i == walIndex && size < logLimit) {
			continue
		}
		file.size.Store(size)
	}
}

// changes are what happened to each file, in the order of databaseSuffixes.
type changes [len(databaseSuffixes)]change

func (f *watchedFiles) compare() (c changes) {
	for i, file := range f {
		c[i] = file.compare()
	}
	return c
}

func (c changes) none() bool { return c == changes{} }

// describe says what happened, such as "errors.db-wal was removed".
func (f *watchedFiles) describe(c changes) string {
	var all []string
	for i, file := range f {
		if c[i] != unchanged {
			all = append(all, file.name+" was "+string(c[i]))
		}
	}
	return strings.Join(all, ", ")
}
