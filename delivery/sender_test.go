package delivery

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestNothingHappensBeforeStart(t *testing.T) {
	onFakeClock(t, following(), func(t *testing.T, b *bench) {
		b.outbox.add(b.shop.Name(), 1)
		settle(time.Hour)
		if len(b.receiver.arrived()) != 0 {
			t.Fatal("an event was sent")
		}
		b.sender.Start()
		synctest.Wait()
		b.receiver.mustHaveTaken(1)
	})
}

func TestDestinationsDoNotWaitForEachOther(t *testing.T) {
	onFakeClock(t, following(), func(t *testing.T, b *bench) {
		blog := mustParse(t, "https://blogkey@sentry.example/2")
		b.receiver.always = func(id string) http.HandlerFunc {
			if id == eventID(1) {
				return hang
			}
			return nil
		}
		b.outbox.add(b.shop.Name(), 1)
		b.outbox.add(blog.Name(), 3)
		b.outbox.add("https://sentry.example/nobodys", 1)
		b.sender.Start()
		b.sender.Acquire(blog)
		synctest.Wait()
		if got := len(b.outbox.delivered); got != 3 {
			t.Errorf("%d delivered, want the 3 of the other destination", got)
		}
		for _, h := range b.receiver.arrived() {
			if wants := map[bool]string{true: "shopkey", false: "blogkey"}[h.eventID == eventID(1)]; !strings.HasSuffix(h.auth, wants) {
				t.Errorf("event %s was sent with %q", h.eventID, h.auth)
			}
		}
	})
}

func TestADestinationIsServedWhileAnyoneUsesIt(t *testing.T) {
	onFakeClock(t, following(), func(t *testing.T, b *bench) {
		send := func() bool {
			id := b.outbox.add(b.shop.Name(), 1)
			synctest.Wait()
			return b.receiver.hasTaken(id)
		}
		b.sender.Start()
		b.sender.Start()         // does nothing
		b.sender.Acquire(b.shop) // a new config, before the old one goes
		b.sender.Release(b.shop)
		if !send() {
			t.Error("not served while one of two uses it")
		}
		b.sender.Release(b.shop)
		b.sender.Release(b.shop) // one too many
		synctest.Wait()
		if _, shown := b.metric("django_delivery_up"); shown {
			t.Error("a destination that nobody uses is still shown as up")
		}
		if send() {
			t.Error("served while nobody uses it")
		}
		b.sender.Acquire(b.shop)
		synctest.Wait()
		b.receiver.mustHaveTaken(2)
		if !send() {
			t.Error("not served after it came back")
		}
	})
}

func TestTheNewestKeyCounts(t *testing.T) {
	onFakeClock(t, following(), func(t *testing.T, b *bench) {
		key := func() string {
			b.outbox.add(b.shop.Name(), 1)
			synctest.Wait()
			hits := b.receiver.arrived()
			_, key, _ := strings.Cut(hits[len(hits)-1].auth, "sentry_key=")
			return key
		}
		b.sender.Start()
		newer := mustParse(t, "https://newkey@sentry.example/1")
		b.sender.Acquire(newer)
		if got := key(); got != "newkey" {
			t.Errorf("sent with %s after the new key came", got)
		}
		b.sender.Release(newer)
		if got := key(); got != "shopkey" {
			t.Errorf("sent with %s after a config with a new key failed", got)
		}
		b.sender.Acquire(newer)
		b.sender.Release(b.shop)
		if got := key(); got != "newkey" {
			t.Errorf("sent with %s after the old config went", got)
		}
	})
}

func TestADestinationThatComesBackSendsNothingTwice(t *testing.T) {
	onFakeClock(t, following(slow(10*time.Second)), func(t *testing.T, b *bench) {
		b.outbox.uncommitted = true
		b.outbox.add(b.shop.Name(), 2)
		b.sender.Start()
		settle(time.Second) // one is answered, the other under way
		b.sender.Release(b.shop)
		b.sender.Acquire(b.shop)
		b.sender.Release(b.shop)
		b.sender.Acquire(b.shop)
		settle(time.Minute)
		if got := len(b.receiver.arrived()); got != 2 {
			t.Errorf("%d requests for 2 events", got)
		}
		if got := len(b.outbox.delivered); got != 2 {
			t.Errorf("%d delivered, want 2", got)
		}
	})
}

func TestCloseWaitsForRequestsUnderWay(t *testing.T) {
	onFakeClock(t, following(times(4, slow(5*time.Second))...), func(t *testing.T, b *bench) {
		b.outbox.add(b.shop.Name(), 10)
		b.sender.Start()
		settle(time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		begin := time.Now()
		if err := b.sender.Close(ctx); err != nil {
			t.Error(err)
		}
		if took := time.Since(begin); took != 4*time.Second {
			t.Errorf("took %v, want the 4 seconds until the answers", took)
		}
		if len(b.outbox.delivered) != 4 || len(b.outbox.left()) != 6 {
			t.Errorf("delivered %v, left %v", b.outbox.delivered, b.outbox.left())
		}
		b.sender.Start()
		b.sender.Acquire(b.shop)
		b.sender.Acquire(mustParse(t, "https://blogkey@sentry.example/2"))
		settle(time.Minute)
		if got := len(b.receiver.arrived()); got != 4 {
			t.Errorf("%d requests after Close", got-4)
		}
		if err := b.sender.Close(t.Context()); err != nil {
			t.Errorf("second Close: %v", err)
		}
	})
}

func TestCloseAbortsWhatTakesTooLong(t *testing.T) {
	onFakeClock(t, following(slow(0), hang, hang, hang), func(t *testing.T, b *bench) {
		b.outbox.add(b.shop.Name(), 10)
		b.sender.Start()
		settle(time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		begin := time.Now()
		if err := b.sender.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want that the deadline was exceeded", err)
		}
		if took := time.Since(begin); took != 2*time.Second {
			t.Errorf("took %v, want 2s", took)
		}
		if len(b.outbox.delivered) != 1 || len(b.outbox.left()) != 9 || len(b.outbox.reasons()) != 0 {
			t.Errorf("delivered %v, left %v, set aside %v", b.outbox.delivered, b.outbox.left(), b.outbox.reasons())
		}
		if log := b.log.String(); log != "" {
			t.Errorf("to be closed is no failure of the destination, but the log says %s", log)
		}
	})
}

func TestCloseDuringAnOutageIsImmediateAndTheNextSenderGoesOn(t *testing.T) {
	onFakeClock(t, following(times(4, reset)...), func(t *testing.T, b *bench) {
		b.outbox.add(b.shop.Name(), 10)
		b.sender.Start()
		settle(500 * time.Millisecond)
		begin := time.Now()
		if err := b.sender.Close(t.Context()); err != nil || time.Since(begin) != 0 {
			t.Errorf("took %v: %v", time.Since(begin), err)
		}

		next := b.newSender(b.receiver)
		next.Acquire(b.shop)
		next.Start()
		synctest.Wait()
		b.receiver.mustHaveTaken(10)
	})
}

func TestCloseBeforeStart(t *testing.T) {
	s := New(Config{Outbox: newMemoryOutbox()})
	s.Acquire(mustParse(t, "https://shopkey@sentry.example/1"))
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	s.Start()
	s.Release(mustParse(t, "https://other@sentry.example/9"))
}
