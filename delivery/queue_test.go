package delivery

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caddy-django/gateway/store"
)

func (b *bench) ref(id int64, state store.DeliveryState) []store.QueuedRef {
	return []store.QueuedRef{{ID: id, Destination: b.shop.Name(), State: state}}
}

func TestWhatWasSetAsideIsSentWhenItIsRetried(t *testing.T) {
	onFakeClock(t, following(status(413, "too large"), status(200, ""), status(413, "still too large")), func(t *testing.T, b *bench) {
		b.sender.Start()
		b.outbox.add(b.shop.Name(), 1)
		synctest.Wait()
		b.outbox.add(b.shop.Name(), 1)
		synctest.Wait()

		b.sender.Retry(b.ref(1, store.SetAside))
		synctest.Wait()
		if reasons := b.outbox.reasons(); len(b.receiver.arrived()) != 3 || reasons[eventID(1)] != "HTTP 413: still too large" {
			t.Errorf("%d requests, set aside %v", len(b.receiver.arrived()), reasons)
		}
		b.sender.Retry(b.ref(1, store.SetAside))
		synctest.Wait()
		b.receiver.mustHaveTaken(2)
	})
}

func TestRetryEndsTheWaitForOneAttempt(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"of back-off": status(503, ""),
		"of a limit":  status(429, "", "Retry-After", "3600"),
	} {
		t.Run(name, func(t *testing.T) {
			onFakeClock(t, following(times(20, answer)...), func(t *testing.T, b *bench) {
				b.outbox.add(b.shop.Name(), 1)
				b.sender.Start()
				settle(0)
				for range 2 {
					before := len(b.receiver.arrived())
					b.sender.Retry(b.ref(1, store.Waiting))
					settle(time.Millisecond)
					if after := len(b.receiver.arrived()); after != before+1 {
						t.Errorf("%d attempts, want one", after-before)
					}
				}
			})
		})
	}
}

func TestRetryOfWhatNobodySendsWaitsForSomebody(t *testing.T) {
	onFakeClock(t, following(status(413, "")), func(t *testing.T, b *bench) {
		b.outbox.add(b.shop.Name(), 1)
		b.sender.Start()
		synctest.Wait()
		b.sender.Release(b.shop)
		b.sender.Retry(b.ref(1, store.SetAside))
		b.sender.Retry([]store.QueuedRef{{ID: 7, Destination: "https://sentry.example/nobodys", State: store.Waiting}})
		settle(time.Minute)
		if got := len(b.receiver.arrived()); got != 1 {
			t.Fatalf("%d requests, want the first alone", got)
		}
		b.sender.Acquire(b.shop)
		synctest.Wait()
		b.receiver.mustHaveTaken(1)
	})
}

func TestWhatIsDroppedIsNotSent(t *testing.T) {
	onFakeClock(t, following(times(2, status(503, ""))...), func(t *testing.T, b *bench) {
		b.outbox.add(b.shop.Name(), 2)
		b.sender.Start()
		synctest.Wait()
		b.sender.Drop(b.ref(2, store.Waiting))
		settle(time.Hour)
		b.receiver.mustHaveTaken(1)
		b.mustShow(1, "django_delivery_events_total", `result="dropped"`)
	})
}

func TestEveryAttemptThatFailsIsNoted(t *testing.T) {
	onFakeClock(t, following(status(503, "busy"), status(429, ""), status(413, "too large")), func(t *testing.T, b *bench) {
		b.outbox.add(b.shop.Name(), 1)
		b.sender.Start()
		settle(time.Hour)
		if got, want := b.outbox.failed[eventID(1)], []string{"HTTP 503: busy", "HTTP 429"}; !slices.Equal(got, want) {
			t.Errorf("noted %v, want %v", got, want)
		}
	})
}

func TestStatus(t *testing.T) {
	onFakeClock(t, following(status(503, "busy"), status(429, "", "Retry-After", "60")), func(t *testing.T, b *bench) {
		b.sender.Start()
		settle(time.Second)
		if got := b.sender.Status(); len(got) != 1 || got[b.shop.Name()] != (Status{Up: true}) {
			t.Errorf("before the first event: %+v", got)
		}
		began := time.Now()
		b.outbox.add(b.shop.Name(), 1)
		settle(2 * time.Second)
		got := b.sender.Status()[b.shop.Name()]
		second := b.receiver.arrived()[1].at
		if got.Up || got.Reason != "HTTP 429" || got.FailedAttempts != 2 || !got.Since.Equal(began) || !got.NextAttempt.Equal(second.Add(time.Minute)) {
			t.Errorf("after a 503 and a 429: %+v", got)
		}
		settle(time.Minute)
		if got := b.sender.Status()[b.shop.Name()]; got != (Status{Up: true}) {
			t.Errorf("after the delivery: %+v", got)
		}
		b.sender.Release(b.shop)
		if got := b.sender.Status(); len(got) != 0 {
			t.Errorf("of a destination that nobody uses: %+v", got)
		}
	})
}

func TestRetrySendsNothingTwiceThatWasAnswered(t *testing.T) {
	onFakeClock(t, following(), func(t *testing.T, b *bench) {
		b.outbox.uncommitted = true
		b.outbox.add(b.shop.Name(), 1)
		b.sender.Start()
		synctest.Wait()
		b.sender.Retry(b.ref(1, store.Waiting))
		synctest.Wait()
		b.receiver.mustHaveTaken(1)
	})
}
