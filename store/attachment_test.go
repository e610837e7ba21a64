package store

import (
	"database/sql"
	"testing"
)

func attached(n int, to string) *Event {
	e := event(n, to)
	e.Attachment = &Attachment{Name: "response.html", ContentType: "text/html", Data: []byte("<p>boom</p>")}
	return e
}

// attachments counts those in the file.
func attachments(t *testing.T, s *Store) (n int) {
	t.Helper()
	must(t, s.read(func(db *sql.DB) error { return db.QueryRow("SELECT count(*) FROM attachments").Scan(&n) }))
	return n
}

func TestAnAttachmentStaysUntilItsEventLeavesTheOutbox(t *testing.T) {
	s := started(t, testConfig(t))
	for i := range 4 {
		s.Record(Occurrence{Group: group(i), Event: attached(i, destination)})
	}
	s.Record(Occurrence{Group: group(4), Event: event(4, destination)})
	s.Record(Occurrence{Group: group(5), Event: attached(5, "")}) // goes nowhere
	must(t, s.Flush(t.Context()))
	all, err := s.Pending(t.Context(), destination, 0, 10)
	if err != nil || len(all) != 5 || attachments(t, s) != 4 {
		t.Fatalf("%d pending, %d attachments, %v", len(all), attachments(t, s), err)
	}
	if a := all[0].Attachment; a == nil || a.Name != "response.html" || a.ContentType != "text/html" || string(a.Data) != "<p>boom</p>" {
		t.Errorf("attachment %+v", a)
	}
	if all[4].Attachment != nil || all[0].Arrived {
		t.Errorf("deliveries %+v", all)
	}

	s.Arrived(all[0].ID)
	s.Failed(all[0].ID, "HTTP 503")
	s.Arrived(all[1].ID)
	s.Drop(all[1].ID)
	s.Drop(all[2].ID)
	s.Delivered(all[3].ID)
	must(t, s.Flush(t.Context()))
	left, err := s.Pending(t.Context(), destination, 0, 10)
	if err != nil || len(left) != 2 || !left[0].Arrived || left[0].Attachment == nil || left[1].Arrived || attachments(t, s) != 1 {
		t.Errorf("left are %+v and %d attachments, %v", left, attachments(t, s), err)
	}
	for i, want := range []DeliveryState{Waiting, Delivered, KeptHere, Delivered} {
		if e, err := s.Event(t.Context(), all[i].EventID); err != nil || e.State != want {
			t.Errorf("event %d is %s, want %s (%v)", i, e.State, want, err)
		}
	}
	refs, err := s.Select(t.Context(), OutboxFilter{})
	if err != nil || len(refs) != 2 || !refs[0].Arrived || refs[1].Arrived {
		t.Errorf("selected %+v, %v", refs, err)
	}
	if refs, err := s.SelectEvents(t.Context(), all[0].EventID); err != nil || !refs[0].Arrived {
		t.Errorf("selected %+v, %v", refs, err)
	}
}

func TestALimitRemovesAttachmentsAndTellsOfLostEventsOnly(t *testing.T) {
	c := testConfig(t)
	var lost int64
	c.Removed = func(_ string, n int64) { lost += n }
	s := New(c)
	s.Start()
	for i := range 2 {
		s.Record(Occurrence{Group: group(i), Event: attached(i, destination)})
	}
	must(t, s.Flush(t.Context()))
	all, _ := s.Pending(t.Context(), destination, 0, 10)
	s.Arrived(all[0].ID)
	must(t, s.Flush(t.Context()))
	closed(t, s)

	c.MaxAge = 1 // everything is too old
	s = started(t, c)
	eventually(t, "removal", func() bool {
		left, err := s.Pending(t.Context(), destination, 0, 10)
		return err == nil && len(left) == 0
	})
	if n := attachments(t, s); n != 0 {
		t.Errorf("%d attachments are left", n)
	}
	closed(t, s)
	if lost != 1 {
		t.Errorf("told of %d events, want the one that had not arrived", lost)
	}
}

func TestAttachmentsCountAsWhatWaitsInMemory(t *testing.T) {
	s := New(testConfig(t))
	e := attached(0, destination)
	e.Attachment.Data = make([]byte, maxBatchBytes)
	s.Record(Occurrence{Group: group(0), Event: e})
	if n := s.memory.waitingEvents(); n != 0 {
		t.Errorf("%d events wait beyond the limit", n)
	}
}
