package delivery

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// drain calls Drain with a limit, and returns how long it took.
func (b *bench) drain(limit time.Duration) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(b.t.Context(), limit)
	defer cancel()
	began := time.Now()
	err := b.sender.Drain(ctx)
	return time.Since(began), err
}

func TestDrainSendsWhatWaits(t *testing.T) {
	onFakeClock(t, following(), func(t *testing.T, b *bench) {
		b.receiver.always = func(string) http.HandlerFunc { return slow(100 * time.Millisecond) }
		b.sender.Start()
		synctest.Wait()
		b.outbox.add(b.shop.Name(), 20)
		if took, err := b.drain(time.Minute); err != nil || took != 500*time.Millisecond {
			t.Errorf("took %v: %v", took, err)
		}
		b.receiver.mustHaveTaken(20)

		b.outbox.add(b.shop.Name(), 1)
		settle(time.Hour)
		b.receiver.mustHaveTaken(20)
	})
}

func TestDrainSendsEachEventOnce(t *testing.T) {
	onFakeClock(t, following(), func(t *testing.T, b *bench) {
		b.outbox.uncommitted = true
		b.outbox.add(b.shop.Name(), 10)
		b.sender.Start()
		synctest.Wait()
		if _, err := b.drain(time.Minute); err != nil {
			t.Error(err)
		}
		b.receiver.mustHaveTaken(10)
	})
}

func TestDrainKeepsWhatTakesTooLong(t *testing.T) {
	onFakeClock(t, following(), func(t *testing.T, b *bench) {
		b.receiver.always = func(string) http.HandlerFunc { return slow(time.Second) }
		b.outbox.add(b.shop.Name(), 20)
		b.sender.Start()
		if took, err := b.drain(2500 * time.Millisecond); !errors.Is(err, context.DeadlineExceeded) || took != 2500*time.Millisecond {
			t.Errorf("took %v: %v", took, err)
		}
		if err := b.sender.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if left := len(b.outbox.left()); left != 8 {
			t.Errorf("%d left, want the 8 that were not under way", left)
		}
		b.receiver.mustHaveTaken(12)
	})
}

func TestDrainDoesNotWait(t *testing.T) {
	for name, test := range map[string]func(b *bench){
		"for an outage to end": func(b *bench) {
			b.receiver.script = times(4, reset)
			b.outbox.add(b.shop.Name(), 10)
		},
		"for a limit to end": func(b *bench) {
			b.receiver.script = []http.HandlerFunc{status(200, "", "X-Sentry-Rate-Limits", "60:error:organization")}
			b.outbox.add(b.shop.Name(), 1)
			synctest.Wait()
			b.outbox.add(b.shop.Name(), 1)
		},
		"for an outbox that cannot be read": func(b *bench) {
			b.outbox.fail(errors.New("store is unavailable"))
			b.outbox.add(b.shop.Name(), 1)
		},
		"when there is nothing to send": func(*bench) {},
	} {
		t.Run(name, func(t *testing.T) {
			onFakeClock(t, following(), func(t *testing.T, b *bench) {
				b.sender.Start()
				synctest.Wait()
				test(b)
				settle(500 * time.Millisecond)
				if took, err := b.drain(time.Minute); err != nil || took != 0 {
					t.Errorf("took %v: %v", took, err)
				}
			})
		})
	}
}

func TestDrainBeforeStart(t *testing.T) {
	b := newBench(t, newReceiver(t))
	b.sender.Acquire(b.shop)
	if _, err := b.drain(time.Minute); err != nil {
		t.Error(err)
	}
}
