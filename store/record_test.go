package store

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestCountsAreExactUnderConcurrency(t *testing.T) {
	s := New(testConfig(t))
	const goroutines, each, groups = 8, 2000, 7
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			for i := range each {
				if g == 0 && i == each/2 {
					s.Start() // what was recorded before is kept
				}
				o := Occurrence{Group: group(i % groups)}
				if i%100 == 0 {
					o.Event = event(g*each+i, "")
				}
				s.Record(o)
			}
		})
	}
	wg.Wait()
	closed(t, s)

	s = started(t, s.config)
	eventually(t, "open", func() bool { return s.Health() == nil })
	if n := total(t, s); n != goroutines*each {
		t.Errorf("counted %d, recorded %d", n, goroutines*each)
	}
	for i := range groups {
		issue, _, err := s.Issue(t.Context(), group(i).ID)
		want := int64(goroutines * (each / groups))
		if i < each%groups {
			want += goroutines
		}
		if err != nil || issue.Count != want {
			t.Errorf("group %d: count %d, want %d; %v", i, issue.Count, want, err)
		}
	}
}

func TestAGroupKeepsItsFirstNameTakesItsLastKindAndWidensItsTimes(t *testing.T) {
	s := started(t, testConfig(t))
	at := time.Date(2026, 11, 22, 10, 0, 0, 120_000_000, time.UTC)
	g := group(1)
	for i, offset := range []time.Duration{0, -time.Hour, time.Minute} {
		g.Title, g.Kind = fmt.Sprint("title ", i), fmt.Sprint("kind ", i)
		s.Record(Occurrence{Group: g, Time: at.Add(offset)})
		eventually(t, "commit", func() bool { return total(t, s) == int64(i+1) })
	}
	i, _, err := s.Issue(t.Context(), g.ID)
	if err != nil || i.Title != "title 0" || i.Kind != "kind 2" || !i.FirstSeen.Equal(at.Add(-time.Hour)) || !i.LastSeen.Equal(at.Add(time.Minute)) {
		t.Errorf("%+v, %v", i, err)
	}
}

func TestWhatDoesNotFitIntoMemoryIsCountedByReason(t *testing.T) {
	told := make(map[string]int64)
	s := New(Config{Path: "unused", Removed: func(destination string, events int64) { told[destination] += events }})
	payload := bytes.Repeat([]byte("x"), 1<<20)
	for i := range 10 {
		e := event(i, "")
		if i == 9 {
			e.Destination = destination
		}
		e.Payload = payload
		s.Record(Occurrence{Group: group(1), Event: e})
	}
	s.Record(Occurrence{Group: group(1), Event: &Event{Payload: payload}})
	s.Record(Occurrence{Group: group(1), Event: &Event{ID: "1"}})
	for i := range maxBatchGroups + 5 {
		s.Record(Occurrence{Group: Group{ID: fmt.Sprint("other ", i)}})
	}
	s.Record(Occurrence{Group: group(1)}) // a known group is still counted

	for series, want := range map[[2]string]float64{
		{"django_store_pending_events", ""}:                          7, // and their overhead: 8 MiB
		{"django_store_dropped_events_total", `reason="memory"`}:     3,
		{"django_store_dropped_events_total", `reason="invalid"`}:    2,
		{"django_store_uncounted_failures_total", `reason="groups"`}: 6,
		{"django_store_uncounted_failures_total", `reason="closed"`}: 0,
		{"django_store_dropped_events_total", `reason="groups"`}:     0,
	} {
		if got := value(t, s, series[0], series[1]); got != want {
			t.Errorf("%v is %v, want %v", series, got, want)
		}
	}
	if len(told) != 1 || told[destination] != 1 {
		t.Errorf("told of %v, want the one that was to be delivered", told)
	}
	if count := s.memory.next.tallies[group(1).ID].count; count != 13 {
		t.Errorf("group counted %d times, want 13", count)
	}
}

func TestRecordAfterCloseIsSafeAndCounted(t *testing.T) {
	s := New(testConfig(t))
	s.Start()
	closed(t, s)
	closed(t, s)
	s.Start()
	s.Record(Occurrence{Group: group(1), Event: event(1, destination)})
	s.Delivered(1)
	if value(t, s, "django_store_uncounted_failures_total", `reason="closed"`) != 1 ||
		value(t, s, "django_store_dropped_events_total", `reason="closed"`) != 1 {
		t.Error(exposition(t, s))
	}
}

func TestCloseWithoutStartSaysWhatIsLost(t *testing.T) {
	s := New(testConfig(t))
	s.Record(Occurrence{Group: group(1), Event: event(1, "")})
	s.Record(Occurrence{Group: group(1)})
	err := s.Close(context.Background())
	if err == nil || !strings.Contains(err.Error(), "2 failures and 1 events") {
		t.Error(err)
	}
	if value(t, s, "django_store_uncounted_failures_total", `reason="closed"`) != 2 {
		t.Error(exposition(t, s))
	}
}

func BenchmarkRecord(b *testing.B) {
	s := started(b, Config{Path: b.TempDir() + "/errors.db"})
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for o := (Occurrence{Group: group(1), Time: time.Now()}); pb.Next(); {
			s.Record(o)
		}
	})
}
