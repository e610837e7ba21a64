package store

import (
	"fmt"
	"testing"
)

func TestAnEventLeavesTheOutboxOnceItIsSettled(t *testing.T) {
	s := started(t, testConfig(t))
	const other = "https://sentry.example/2"
	for i := range 6 {
		to := destination
		if i == 5 {
			to = other
		}
		s.Record(Occurrence{Group: group(i), Event: event(i, to)})
	}
	s.Record(Occurrence{Group: group(0), Event: event(6, "")})
	eventually(t, "commit", func() bool { return total(t, s) == 7 })

	all, err := s.Pending(t.Context(), destination, 0, 100)
	if err != nil || len(all) != 5 {
		t.Fatalf("%+v, %v", all, err)
	}
	for i, d := range all {
		if d.EventID != event(i, "").ID || string(d.Payload) != fmt.Sprintf(`{"n":%d}`, i) || d.Time.IsZero() || i > 0 && d.ID <= all[i-1].ID {
			t.Errorf("delivery %d is %+v", i, d)
		}
	}
	page, _ := s.Pending(t.Context(), destination, all[1].ID, 2)
	if len(page) != 2 || page[0].ID != all[2].ID {
		t.Errorf("second page is %+v", page)
	}

	s.Delivered(all[0].ID)
	s.SetAside(all[1].ID, "HTTP 400: no project")
	eventually(t, "marks", func() bool {
		left, err := s.Pending(t.Context(), destination, 0, 100)
		return err == nil && len(left) == 3 && left[0].ID == all[2].ID
	})
	for i, want := range []struct {
		state  DeliveryState
		reason string
	}{{Delivered, ""}, {SetAside, "HTTP 400: no project"}, {Waiting, ""}} {
		e, err := s.Event(t.Context(), all[i].EventID)
		if err != nil || e.State != want.state || e.Reason != want.reason || e.Destination != destination {
			t.Errorf("%+v, %v", e, err)
		}
	}
	if left, _ := s.Pending(t.Context(), other, 0, 100); len(left) != 1 {
		t.Errorf("the other destination has %+v", left)
	}
}

func TestEverySubscriberIsWokenByNewDeliveriesAlone(t *testing.T) {
	s := started(t, testConfig(t))
	eventually(t, "open", func() bool { return s.Health() == nil })
	one, cancelOne := s.Subscribe()
	two, cancelTwo := s.Subscribe()
	defer cancelOne()

	s.Record(Occurrence{Group: group(1), Event: event(1, "")})
	eventually(t, "commit", func() bool { return total(t, s) == 1 })
	if len(one)+len(two) != 0 {
		t.Error("woken by an event that has no destination")
	}
	for i := range 3 {
		s.Record(Occurrence{Group: group(1), Event: event(10+i, destination)})
	}
	<-one
	<-two
	cancelTwo()
	s.Record(Occurrence{Group: group(1), Event: event(20, destination)})
	eventually(t, "delivery", func() bool {
		pending, _ := s.Pending(t.Context(), destination, 0, 10)
		return len(pending) == 4
	})
	<-one
	if len(two) != 0 {
		t.Error("woken after the subscription ended")
	}
}

func TestSubscribersAreWokenWhenTheDatabaseIsOpened(t *testing.T) {
	s := New(testConfig(t))
	wake, cancel := s.Subscribe()
	defer cancel()
	s.Start()
	<-wake
	closed(t, s)
}
