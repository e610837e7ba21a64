package delivery

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

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
				settle(tt.earliest - time.Millisecond)
				b.mustShow(0, "django_delivery_up")
				settle(5 * time.Minute)

				hits := b.receiver.arrived()
				if len(hits) != 2 {
					t.Fatalf("%d attempts, want 2", len(hits))
				}
				if after := hits[1].at.Sub(begin); after < tt.earliest || after > tt.latest {
					t.Errorf("second attempt after %v, want %v to %v", after, tt.earliest, tt.latest)
				}
				for _, h := range hits {
					if want := h.at.UTC().Format(sentAtLayout); h.sentAt != want || h.eventID != eventID(1) {
						t.Errorf("at %s came event %s, sent at %v", want, h.eventID, h.sentAt)
					}
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
		settle(2 * time.Minute)

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
		settle(time.Hour)
		outage := b.receiver.arrived()
		settle(2 * maxBackoff)

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

func TestASuccessMakesBackOffShortAgain(t *testing.T) {
	script := append(times(8, status(500, "")), status(200, ""), status(500, ""))
	onFakeClock(t, following(script...), func(t *testing.T, b *bench) {
		b.outbox.add(b.shop.Name(), 1)
		b.sender.Start()
		settle(time.Hour)
		b.outbox.add(b.shop.Name(), 1)
		settle(2 * time.Second)
		b.receiver.mustHaveTaken(2)
	})
}

func TestAnEventTheReceiverCannotDigestHoldsUpNothing(t *testing.T) {
	onFakeClock(t, following(), func(t *testing.T, b *bench) {
		var fixed atomic.Bool
		b.receiver.always = func(id string) http.HandlerFunc {
			if id == eventID(1) && !fixed.Load() {
				return status(500, "traceback")
			}
			return nil
		}
		b.outbox.add(b.shop.Name(), 50)
		b.sender.Start()
		settle(10 * time.Second)
		if left := b.outbox.left(); !slices.Equal(left, []string{eventID(1)}) {
			t.Fatalf("left %v, want only the one that fails", left)
		}

		settle(time.Hour) // back-off is at its longest
		last := b.outbox.add(b.shop.Name(), 1)
		settle(2*maxBackoff + time.Second)
		if !b.receiver.hasTaken(last) {
			t.Error("a new event does not get past the one that fails")
		}

		fixed.Store(true)
		settle(maxBackoff + time.Second)
		b.receiver.mustHaveTaken(51)
	})
}
