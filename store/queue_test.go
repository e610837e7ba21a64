package store

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

// withOutbox returns a store in which n events wait, and what Pending says of them.
func withOutbox(t *testing.T, n int) (*Store, []Delivery) {
	t.Helper()
	s := started(t, testConfig(t))
	for i := range n {
		s.Record(Occurrence{Group: group(i), Event: event(i, destination)})
	}
	return s, waiting(t, s, n)
}

// waiting returns the events that wait for the destination as soon as they are n.
func waiting(t *testing.T, s *Store, n int) (pending []Delivery) {
	t.Helper()
	eventually(t, fmt.Sprintf("%d wait", n), func() bool {
		pending, _ = s.Pending(t.Context(), destination, 0, 100)
		return len(pending) == n
	})
	return pending
}

// queue is that of the only destination.
func queue(t *testing.T, s *Store, f OutboxFilter) Queue {
	t.Helper()
	queues, err := s.Outbox(t.Context(), f)
	if err != nil || len(queues) != 1 || queues[0].Destination != destination {
		t.Fatalf("%+v, %v", queues, err)
	}
	return queues[0]
}

func TestTheOutboxTellsWhatBecameOfEveryAttempt(t *testing.T) {
	s, all := withOutbox(t, 4)
	before := time.Now().Add(-time.Millisecond)
	s.Failed(all[1].ID, "HTTP 503")
	committed(t, s)
	s.Failed(all[1].ID, "HTTP 502")
	s.Failed(all[1].ID, "HTTP 500: oops")
	s.Failed(all[2].ID, "HTTP 503")
	s.SetAside(all[2].ID, "HTTP 413: too large")
	s.Failed(all[3].ID, "HTTP 503")
	s.Delivered(all[3].ID)
	waiting(t, s, 2)

	q := queue(t, s, OutboxFilter{})
	if q.Waiting != 2 || q.SetAside != 1 || len(q.Events) != 3 {
		t.Fatalf("%+v", q)
	}
	for i, want := range []struct {
		state    DeliveryState
		attempts int
		reason   string
	}{{Waiting, 0, ""}, {Waiting, 3, "HTTP 500: oops"}, {SetAside, 2, "HTTP 413: too large"}} {
		e := q.Events[i]
		if e.ID != event(i, "").ID || e.IssueID != group(i).ID || e.Title != group(i).Title || !e.Time.Equal(all[i].Time) ||
			e.State != want.state || e.Attempts != want.attempts || e.Reason != want.reason {
			t.Errorf("event %d is %+v", i, e)
		}
		if tried := e.LastAttempt != nil; tried != (want.attempts > 0) || tried && (e.LastAttempt.Before(before) || e.LastAttempt.After(time.Now())) {
			t.Errorf("event %d was last tried at %v", i, e.LastAttempt)
		}
	}
}

func TestTheOutboxShowsWhatIsAskedFor(t *testing.T) {
	s, all := withOutbox(t, 4)
	const other = "https://sentry.example/0"
	s.Record(Occurrence{Group: group(9), Event: event(9, other)})
	s.SetAside(all[0].ID, "HTTP 400")
	s.SetAside(all[2].ID, "HTTP 400")
	waiting(t, s, 2)

	queues, err := s.Outbox(t.Context(), OutboxFilter{})
	if err != nil || len(queues) != 2 || queues[0].Destination != other || queues[0].Waiting != 1 {
		t.Fatalf("%+v, %v", queues, err)
	}
	for name, test := range map[string]struct {
		filter OutboxFilter
		want   []int
	}{
		"all of a destination":        {OutboxFilter{Destination: destination}, []int{0, 1, 2, 3}},
		"those that wait":             {OutboxFilter{Destination: destination, State: Waiting}, []int{1, 3}},
		"those that were set aside":   {OutboxFilter{Destination: destination, State: SetAside}, []int{0, 2}},
		"the oldest, up to the limit": {OutboxFilter{Destination: destination, Limit: 1}, []int{0}},
	} {
		t.Run(name, func(t *testing.T) {
			q := queue(t, s, test.filter)
			if q.Waiting != 2 || q.SetAside != 2 {
				t.Errorf("the counts follow the filter: %+v", q)
			}
			var got []string
			for _, e := range q.Events {
				got = append(got, e.ID)
			}
			if want := ids(test.want); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%v, want %v", got, want)
			}
			test.filter.Limit = 0
			if refs, err := s.Select(t.Context(), test.filter); err != nil || name != "the oldest, up to the limit" && len(refs) != len(test.want) {
				t.Errorf("selected %+v, %v", refs, err)
			}
		})
	}
}

func ids(numbers []int) (ids []string) {
	for _, n := range numbers {
		ids = append(ids, event(n, "").ID)
	}
	return ids
}

func TestEventsAreSelectedByTheirID(t *testing.T) {
	s := started(t, testConfig(t))
	for _, id := range []string{"aaaaaaaa00000000000000000000000f", "bbbbbbbb00000000000000000000000f"} {
		s.Record(Occurrence{Group: group(1), Event: &Event{ID: id, Payload: []byte("{}"), Destination: destination}})
	}
	all := waiting(t, s, 2)
	refs, err := s.SelectEvents(t.Context(), "bbbbbbbb", all[0].EventID)
	if err != nil || len(refs) != 2 || refs[0].ID != all[1].ID || refs[1] != (QueuedRef{all[0].ID, destination, Waiting, false}) {
		t.Errorf("%+v, %v", refs, err)
	}
	for _, id := range []string{"cccccccc", "bbbbbbb", "", all[0].EventID + "0"} {
		if refs, err := s.SelectEvents(t.Context(), all[0].EventID, id); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %+v, %v", id, refs, err)
		}
	}
}

func TestAnEventThatWasSetAsideCanWaitAgain(t *testing.T) {
	s, all := withOutbox(t, 2)
	s.SetAside(all[0].ID, "HTTP 413")
	waiting(t, s, 1)
	wake, cancel := s.Subscribe()
	defer cancel()

	s.Retry(all[0].ID)
	if left := waiting(t, s, 2); left[0].ID != all[0].ID {
		t.Errorf("%+v wait", left)
	}
	eventually(t, "wake", func() bool { return len(wake) == 1 })
	if e := queue(t, s, OutboxFilter{}).Events[0]; e.State != Waiting || e.Attempts != 1 || e.Reason != "HTTP 413" {
		t.Errorf("%+v", e)
	}
}

func TestAnEventThatIsDroppedIsKeptHere(t *testing.T) {
	s, all := withOutbox(t, 3)
	s.SetAside(all[0].ID, "HTTP 413")
	waiting(t, s, 2)
	s.Drop(all[0].ID)
	s.Drop(all[1].ID)
	waiting(t, s, 1)
	for i, want := range []DeliveryState{KeptHere, KeptHere, Waiting} {
		if e, err := s.Event(t.Context(), all[i].EventID); err != nil || e.State != want {
			t.Errorf("event %d: %+v, %v", i, e, err)
		}
	}
}

func TestWhatHasLeftTheOutboxDoesNotComeBack(t *testing.T) {
	for name, test := range map[string]struct {
		marks []func(*Store, int64)
		want  DeliveryState
	}{
		"delivered, then retried":    {[]func(*Store, int64){(*Store).Delivered, (*Store).Retry}, Delivered},
		"delivered, then dropped":    {[]func(*Store, int64){(*Store).Delivered, (*Store).Drop}, Delivered},
		"dropped, then delivered":    {[]func(*Store, int64){(*Store).Drop, (*Store).Delivered}, KeptHere},
		"retried, then dropped":      {[]func(*Store, int64){(*Store).Retry, (*Store).Drop}, KeptHere},
		"dropped, then retried":      {[]func(*Store, int64){(*Store).Drop, (*Store).Retry}, KeptHere},
		"delivered, then set aside":  {[]func(*Store, int64){(*Store).Delivered, refuse}, Delivered},
		"set aside, then retried":    {[]func(*Store, int64){refuse, (*Store).Retry}, Waiting},
		"retried, set aside, failed": {[]func(*Store, int64){(*Store).Retry, refuse, fail}, SetAside},
	} {
		for _, apart := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s in one commit %v", name, !apart), func(t *testing.T) {
				s, all := withOutbox(t, 1)
				for _, mark := range test.marks {
					mark(s, all[0].ID)
					if apart {
						committed(t, s)
					}
				}
				committed(t, s)
				if e, err := s.Event(t.Context(), all[0].EventID); err != nil || e.State != test.want {
					t.Errorf("%+v, %v", e, err)
				}
			})
		}
	}
}

func refuse(s *Store, id int64) { s.SetAside(id, "HTTP 400") }
func fail(s *Store, id int64)   { s.Failed(id, "HTTP 500") }

// committed waits until what was marked before is in the database.
func committed(t *testing.T, s *Store) {
	t.Helper()
	before := total(t, s)
	s.Record(Occurrence{Group: group(0)})
	eventually(t, "commit", func() bool { return total(t, s) == before+1 })
}

// A database of the first version knows of no attempts.
func TestAnOutboxOfTheFirstVersion(t *testing.T) {
	c := testConfig(t)
	old := New(c)
	old.migrations = old.migrations[:1]
	old.Start()
	old.Record(Occurrence{Group: group(1), Event: event(1, destination)})
	old.Record(Occurrence{Group: group(2), Event: event(2, destination)})
	eventually(t, "commit", func() bool { return total(t, old) == 2 })
	closed(t, old)
	alter(t, c.Path, "UPDATE outbox SET reason = 'HTTP 413' WHERE id = (SELECT min(id) FROM outbox)")

	s := started(t, c)
	all := waiting(t, s, 1)
	q := queue(t, s, OutboxFilter{})
	if e := q.Events[0]; e.State != SetAside || e.Attempts != 0 || e.LastAttempt != nil || e.Reason != "HTTP 413" {
		t.Errorf("%+v", e)
	}
	s.Failed(all[0].ID, "HTTP 503")
	committed(t, s)
	if e := queue(t, s, OutboxFilter{State: Waiting}).Events[0]; e.Attempts != 1 || e.Reason != "HTTP 503" {
		t.Errorf("%+v", e)
	}
}
