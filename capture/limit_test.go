package capture

import (
	"fmt"
	"testing"
	"time"

	"github.com/caddy-django/gateway/exchange"
)

func TestABucketGivesItsBurstAndThenOneAMinute(t *testing.T) {
	var b bucket
	for i := range eventBurst {
		if became := b.take(start, eventBurst, 1); became != Captured {
			t.Fatalf("failure %d is %s", i, became)
		}
	}
	for i := range 1000 {
		if became := b.take(start.Add(time.Duration(i)*time.Millisecond), eventBurst, 1); became != RateLimited {
			t.Fatalf("failure %d past the burst is %s", i, became)
		}
	}
	for i, want := range []Disposition{Captured, RateLimited} {
		if became := b.take(start.Add(eventInterval), eventBurst, 1); became != want {
			t.Errorf("failure %d of the next minute is %s, want %s", i, became, want)
		}
	}
}

func TestABucketBearsAClockThatGoesBack(t *testing.T) {
	var b bucket
	captured := 0
	for i := range 1000 {
		if b.take(start.Add(-time.Duration(i)*time.Second), eventBurst, 1) == Captured {
			captured++
		}
	}
	if captured != eventBurst {
		t.Errorf("%d events, want %d", captured, eventBurst)
	}
}

// What is not sampled must not use up what the bucket holds, so every failure is
// a minute later than the one before.
func TestABucketSamples(t *testing.T) {
	for _, c := range []struct {
		rate  float64
		first []bool // which of the first failures become events
		of    int    // failures in all
		want  int    // events of them
	}{
		{1, []bool{true, true, true}, 1000, 1000},
		{0.5, []bool{true, false, true, false, true}, 1000, 500},
		{0.1, []bool{true, false, false, false, false, false, false, false, false, false, true}, 1000, 100},
		{0.75, []bool{true, false, true, true, true, false}, 1000, 750},
		{0.001, []bool{true, false}, 10_000, 10},
		{0, []bool{true, false, false}, 1000, 1},
	} {
		t.Run(fmt.Sprint(c.rate), func(t *testing.T) {
			var b bucket
			events := 0
			for i := range c.of {
				became := b.take(start.Add(time.Duration(i)*eventInterval), eventBurst, c.rate)
				if i < len(c.first) && (became == Captured) != c.first[i] {
					t.Errorf("failure %d is %s", i, became)
				}
				switch became {
				case Captured:
					events++
				case SampledOut:
				default:
					t.Fatalf("failure %d is %s", i, became)
				}
			}
			if events != c.want {
				t.Errorf("%d events of %d failures, want %d", events, c.of, c.want)
			}
		})
	}
}

func TestWhatIsSampledOutLeavesTheBucketFull(t *testing.T) {
	var b bucket
	b.take(start, eventBurst, 0)
	for range 100 {
		b.take(start, eventBurst, 0)
	}
	for i := range eventBurst - 1 {
		if became := b.take(start, eventBurst, 1); became != Captured {
			t.Errorf("failure %d that is sampled is %s", i, became)
		}
	}
}

func TestAGroupHasABucketForPeopleAndOneForBots(t *testing.T) {
	limit := new(groupLimit)
	x := asText("boom")
	for range 100 {
		limit.account(limit.take(&facts{x: x, bot: true}, start, 1))
	}
	if limit.suppressed != 100-eventBurst {
		t.Errorf("%d suppressed of 100 failures of bots", limit.suppressed)
	}
	if became := limit.take(&facts{x: x}, start, 0); became != Captured {
		t.Errorf("after the bots, the first failure of a person is %s", became)
	}
}

func TestALimitCountsExactlyWhatItSuppresses(t *testing.T) {
	limit := new(groupLimit)
	var events, told int64
	const failures = 10_000
	for i := range failures {
		e := &facts{x: asText("boom"), bot: i%3 == 0}
		became := limit.take(e, start.Add(time.Duration(i)*time.Second), []float64{1, 0.3}[i%2])
		if became == Captured {
			events++
			told += limit.suppressed
		}
		limit.account(became)
	}
	if events+told+limit.suppressed != failures {
		t.Errorf("%d events that tell of %d suppressed, and %d since: not %d failures", events, told, limit.suppressed, failures)
	}
	if told == 0 || limit.suppressed == 0 {
		t.Error("nothing was suppressed")
	}
}

func TestAnOutageIsNotSampledAndTakesBotsAndPeopleForOne(t *testing.T) {
	limit := new(groupLimit)
	x := unreachable(exchange.CauseRefused, "app:8000")
	for i, want := range []Disposition{Captured, RateLimited} {
		if became := limit.take(&facts{x: x, bot: i == 1}, start, 0); became != want {
			t.Errorf("failure %d is %s, want %s", i, became, want)
		}
	}
}

func TestLimiterRemembersABoundedNumberOfGroups(t *testing.T) {
	l := newLimiter()
	first := l.of("0")
	if l.of("0") != first {
		t.Error("a group is forgotten at once")
	}
	for i := range 3 * maxLimited {
		l.of(fmt.Sprint(i))
	}
	if n := l.groups.Len(); n != maxLimited {
		t.Errorf("%d groups are remembered, want %d", n, maxLimited)
	}
	if l.of("0") == first {
		t.Error("a forgotten group does not start anew")
	}
}
