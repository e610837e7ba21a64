package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// ErrInUse is wrapped by the error that says which other process has the database.
var ErrInUse = errors.New("the error store is in use by another gateway")

// errLocked is what the platform's lockFile returns when another process, or another lock of this one, has the file.
var errLocked = errors.New("locked")

const (
	// lockGrace is how long Acquire waits for a gateway that may just be ending, leavingGrace for one that says it is.
	lockGrace    = 2 * time.Second
	leavingGrace = 15 * time.Second
	lockRetry    = 50 * time.Millisecond

	maxLockNote = 512 // bytes
	leavingNote = "leaving"
)

// lock keeps a second gateway from the database: two would deliver each event twice. It is a lock of the operating system on
// the file <path>.lock, which ends with the process however that ends. What is written in the file is only for messages.
type lock struct {
	mu   sync.Mutex
	path string      // of the file
	file *os.File    // nil: not held
	info os.FileInfo // to notice that the path names another file by now
	none bool        // the file system has no locks
}

// take locks the file, unless it is held and still there. Its error wraps ErrInUse if somebody else has it.
func (l *lock) take(database string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.none {
		return nil
	}
	if l.file != nil {
		if now, err := os.Stat(l.path); err == nil && os.SameFile(now, l.info) {
			return nil
		}
	}
	path := resolved(database) + ".lock"
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fmt.Errorf("making the database's directory: %w", err)
	}
	file, err := lockFile(path)
	switch {
	case errors.Is(err, errLocked):
		return fmt.Errorf("%w: %s; stop that one, or set another path with store in the global option django", ErrInUse, describeHolder(database, path))
	case errors.Is(err, errors.ErrUnsupported):
		l.none = true
		return nil
	case err != nil:
		return fmt.Errorf("locking %s: %w", path, err)
	}
	info, err := file.Stat()
	if err != nil {
		return errors.Join(err, file.Close())
	}
	l.drop()
	l.path, l.file, l.info = path, file, info
	l.note("")
	return nil
}

// note writes who has the lock. A disk that is full leaves the note empty, and the lock as good.
func (l *lock) note(state string) {
	host, _ := os.Hostname()
	_ = l.file.Truncate(0)
	_, _ = l.file.WriteAt([]byte(strings.TrimSpace(fmt.Sprintf("%d %s %s", os.Getpid(), host, state))+"\n"), 0)
}

// leave says in the file that this process is ending: the next one then waits for it.
func (l *lock) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil {
		l.note(leavingNote)
	}
}

// release gives the lock back. The file stays: somebody may have opened it already, and would then lock one without a name.
func (l *lock) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drop()
}

func (l *lock) drop() {
	if l.file != nil {
		_ = l.file.Close()
		l.file = nil
	}
}

// describeHolder says who has locked a database, such as "process 4711 has /var/lib/gateway/errors.db open".
func describeHolder(database, path string) string {
	pid, host, _ := readHolder(path)
	if pid == 0 {
		return "another process has " + database + " open"
	}
	who := "process " + strconv.Itoa(pid)
	// A container has process numbers of its own, and mostly a host name of its own.
	if own, _ := os.Hostname(); host != own && host != "" {
		who += " on host " + host
	}
	return who + " has " + database + " open"
}

// readHolder reads what note has written; pid is 0 if there is nothing to be read.
func readHolder(path string) (pid int, host string, leaving bool) {
	file, err := os.Open(path)
	if err != nil {
		return 0, "", false
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxLockNote))
	if err != nil {
		return 0, "", false
	}
	words := strings.Fields(strings.ToValidUTF8(string(text), ""))
	if len(words) == 0 {
		return 0, "", false
	}
	if pid, err = strconv.Atoi(words[0]); err != nil || pid < 0 {
		return 0, "", false
	}
	if len(words) > 1 && words[1] != leavingNote {
		host = words[1]
	}
	return pid, host, words[len(words)-1] == leavingNote
}

// Acquire makes sure that no other process has the database, before Start. For one that is ending it waits: 15 s if that
// says so, else 2 s. The error wraps [ErrInUse] and names the other process. A disk on which no lock can be made is not an
// error: the store tries again, as for any other fault of a disk.
func (s *Store) Acquire(ctx context.Context) error {
	began := time.Now()
	for {
		err := s.lock.take(s.config.Path)
		if !errors.Is(err, ErrInUse) {
			return nil
		}
		patience := lockGrace
		if _, _, leaving := readHolder(resolved(s.config.Path) + ".lock"); leaving {
			patience = leavingGrace
		}
		if time.Since(began) >= patience {
			return err
		}
		select {
		case <-time.After(lockRetry):
		case <-ctx.Done():
			return err
		}
	}
}

// Leave tells a process that waits for the database that this one is ending. The database stays in use until Close.
func (s *Store) Leave() { s.lock.leave() }

// resolved is an absolute path without symbolic links, which SQLite follows before it names the files beside a database.
func resolved(path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if real, err := filepath.EvalSymlinks(absolute); err == nil {
		return real
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(absolute)); err == nil { // the file is not there yet
		return filepath.Join(dir, filepath.Base(absolute))
	}
	return absolute
}
