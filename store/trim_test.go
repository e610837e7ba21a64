package store

import (
	"bytes"
	"crypto/rand"
	"testing"
	"time"
)

// trimmed runs one pass with the given limits over the database of a store that is not started, and returns its metrics.
func trimmed(t *testing.T, d *database, c Config, now time.Time) *Store {
	t.Helper()
	s := New(c)
	tr := trimmer{database: d, limits: c.withDefaults(), metrics: s.metrics, now: now}
	must(t, tr.run(t.Context(), func() error { return nil }))
	return s
}

func opened(t *testing.T, c Config, batches ...*batch) *database {
	t.Helper()
	d, err := openDatabase(t.Context(), c.withDefaults(), loadMigrations(), "me")
	must(t, err)
	t.Cleanup(func() { must(t, d.close()) })
	for i, b := range batches {
		b.number = int64(i + 1)
		must(t, d.apply(t.Context(), "me", b))
	}
	return d
}

func (d *database) numberOf(t *testing.T, what string) (n int) {
	t.Helper()
	must(t, d.writer.QueryRow("SELECT count(*) FROM "+what).Scan(&n))
	return n
}

func TestWhatIsTooOldIsRemoved(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	b := newBatch(1)
	for i := range 1000 { // more than one transaction removes
		at := now.Add(-time.Hour)
		if i < 700 {
			at = now.Add(-49 * time.Hour)
		}
		b.count(group(i), at)
		e := *event(i, "")
		e.Time = at
		if i%2 == 0 {
			e.Destination = destination
		}
		b.add(e, group(i).ID)
	}
	b.count(group(0), now) // seen again, but its event is old
	b.marks[1] = mark{}
	c := testConfig(t)
	c.MaxAge = 48 * time.Hour
	told := make(map[string]int64)
	c.Removed = func(destination string, events int64) { told[destination] += events }
	d := opened(t, c, b)
	s := trimmed(t, d, c, now)
	if len(told) != 1 || told[destination] != 350 {
		t.Errorf("told of %v", told)
	}
	for what, want := range map[string]int{
		"events": 300, "issues": 301, "outbox": 150, "issues WHERE count = 2": 1,
		"pragma_foreign_key_check": 0,
	} {
		if n := d.numberOf(t, what); n != want {
			t.Errorf("%s: %d, want %d", what, n, want)
		}
	}
	for name, want := range map[string]float64{
		"django_store_removed_events_total": 700, "django_store_removed_groups_total": 699, "django_outbox_removed_events_total": 350,
	} {
		if n := value(t, s, name, `reason="age"`); n != want {
			t.Errorf("%s is %v, want %v", name, n, want)
		}
	}
}

func TestAGroupKeepsItsNewestEventsAndThoseInTheOutbox(t *testing.T) {
	b := newBatch(1)
	for i := range 600 {
		g := group(i % 2)
		b.count(g, time.Now())
		e := *event(i, "")
		if i < 10 {
			e.Destination = destination
		}
		e.Time = time.Now()
		b.add(e, g.ID)
	}
	c := testConfig(t)
	c.MaxEventsPerGroup = 5
	d := opened(t, c, b)
	s := trimmed(t, d, c, time.Now())
	if n := d.numberOf(t, "events"); n != 20 {
		t.Errorf("%d events, want 2 x 5 newest and 10 waiting", n)
	}
	if n := d.numberOf(t, "events WHERE id IN ('"+event(599, "").ID+"', '"+event(590, "").ID+"')"); n != 2 {
		t.Error("not the newest are kept")
	}
	if n := d.numberOf(t, "issues WHERE count = 300"); n != 2 {
		t.Error("counts have changed")
	}
	if n := value(t, s, "django_store_removed_events_total", `reason="group"`); n != 580 {
		t.Errorf("%v removals counted, want 580", n)
	}
}

func TestTheFilesStayUnderTheirSize(t *testing.T) {
	c := testConfig(t)
	c.MaxSize = 16 << 20
	s := New(c)
	s.Start()
	eventually(t, "open", func() bool { return s.Health() == nil })
	payload := bytes.Repeat([]byte{'x'}, 30_000)
	const events = 2000 // 60 MB
	var largest int64
	for i := range events {
		e := event(i, destination)
		e.Payload = payload
		s.Record(Occurrence{Group: group(i), Event: e})
		if i%10 == 9 { // within what may wait in memory
			eventually(t, "commit", func() bool { return s.memory.waitingEvents() < 20 })
			largest = max(largest, s.open.size())
		}
	}
	closed(t, s)
	if largest > c.MaxSize || largest < c.MaxSize/2 {
		t.Errorf("the files had up to %d bytes, may have %d", largest, c.MaxSize)
	}
	removed := value(t, s, "django_store_removed_events_total", `reason="size"`)
	reopened := started(t, c)
	eventually(t, "open", func() bool { return reopened.Health() == nil })
	pending, err := reopened.Pending(t.Context(), destination, 0, events)
	if err != nil || float64(len(pending))+removed != events || removed != value(t, s, "django_outbox_removed_events_total", `reason="size"`) {
		t.Errorf("%d waiting, %v removed, %v", len(pending), removed, err)
	}
	if pending[len(pending)-1].EventID != event(events-1, "").ID || pending[0].EventID != event(events-len(pending), "").ID {
		t.Error("not the oldest were removed")
	}
	if n := total(t, reopened); n != events {
		t.Errorf("counted %d, want %d", n, events)
	}
}

func TestGroupsGoWhenThereAreNoEventsLeftToRemove(t *testing.T) {
	b := newBatch(1)
	at := time.Now().Add(-time.Hour)
	for i := range 5000 {
		g := group(i)
		g.Title = rand.Text() + string(bytes.Repeat([]byte{'x'}, 500))
		b.count(g, at.Add(time.Duration(i)*time.Millisecond))
	}
	c := testConfig(t)
	d := opened(t, c, b)
	c.MaxSize = 2 << 20
	s := trimmed(t, d, c, time.Now())
	total, _, err := d.pages(t.Context())
	must(t, err)
	if total > c.pageBudget() || d.size() > c.MaxSize {
		t.Errorf("%d pages, %d bytes", total, d.size())
	}
	left := d.numberOf(t, "issues")
	if value(t, s, "django_store_removed_groups_total", `reason="size"`) != float64(5000-left) || left < 1000 {
		t.Errorf("%d groups left", left)
	}
	if d.numberOf(t, "issues WHERE id = '"+group(4999).ID+"'") != 1 {
		t.Error("the group seen last was removed")
	}
}

func TestAFileThatBecameTooLargeShrinks(t *testing.T) {
	c := testConfig(t)
	b := newBatch(1)
	b.count(group(1), time.Now())
	for i := range 300 {
		e := *event(i, "")
		e.Time, e.Payload = time.Now().Add(-time.Duration(300-i)*time.Hour), make([]byte, 50_000)
		b.add(e, group(1).ID)
	}
	d := opened(t, c, b)
	must(t, d.checkpoint(t.Context()))
	before := d.size()
	c.MaxAge = 30*time.Hour + time.Minute
	trimmed(t, d, c, time.Now())
	if after := d.size(); d.numberOf(t, "events") != 20 && after > before/4 {
		t.Errorf("%d bytes, then %d, with %d events left", before, after, d.numberOf(t, "events"))
	}
}

func TestLimitsChangeWhileTheStoreRuns(t *testing.T) {
	s := started(t, testConfig(t))
	record := func(from, to int) {
		for i := from; i < to; i++ {
			e := event(i, "")
			e.Payload = bytes.Repeat([]byte{'x'}, 30_000)
			s.Record(Occurrence{Group: group(i), Event: e})
		}
		eventually(t, "commit", func() bool { return s.memory.waitingEvents() == 0 && total(t, s) == int64(to) })
	}
	const limit = 2 << 20
	record(0, 200) // 6 MB
	if size := s.open.size(); size < limit {
		t.Fatalf("%d bytes before there was a limit", size)
	}
	s.SetLimits(0, limit)
	record(200, 201)
	eventually(t, "the database under its new limit", func() bool { return s.open.size() <= limit })
}
