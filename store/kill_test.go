package store

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"testing"
	"time"
)

// The variables that make the test binary the process to be killed: where its database is, and the number of its first event.
const (
	helperPath  = "STORE_TEST_RECORD_INTO"
	helperFirst = "STORE_TEST_FIRST_EVENT"
)

// recordUntilKilled records numbered events and prints the number up to which they are committed.
func recordUntilKilled(path string) {
	s := New(Config{Path: path, CommitInterval: time.Millisecond, Logger: slog.New(slog.NewTextHandler(os.Stdout, nil))})
	s.Start()
	first, _ := strconv.Atoi(os.Getenv(helperFirst))
	for i := first; ; i++ {
		s.Record(Occurrence{Group: group(i % 10), Event: event(i, destination)})
		if i%100 != 99 {
			continue
		}
		for {
			if last, err := s.Event(context.Background(), event(i, "").ID); err == nil && last.State == Waiting {
				break
			}
			time.Sleep(time.Millisecond)
		}
		fmt.Println(i)
	}
}

func TestAKilledProcessLosesNothingThatWasCommitted(t *testing.T) {
	path := testConfig(t).Path
	const rounds, distance = 3, 1_000_000
	var committed [rounds]int // the last event each process reported
	for round := range rounds {
		committed[round] = reportedBeforeKill(t, path, round*distance)
	}

	s := started(t, Config{Path: path, CommitInterval: time.Millisecond})
	eventually(t, "open", func() bool { return s.Health() == nil })
	var check string
	if err := s.open.reader.QueryRow("PRAGMA integrity_check").Scan(&check); err != nil || check != "ok" {
		t.Errorf("integrity_check: %s %v", check, err)
	}
	pending, err := s.Pending(t.Context(), destination, 0, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	times := make(map[string]int)
	for _, d := range pending {
		times[d.EventID]++
	}
	for round, last := range committed {
		for i := round * distance; i <= last; i++ {
			if n := times[event(i, "").ID]; n != 1 {
				t.Errorf("event %d is there %d times", i, n)
			}
		}
	}
	// Every failure came with an event, so a batch that was applied in part or twice would show here.
	if n := total(t, s); n != int64(len(pending)) {
		t.Errorf("%d failures counted, %d events stored", n, len(pending))
	}
}

// reportedBeforeKill runs the helper process, kills it while it records, and returns the last event it said was committed.
func reportedBeforeKill(t *testing.T, path string, first int) (last int) {
	t.Helper()
	child := startHelper(t, path, helperFirst+"="+strconv.Itoa(first))
	for range 6 {
		child.next(t)
	}
	return child.kill()
}
