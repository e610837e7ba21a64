package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestASecondProcessIsRefusedWithThePidOfTheFirst(t *testing.T) {
	path := testConfig(t).Path
	child := startHelper(t, path, helperSteps+"=1")
	child.step(t)
	c, book := logged(Config{Path: path, CommitInterval: time.Millisecond})
	second := New(c)
	err := second.Acquire(t.Context())
	want := fmt.Sprintf("process %d has %s open; stop that one, or set another path with store", child.command.Process.Pid, path)
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want …%s…", err, want)
	}

	// Started all the same, it neither reads nor writes until the first is gone, and loses nothing.
	second.Start()
	defer closed(t, second)
	second.Record(Occurrence{Group: group(1), Event: event(1_000_000, destination)})
	eventually(t, "unavailable", func() bool { return book.count(want) > 0 })
	if _, err := second.Pending(t.Context(), destination, 0, 10); !errors.Is(err, ErrUnavailable) {
		t.Errorf("Pending: %v", err)
	}
	last := child.step(t)
	child.kill() // which leaves no lock behind
	eventually(t, "the store of the second", func() bool { return second.Health() == nil && total(t, second) == int64(last)+2 })
	if n := book.count("is unavailable"); n != 1 {
		t.Errorf("logged %d times: %s", n, &book.b)
	}
}

func TestAcquireInWhateverWayThePathIsWritten(t *testing.T) {
	c := testConfig(t)
	first := started(t, c)
	must(t, first.Acquire(t.Context()))
	must(t, first.Acquire(t.Context())) // again, by the next configuration of the same process
	eventually(t, "open", func() bool { return first.Health() == nil })
	dir := t.TempDir()
	must(t, os.Symlink(filepath.Dir(c.Path), dir+"/data"))
	must(t, os.Symlink(c.Path, dir+"/other.db"))
	for _, path := range []string{c.Path, filepath.Dir(c.Path) + "/./errors.db", dir + "/data/errors.db", dir + "/other.db"} {
		var l lock
		if err := l.take(path); !errors.Is(err, ErrInUse) {
			t.Errorf("%s: %v", path, err)
		}
	}
	var l lock
	if err := l.take(c.Path + ".db"); err != nil {
		t.Errorf("another database: %v", err)
	}
	l.release()
}

func TestAcquireWaitsForOneThatIsEnding(t *testing.T) {
	c := testConfig(t)
	for _, leaving := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			first, second := New(c), New(c)
			must(t, first.Acquire(t.Context()))
			began, want := time.Now(), lockGrace
			if leaving {
				first.Leave()
				want = leavingGrace
			}
			if err := second.Acquire(t.Context()); !errors.Is(err, ErrInUse) {
				t.Errorf("leaving %v: %v", leaving, err)
			}
			if took := time.Since(began); took < want || took > want+lockRetry {
				t.Errorf("leaving %v: refused after %v, want %v", leaving, took, want)
			}
			time.AfterFunc(want/2, func() { _ = first.Close(t.Context()) })
			if err := second.Acquire(t.Context()); err != nil {
				t.Errorf("leaving %v, and gone before the time is over: %v", leaving, err)
			}
			_ = second.Close(t.Context())
		})
	}
}

func TestTheHolderOfALockIsReadFromWhateverIsInTheFile(t *testing.T) {
	own, _ := os.Hostname()
	for _, c := range []struct {
		name, text, want string
		leaving          bool
	}{
		{"a process of this host", "4711 " + own + "\n", "process 4711 has x.db open", false},
		{"a process of another", "1 web-7f9\n", "process 1 on host web-7f9 has x.db open", false},
		{"one that is ending", "4711 " + own + " leaving\n", "process 4711 has x.db open", true},
		{"one that is ending on a host without a name", "4711 leaving\n", "process 4711 has x.db open", true},
		{"nothing yet", "", "another process has x.db open", false},
		{"something else", "\xff\x00garbage", "another process has x.db open", false},
		{"far too much", strings.Repeat("9", 10_000), "another process has x.db open", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "lock")
			must(t, os.WriteFile(path, []byte(c.text), 0o600))
			if got := describeHolder("x.db", path); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			if _, _, leaving := readHolder(path); leaving != c.leaving {
				t.Errorf("leaving: %v", leaving)
			}
		})
	}
	if got := describeHolder("x.db", t.TempDir()+"/none"); got != "another process has x.db open" {
		t.Errorf("without a file: %q", got)
	}
}

// A disk on which there can be no lock is a fault like any other: the store tries again.
func TestADirectoryThatCannotBeMadeDoesNotRefuseTheStart(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(dir+"/file", nil, 0o600))
	if err := New(Config{Path: dir + "/file/errors.db"}).Acquire(t.Context()); err != nil {
		t.Error(err)
	}
}
