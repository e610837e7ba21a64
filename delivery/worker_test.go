package delivery

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// onFakeClock runs a test with a sender whose network is the receiver, in a bubble where waiting takes no time.
func onFakeClock(t *testing.T, r func(*testing.T) *receiver, test func(t *testing.T, b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, r(t))
		b.sender.Acquire(b.shop)
		test(t, b)
	})
}

func following(script ...http.HandlerFunc) func(*testing.T) *receiver {
	return func(t *testing.T) *receiver { return newReceiver(t, script...) }
}

func TestEventsArriveOnceOldestFirst(t *testing.T) {
	onFakeClock(t, following(), func(t *testing.T, b *bench) {
		b.receiver.always = func(string) http.HandlerFunc {
			time.Sleep(100 * time.Millisecond)
			return nil
		}
		b.outbox.add(b.shop.Name(), 20)
		b.sender.Start()
		time.Sleep(5 * time.Second)

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
		time.Sleep(time.Second)
		b.receiver.mustHaveTaken(21)
		if left := b.outbox.left(); len(left) > 0 {
			t.Errorf("left in the outbox: %v", left)
		}
		if log := b.log.String(); log != "" {
			t.Errorf("nothing happened, but the log says %s", log)
		}
	})
}

func TestWhatFailsIsTriedAgain(t *testing.T) {
	tests := []struct {
		name             string
		answer           http.HandlerFunc
		earliest, latest time.Duration // of the second attempt
		code             string
	}{
		{"after a broken connection", reset, time.Second, 2 * time.Second, "network_error"},
		{"after half a minute without an answer", hang, 31 * time.Second, 32 * time.Second, "network_error"},
		{"after a 500", status(500, "oops"), time.Second, 2 * time.Second, "500"},
		{"after a 503", status(503, ""), time.Second, 2 * time.Second, "503"},
		{"after a 408", status(408, ""), time.Second, 2 * time.Second, "408"},
		{"a minute after a bare 429", status(429, ""), time.Minute, time.Minute, "429"},
		{"when Retry-After says so", status(429, "", "Retry-After", "90"), 90 * time.Second, 90 * time.Second, "429"},
		{
			"at the date in Retry-After", status(429, "", "Retry-After", "Sat, 01 Jan 2000 00:02:00 GMT"), // the bubble's clock begins at 00:00
			2 * time.Minute, 2 * time.Minute, "429",
		},
		{
			"when a limit of errors ends", status(429, "", "X-Sentry-Rate-Limits", "45:error;transaction:key", "Retry-After", "5"),
			45 * time.Second, 45 * time.Second, "429",
		},
		{
			"when a limit of everything ends", status(429, "", "X-Sentry-Rate-Limits", "30:transaction:key, 40::organization"),
			40 * time.Second, 40 * time.Second, "429",
		},
		{
			"after a 503 that also limits", status(503, "", "X-Sentry-Rate-Limits", "50:default:key"),
			50 * time.Second, 50 * time.Second, "503",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			onFakeClock(t, following(tt.answer), func(t *testing.T, b *bench) {
				begin := time.Now()
				b.outbox.add(b.shop.Name(), 1)
				b.sender.Start()
				time.Sleep(tt.earliest - time.Millisecond)
				b.mustShow(0, "django_delivery_up")
				time.Sleep(5 * time.Minute)

				hits := b.receiver.arrived()
				if len(hits) != 2 {
					t.Fatalf("%d attempts, want 2", len(hits))
				}
				if after := hits[1].at.Sub(begin); after < tt.earliest || after > tt.latest {
					t.Errorf("second attempt after %v, want %v to %v", after, tt.earliest, tt.latest)
				}
				b.receiver.mustHaveTaken(1)
				b.mustShow(1, "django_delivery_attempts_total", `code="`+tt.code+`"`)
				b.mustShow(1, "django_delivery_up")
				b.mustHaveLogged("delivery interrupted", "delivery resumed")
			})
		})
	}
}

func TestALimitInAnAnswerThatAcceptsHoldsBackTheNext(t *testing.T) {
	limit := status(200, "", "X-Sentry-Rate-Limits", "60:error:organization")
	onFakeClock(t, following(limit), func(t *testing.T, b *bench) {
		begin := time.Now()
		b.outbox.add(b.shop.Name(), 1)
		b.sender.Start()
		synctest.Wait()
		b.outbox.add(b.shop.Name(), 2)
		time.Sleep(2 * time.Minute)

		hits := b.receiver.arrived()
		if len(hits) != 3 {
			t.Fatalf("%d requests, want 3", len(hits))
		}
		if hits[0].at != begin || hits[1].at.Sub(begin) != time.Minute {
			t.Errorf("sent at once and after %v, want a minute", hits[1].at.Sub(begin))
		}
		if left := b.outbox.left(); len(left) > 0 {
			t.Errorf("left in the outbox: %v", left)
		}
		b.mustHaveLogged("delivery interrupted", "delivery resumed")
	})
}

func TestALimitOfOtherCategoriesHoldsBackNothing(t *testing.T) {
	limit := status(200, "", "X-Sentry-Rate-Limits", "60:transaction;span:organization")
	onFakeClock(t, following(limit), func(t *testing.T, b *bench) {
		b.outbox.add(b.shop.Name(), 9)
		b.sender.Start()
		synctest.Wait()
		if got := len(b.receiver.arrived()); got != 9 {
			t.Errorf("%d events sent at once, want 9", got)
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
		{"401", status(401, ""), "HTTP 401"},
		{"403 with Sentry's explanation", status(403, "<html>", "X-Sentry-Error", "ProjectId"), "HTTP 403: ProjectId"},
		{"404", status(404, "no such project"), "HTTP 404: no such project"},
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
	onFakeClock(t, following(times(8, status(403, "unknown key"))...), func(t *testing.T, b *bench) {
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

func TestAnOutageIsProbedWithOneEventAtATime(t *testing.T) {
	onFakeClock(t, following(), func(t *testing.T, b *bench) {
		begin := time.Now()
		b.receiver.always = func(string) http.HandlerFunc {
			if time.Since(begin) < time.Hour {
				return reset
			}
			return nil
		}
		b.outbox.add(b.shop.Name(), 100)
		b.sender.Start()
		time.Sleep(time.Hour)
		outage := b.receiver.arrived()
		time.Sleep(2 * maxBackoff)

		b.receiver.mustHaveTaken(100)
		if len(outage) < parallel+12 || len(outage) > parallel+60 {
			t.Errorf("%d attempts in an hour of outage", len(outage))
		}
		for i := parallel; i < len(outage); i++ {
			if gap := outage[i].at.Sub(outage[i-1].at); gap < minBackoff || gap > maxBackoff {
				t.Errorf("attempt %d came %v after the one before", i+1, gap)
			}
		}
		b.mustHaveLogged("delivery interrupted", "delivery resumed")
		if log := b.log.String(); !strings.Contains(log, "connection reset") || !strings.Contains(log, "failed_attempts=") ||
			!strings.Contains(log, b.shop.Name()) || strings.Contains(log, "shopkey") {
			t.Errorf("log: %s", log)
		}
	})
}

func TestAnEventTheReceiverCannotDigestHoldsUpNothing(t *testing.T) {
	onFakeClock(t, following(), func(t *testing.T, b *bench) {
		fixed := false
		b.receiver.always = func(id string) http.HandlerFunc {
			if id == eventID(1) && !fixed {
				return status(500, "traceback")
			}
			return nil
		}
		b.outbox.add(b.shop.Name(), 50)
		b.sender.Start()
		time.Sleep(10 * time.Second)
		if left := b.outbox.left(); !slices.Equal(left, []string{eventID(1)}) {
			t.Fatalf("left %v, want only the one that fails", left)
		}

		time.Sleep(time.Hour) // back-off is at its longest
		last := b.outbox.add(b.shop.Name(), 1)
		time.Sleep(2*maxBackoff + time.Second)
		if b.receiver.took[last] != 1 {
			t.Error("a new event does not get past the one that fails")
		}

		fixed = true
		time.Sleep(maxBackoff + time.Second)
		b.receiver.mustHaveTaken(51)
	})
}

func TestWhatWasAnsweredIsNotSentAgainBeforeItsRemovalIsCommitted(t *testing.T) {
	onFakeClock(t, following(status(400, "no")), func(t *testing.T, b *bench) {
		b.outbox.uncommitted = true
		b.outbox.add(b.shop.Name(), 10)
		b.sender.Start()
		for range 5 {
			time.Sleep(time.Second)
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
		time.Sleep(outboxRetry - time.Second)
		if log := b.log.String(); log != "" {
			t.Errorf("a store that opens is no news, but the log says %s", log)
		}
		time.Sleep(time.Minute)
		b.mustHaveLogged("reading the outbox fails")

		b.outbox.fail(nil)
		time.Sleep(outboxRetry)
		b.receiver.mustHaveTaken(1)
	})
}
