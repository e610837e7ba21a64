package delivery

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func (b *bench) transactions(n int) {
	for i := range n {
		b.sender.SendTransaction(b.shop.Name(), Transaction{
			EventID: eventID(int64(i + 1)), Payload: []byte(`{"type":"transaction"}`), Trace: map[string]string{"trace_id": "t"}, Spans: 3,
		})
	}
}

// became returns the transactions by what became of them.
func (b *bench) became() string {
	var all []string
	for _, result := range []string{"delivered", "sample_rate", "queue_overflow", "ratelimit_backoff", "network_error", "send_error"} {
		if n := b.metrics()[fmt.Sprintf(`django_transactions_total{destination="%s",result="%s"}`, b.shop.Name(), result)]; n > 0 {
			all = append(all, fmt.Sprintf("%s %v", result, n))
		}
	}
	return strings.Join(all, ", ")
}

func TestWhatBecomesOfTransactions(t *testing.T) {
	for _, c := range []struct {
		name   string
		script func(*testing.T) *receiver
		send   int
		want   string
	}{
		{"they are delivered", following(), 7, "delivered 7"},
		{"one that gets no answer is not sent again", following(reset), 1, "network_error 1"},
		{"one that is refused is not sent again", following(status(400, "")), 1, "send_error 1"},
		{"one that the receiver fails at is not sent again", following(status(503, "")), 1, "send_error 1"},
		{"one that a portal answers is not delivered", following(status(200, "<html>sign in</html>")), 1, "send_error 1"},
		{"a limit of theirs holds for them", following(status(200, "", "X-Sentry-Rate-Limits", "60:transaction:key")), 1, "delivered 1, ratelimit_backoff 2"},
		{"a limit of everything holds for them", following(status(429, "", "Retry-After", "60")), 1, "ratelimit_backoff 3"},
		{"a limit of errors does not", following(status(200, "", "X-Sentry-Rate-Limits", "60:error;default:key")), 1, "delivered 3"},
		{"those that do not fit are lost", following(), maxTransactions + 7, fmt.Sprintf("delivered %d, queue_overflow 7", maxTransactions)},
	} {
		t.Run(c.name, func(t *testing.T) {
			onFakeClock(t, c.script, func(t *testing.T, b *bench) {
				b.transactions(c.send)
				b.sender.Start()
				settle(time.Second)
				if strings.HasPrefix(c.name, "a limit") {
					b.transactions(2)
					settle(time.Second)
				}
				if got := b.became(); got != c.want {
					t.Errorf("they became %s, want %s", got, c.want)
				}
			})
		})
	}
}

func TestALimitEnds(t *testing.T) {
	onFakeClock(t, following(status(429, "", "X-Sentry-Rate-Limits", "60:transaction:key")), func(t *testing.T, b *bench) {
		b.sender.Start()
		b.transactions(1)
		settle(time.Minute + time.Second)
		b.transactions(1)
		settle(time.Second)
		if got, want := b.became(), "delivered 1, ratelimit_backoff 1"; got != want {
			t.Errorf("they became %s, want %s", got, want)
		}
	})
}

// An event that is answered with a limit of transactions tells of it, too.
func TestAnEventsAnswerLimitsTransactions(t *testing.T) {
	onFakeClock(t, following(status(200, "", "X-Sentry-Rate-Limits", "60:transaction:key")), func(t *testing.T, b *bench) {
		b.sender.Start()
		b.outbox.add(b.shop.Name(), 1)
		settle(time.Second)
		b.transactions(1)
		settle(time.Second)
		if got, want := b.became(), "ratelimit_backoff 1"; got != want {
			t.Errorf("they became %s, want %s", got, want)
		}
	})
}

func TestTransactionsDoNotHoldUpEvents(t *testing.T) {
	onFakeClock(t, following(), func(t *testing.T, b *bench) {
		hanging := true
		b.receiver.always = func(id string) http.HandlerFunc {
			if hanging && id != eventID(1_000_000) {
				return hang
			}
			return nil
		}
		b.sender.Start()
		b.transactions(maxTransactions)
		synctest.Wait()
		b.outbox.lastID = 999_999
		b.outbox.add(b.shop.Name(), 1)
		synctest.Wait()
		if !b.receiver.hasTaken(eventID(1_000_000)) {
			t.Error("the event waits for the transactions")
		}
	})
}

// While the receiver is away it is asked ever more seldom; what waits is not lost.
func TestAFailingReceiverIsLeftAlone(t *testing.T) {
	onFakeClock(t, following(times(4, reset)...), func(t *testing.T, b *bench) {
		b.sender.Start()
		b.transactions(20)
		synctest.Wait()
		if n := len(b.receiver.arrived()); n > transactionSenders {
			t.Errorf("%d attempts at once", n)
		}
		settle(10 * time.Minute)
		if got, want := b.became(), "delivered 16, network_error 4"; got != want {
			t.Errorf("they became %s, want %s", got, want)
		}
	})
}

func TestTheReceiverIsToldOfLostTransactions(t *testing.T) {
	onFakeClock(t, following(status(413, "")), func(t *testing.T, b *bench) {
		lane := b.sender.Transactions(b.shop)
		b.sender.Start()
		b.transactions(1)
		synctest.Wait()
		for range 5 {
			lane.Unsampled()
		}
		b.sender.DiscardedTransaction(b.shop.Name(), QueueOverflow)
		b.transactions(1)
		synctest.Wait()
		b.mustHaveReported(`[{"reason":"queue_overflow","category":"span","quantity":1},{"reason":"sample_rate","category":"span","quantity":5},{"reason":"send_error","category":"span","quantity":3},` +
			`{"reason":"queue_overflow","category":"transaction","quantity":1},{"reason":"sample_rate","category":"transaction","quantity":5},{"reason":"send_error","category":"transaction","quantity":1}]`)
		if got, want := b.became(), "delivered 1, sample_rate 5, queue_overflow 1, send_error 1"; got != want {
			t.Errorf("they became %s, want %s", got, want)
		}
	})
}

func TestTransactionsAreSentBeforeTheEnd(t *testing.T) {
	onFakeClock(t, following(), func(t *testing.T, b *bench) {
		b.sender.Start()
		synctest.Wait()
		b.transactions(40)
		if err := b.sender.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got, want := b.became(), "delivered 40"; got != want {
			t.Errorf("they became %s, want %s", got, want)
		}
	})
}

func TestCountingWhatIsNotSampledAllocatesNothing(t *testing.T) {
	onFakeClock(t, following(), func(t *testing.T, b *bench) {
		lane := b.sender.Transactions(b.shop)
		if n := testing.AllocsPerRun(100, lane.Unsampled); n != 0 {
			t.Errorf("%v allocations", n)
		}
	})
}
