package delivery

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caddy-django/gateway/store"
)

// reported are the client reports that arrived, without their times.
func (b *bench) reported() (reports []string) {
	for _, h := range b.receiver.arrived() {
		if h.report != "" {
			_, discarded, _ := strings.Cut(h.report, `,"discarded_events":`)
			reports = append(reports, strings.TrimSuffix(discarded, "}"))
		}
	}
	return reports
}

func (b *bench) mustHaveReported(want ...string) {
	b.t.Helper()
	if got := b.reported(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		b.t.Errorf("reported\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTheNextEnvelopeTellsWhatWasNotSent(t *testing.T) {
	onFakeClock(t, following(), func(t *testing.T, b *bench) {
		name := b.shop.Name()
		b.sender.Discarded(name, "sample_rate", CategoryError, 3)
		b.sender.Discarded(name, "before_send", CategoryError, 1)
		b.sender.Discarded(name, "sample_rate", CategoryError, 4)
		b.sender.Discarded(name, "sample_rate", "transaction", 1)
		b.sender.Discarded("https://sentry.example/2", "before_send", CategoryError, 9)
		b.sender.Start()
		b.outbox.add(name, 1)
		synctest.Wait()
		if got, want := b.receiver.arrived()[0].report, `{"timestamp":"2000-01-01T00:00:00.000Z",`; !strings.HasPrefix(got, want) {
			t.Errorf("reported %s, want %s…", got, want)
		}
		b.outbox.add(name, 2)
		synctest.Wait()
		b.mustHaveReported(`[{"reason":"before_send","category":"error","quantity":1},{"reason":"sample_rate","category":"error","quantity":7},{"reason":"sample_rate","category":"transaction","quantity":1}]`)
	})
}

func TestWhatWasNotHeardIsToldAgain(t *testing.T) {
	onFakeClock(t, following(reset, status(503, ""), status(429, "", "Retry-After", "5"), status(413, "")), func(t *testing.T, b *bench) {
		b.sender.Discarded(b.shop.Name(), "before_send", CategoryError, 2)
		b.outbox.add(b.shop.Name(), 1)
		b.sender.Start()
		settle(time.Hour)
		b.outbox.add(b.shop.Name(), 1) // the first was refused
		synctest.Wait()
		b.outbox.add(b.shop.Name(), 1)
		synctest.Wait()
		first := `[{"reason":"before_send","category":"error","quantity":2}]`
		b.mustHaveReported(first, first, first, first,
			`[{"reason":"before_send","category":"error","quantity":2},{"reason":"send_error","category":"error","quantity":1}]`)
	})
}

func TestWhatIsDroppedIsReportedOnce(t *testing.T) {
	onFakeClock(t, following(status(413, "")), func(t *testing.T, b *bench) {
		b.outbox.add(b.shop.Name(), 1)
		b.sender.Start()
		synctest.Wait()
		b.sender.Drop(b.ref(1, store.SetAside)) // reported when it was refused
		b.sender.Drop(b.ref(7, store.Waiting))
		b.outbox.add(b.shop.Name(), 1)
		synctest.Wait()
		b.mustHaveReported(`[{"reason":"send_error","category":"error","quantity":2}]`)
	})
}

func TestNothingDiscardedByManyIsForgotten(t *testing.T) {
	r := newReports()
	var callers sync.WaitGroup
	var told int64
	for range 8 {
		callers.Go(func() {
			for range 100 {
				r.add("a", map[discard]int64{{"sample_rate", CategoryError}: 1})
			}
		})
	}
	callers.Go(func() {
		for range 50 {
			for _, n := range r.take("a") {
				told += n
			}
		}
	})
	callers.Wait()
	for _, n := range r.take("a") {
		told += n
	}
	if told != 800 {
		t.Errorf("told of %d, want 800", told)
	}
}
