package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// helperSteps makes the process to be killed record 300 events for each line on its standard input, and not all the time.
const helperSteps = "STORE_TEST_STEPS"

// recordInSteps prints the number of the last event of each step when it is committed, and what the store logs.
func recordInSteps(path string) {
	s := New(Config{Path: path, CommitInterval: time.Millisecond, Logger: slog.New(slog.NewTextHandler(os.Stdout, nil))})
	s.Start()
	lines := bufio.NewScanner(os.Stdin)
	for first := 0; lines.Scan(); first += 300 {
		for i := range 300 {
			s.Record(Occurrence{Group: group(i % 10), Event: event(first+i, destination)})
		}
		for s.Flush(context.Background()) != nil {
			time.Sleep(time.Millisecond)
		}
		fmt.Println(first + 299)
	}
	select {} // until it is killed
}

type fault struct {
	name    string
	do      func(path string) error
	logged  string // what was found; empty: one of several
	keeps   string // pattern of a file that is kept
	damages bool   // SQLite may meet it before the store does
}

// outsideFaults are what people and programs do to the files of a running gateway.
var outsideFaults = []fault{
	{name: "the log is removed", do: func(path string) error { return os.Remove(path + "-wal") }, logged: "errors.db-wal was removed"},
	{name: "the index of the log is removed", do: func(path string) error { return os.Remove(path + "-shm") }, logged: "errors.db-shm was removed"},
	{name: "the log and its index are removed", do: func(path string) error { return removeAll(path+"-wal", path+"-shm") },
		logged: "errors.db-wal was removed, errors.db-shm was removed"},
	{name: "the database is removed", do: func(path string) error { return os.Remove(path) }, logged: "errors.db was removed"},
	{name: "all files are removed", do: func(path string) error { return removeAll(path, path+"-wal", path+"-shm", path+".lock") },
		logged: "errors.db was removed, errors.db-wal was removed, errors.db-shm was removed"},
	{name: "the directory is removed", do: func(path string) error { return os.RemoveAll(filepath.Dir(path)) },
		logged: "errors.db was removed, errors.db-wal was removed, errors.db-shm was removed"},
	{name: "the directory is moved", do: func(path string) error { return os.Rename(filepath.Dir(path), filepath.Dir(path)+".old") },
		logged: "errors.db was removed, errors.db-wal was removed, errors.db-shm was removed"},
	{name: "the database is moved", do: func(path string) error { return os.Rename(path, path+".1") }, logged: "errors.db was removed"},
	{name: "the log is replaced by a copy", do: func(path string) error { return copyOver(path+"-wal", path+"-wal") }, logged: "errors.db-wal was replaced"},
	{name: "the log is replaced by another file", do: func(path string) error { return writeOver(path+"-wal", strings.Repeat("x", 100)) },
		logged: "errors.db-wal was replaced"},
	{name: "the index of the log is replaced by a copy", do: func(path string) error { return copyOver(path+"-shm", path+"-shm") }, logged: "errors.db-shm was replaced"},
	{name: "the database is replaced by a copy", do: func(path string) error { return copyOver(path, path) }, logged: "errors.db was replaced", keeps: ".replaced-*Z"},
	{name: "the database is replaced by an empty file", do: func(path string) error { return writeOver(path, "") }, logged: "errors.db was replaced", keeps: ".replaced-*Z"},
	{name: "the log is emptied", do: func(path string) error { return os.Truncate(path+"-wal", 0) }, logged: "errors.db-wal was truncated", damages: true},
	{name: "the log is cut", do: func(path string) error { return os.Truncate(path+"-wal", 40_000) }, logged: "errors.db-wal was truncated", damages: true},
	{name: "the index of the log is emptied", do: func(path string) error { return os.Truncate(path+"-shm", 0) }, logged: "errors.db-shm was truncated", damages: true},
}

func removeAll(paths ...string) (err error) {
	for _, path := range paths {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}

func copyOver(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return writeOver(to, string(b))
}

// writeOver puts a new file in the place of another.
func writeOver(path, content string) error {
	return errors.Join(os.WriteFile(path+".new", []byte(content), 0o600), os.Rename(path+".new", path))
}

// Between two bursts of failures a file is gone; then the process is killed.
func TestAKilledProcessLosesNothingOfFilesThatWereGone(t *testing.T) {
	for _, f := range outsideFaults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			path := testConfig(t).Path
			child := startHelper(t, path, helperSteps+"=1")
			child.step(t)
			child.step(t)
			must(t, f.do(path))
			child.await(t, "its contents are written again")
			last := child.step(t)
			child.kill()
			if n := strings.Count(child.log.String(), "its contents are written again"); n != 1 || !strings.Contains(child.log.String(), `found="`+f.logged+`"`) {
				t.Errorf("logged %d times:\n%s", n, &child.log)
			}
			mustHoldAll(t, path, last)
			if f.keeps != "" {
				if kept, _ := filepath.Glob(path + f.keeps); len(kept) != 1 {
					t.Errorf("kept is %q", kept)
				}
			}
			if left, _ := filepath.Glob(path + ".restoring*"); len(left) != 0 {
				t.Errorf("left is %q", left)
			}
		})
	}
}

// The same while failures are written all the time.
func TestAKilledProcessLosesNothingOfFilesThatWereGoneUnderLoad(t *testing.T) {
	for _, f := range outsideFaults {
		if f.damages { // what is written into a hole at this moment is lost
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			path := testConfig(t).Path
			child := startHelper(t, path)
			for range 3 {
				child.next(t)
			}
			must(t, f.do(path))
			child.await(t, "its contents are written again")
			for range 3 {
				child.next(t)
			}
			last := child.kill()
			mustHoldAll(t, path, last)
		})
	}
}

// mustHoldAll fails the test unless the database holds the events from 0 to last once each, and counts as many failures as events.
func mustHoldAll(t *testing.T, path string, last int) {
	t.Helper()
	s := started(t, Config{Path: path, CommitInterval: time.Millisecond})
	eventually(t, "open", func() bool { return s.Health() == nil })
	pending, err := s.Pending(t.Context(), destination, 0, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	times := make(map[string]int)
	for _, d := range pending {
		times[d.EventID]++
	}
	missing := 0
	for i := range last + 1 {
		if times[event(i, "").ID] != 1 {
			missing++
		}
	}
	if missing > 0 {
		t.Errorf("%d of %d events are missing", missing, last+1)
	}
	if n := total(t, s); n != int64(len(pending)) {
		t.Errorf("%d failures counted, %d events stored", n, len(pending))
	}
	var check string
	if err := s.open.reader.QueryRow("PRAGMA integrity_check").Scan(&check); err != nil || check != "ok" {
		t.Errorf("integrity_check: %s %v", check, err)
	}
}

// helper is a process of this test binary that records into a store.
type helper struct {
	command *exec.Cmd
	input   io.Writer
	lines   *bufio.Scanner
	log     strings.Builder
	last    int // event that it said was committed
}

func startHelper(t *testing.T, path string, environment ...string) *helper {
	t.Helper()
	h := &helper{command: exec.Command(os.Args[0]), last: -1}
	h.command.Env = append(append(os.Environ(), helperPath+"="+path), environment...)
	var err error
	if h.input, err = h.command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := h.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	h.lines = bufio.NewScanner(out)
	must(t, h.command.Start())
	hung := time.AfterFunc(time.Minute, func() { h.command.Process.Kill() })
	t.Cleanup(func() { hung.Stop(); h.kill() })
	return h
}

// read returns false at the end of the output.
func (h *helper) read() (number, ok bool) {
	if !h.lines.Scan() {
		return false, false
	}
	n, err := strconv.Atoi(h.lines.Text())
	if err != nil {
		h.log.WriteString(h.lines.Text() + "\n")
		return false, true
	}
	h.last = n
	return true, true
}

// next waits for the next number.
func (h *helper) next(t *testing.T) {
	t.Helper()
	for {
		number, ok := h.read()
		if !ok {
			t.Fatalf("the process ended:\n%s", &h.log)
		}
		if number {
			return
		}
	}
}

// step has the process record 300 events more and returns the number of the last.
func (h *helper) step(t *testing.T) int {
	t.Helper()
	if _, err := io.WriteString(h.input, "\n"); err != nil {
		t.Fatal(err)
	}
	h.next(t)
	return h.last
}

// await reads until the process has logged a text.
func (h *helper) await(t *testing.T, text string) {
	t.Helper()
	for !strings.Contains(h.log.String(), text) {
		if _, ok := h.read(); !ok {
			t.Fatalf("the process ended:\n%s", &h.log)
		}
	}
}

// kill returns the last number, among them those that were written meanwhile.
func (h *helper) kill() int {
	h.command.Process.Kill()
	for {
		if _, ok := h.read(); !ok {
			break
		}
	}
	h.command.Wait()
	return h.last
}
