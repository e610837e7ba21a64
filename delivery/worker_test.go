package delivery

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestEventsArriveOnceOldestFirst(t *testing.T) {
	onFakeClock(t, following(), func(t *testing.T, b *bench) {
		b.receiver.always = func(string) http.HandlerFunc { return slow(100 * time.Millisecond) }
		b.outbox.add(b.shop.Name(), 20)
		b.sender.Start()
		settle(5 * time.Second)

		b.receiver.mustHaveTaken(20)
		if b.receiver.most != parallel {
			t.Errorf("%d requests at the same time, want %d", b.receiver.most, parallel)
		}
		hits := b.receiver.arrived()
		for i := 0; i < len(hits); i += parallel {
			var together []string
			for _, h := range hits[i : i+parallel] {
				together = append(together, h.eventID)
			}
			slices.Sort(together)
			if together[0] != eventID(int64(i+1)) || together[parallel-1] != eventID(int64(i+parallel)) {
				t.Errorf("requests %d to %d brought %v", i+1, i+parallel, together)
			}
		}

		b.outbox.add(b.shop.Name(), 1)
		synctest.Wait()
		settle(time.Second)
		b.receiver.mustHaveTaken(21)
		if left := b.outbox.left(); len(left) > 0 {
			t.Errorf("left in the outbox: %v", left)
		}
		if log := b.log.String(); log != "" {
			t.Errorf("nothing happened, but the log says %s", log)
		}
	})
}

func TestWhatIsRefusedIsSetAsideAndHoldsUpNothing(t *testing.T) {
	tests := []struct {
		name   string
		answer http.HandlerFunc
		reason string
	}{
		{"400", status(400, `{"detail":"bad envelope"}`), `HTTP 400: {"detail":"bad envelope"}`},
		{"400 with Sentry's explanation", status(400, "<html>", "X-Sentry-Error", "ProjectId"), "HTTP 400: ProjectId"},
		{"405", status(405, "no such method"), "HTTP 405: no such method"},
		{"413", status(413, "too large"), "HTTP 413: too large"},
		{"302, which is not followed", status(302, "", "Location", "/elsewhere"), "HTTP 302"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			onFakeClock(t, following(), func(t *testing.T, b *bench) {
				poison := eventID(2)
				b.receiver.always = func(id string) http.HandlerFunc {
					if id == poison {
						return tt.answer
					}
					return nil
				}
				b.outbox.add(b.shop.Name(), 6)
				b.sender.Start()
				synctest.Wait()

				if got := len(b.receiver.arrived()); got != 6 {
					t.Errorf("%d requests, want 6", got)
				}
				if reasons := b.outbox.reasons(); len(reasons) != 1 || reasons[poison] != tt.reason {
					t.Errorf("set aside: %v, want the second because of %q", reasons, tt.reason)
				}
				if len(b.outbox.left()) != 0 || len(b.outbox.delivered) != 5 {
					t.Errorf("delivered %d, left %v", len(b.outbox.delivered), b.outbox.left())
				}
				b.mustShow(5, "django_delivery_events_total", `result="delivered"`)
				b.mustShow(1, "django_delivery_events_total", `result="set_aside"`)
				b.mustHaveLogged("event refused")
			})
		})
	}
}

func TestRefusalsInARowAreLoggedOnce(t *testing.T) {
	onFakeClock(t, following(times(8, status(400, "bad envelope"))...), func(t *testing.T, b *bench) {
		b.outbox.add(b.shop.Name(), 8)
		b.sender.Start()
		synctest.Wait()
		if got := len(b.outbox.reasons()); got != 8 {
			t.Errorf("%d set aside, want 8", got)
		}
		b.mustHaveLogged("event refused")
	})
}

func TestTheAnswerToARepetitionIsASuccess(t *testing.T) {
	onFakeClock(t, following(status(400, `{"detail":"Event already exists"}`)), func(t *testing.T, b *bench) {
		b.outbox.add(b.shop.Name(), 1)
		b.sender.Start()
		synctest.Wait()
		if !slices.Equal(b.outbox.delivered, []string{eventID(1)}) || len(b.outbox.reasons()) != 0 {
			t.Errorf("delivered %v, set aside %v", b.outbox.delivered, b.outbox.reasons())
		}
	})
}

func TestWhatWasAnsweredIsNotSentAgainBeforeItsRemovalIsCommitted(t *testing.T) {
	onFakeClock(t, following(status(400, "no")), func(t *testing.T, b *bench) {
		b.outbox.uncommitted = true
		b.outbox.add(b.shop.Name(), 10)
		b.sender.Start()
		for range 5 {
			settle(time.Second)
			b.outbox.add(b.shop.Name(), 1) // each makes another pass from the front
		}
		synctest.Wait()
		if got := len(b.receiver.arrived()); got != 15 {
			t.Fatalf("%d requests for 15 events", got)
		}

		b.outbox.commit()
		b.outbox.add(b.shop.Name(), 1)
		synctest.Wait()
		if got := len(b.receiver.arrived()); got != 16 {
			t.Errorf("%d requests for 16 events", got)
		}
		if got := len(b.sender.workers[b.shop.Name()].settled); got != 1 {
			t.Errorf("%d events remembered, want only the one that is not committed", got)
		}
	})
}

func TestAnOutboxThatCannotBeReadIsTriedAgain(t *testing.T) {
	onFakeClock(t, following(), func(t *testing.T, b *bench) {
		b.outbox.fail(errors.New("store is unavailable"))
		b.outbox.add(b.shop.Name(), 1)
		b.sender.Start()
		settle(outboxRetry - time.Second)
		if log := b.log.String(); log != "" {
			t.Errorf("a store that opens is no news, but the log says %s", log)
		}
		settle(time.Minute)
		b.mustHaveLogged("reading the outbox fails")

		b.outbox.fail(nil)
		settle(outboxRetry)
		b.receiver.mustHaveTaken(1)
	})
}
