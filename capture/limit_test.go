package capture

import (
	"fmt"
	"testing"
	"time"
)

func TestABucketGivesItsBurstAndThenOneAMinute(t *testing.T) {
	var b bucket
	for i := range eventBurst {
		if became := b.take(start, eventBurst); became != Captured {
			t.Fatalf("failure %d is %s", i, became)
		}
	}
	for i := range 1000 {
		if became := b.take(start.Add(time.Duration(i)*time.Millisecond), eventBurst); became != RateLimited {
			t.Fatalf("failure %d past the burst is %s", i, became)
		}
	}
	for i, want := range []Disposition{Captured, RateLimited} {
		if became := b.take(start.Add(eventInterval), eventBurst); became != want {
			t.Errorf("failure %d of the next minute is %s, want %s", i, became, want)
		}
	}
}

func TestABucketBearsAClockThatGoesBack(t *testing.T) {
	var b bucket
	captured := 0
	for i := range 1000 {
		if b.take(start.Add(-time.Duration(i)*time.Second), eventBurst) == Captured {
			captured++
		}
	}
	if captured != eventBurst {
		t.Errorf("%d events, want %d", captured, eventBurst)
	}
}

func TestALimitCountsExactlyWhatItSuppresses(t *testing.T) {
	limit := new(groupLimit)
	var events, told int64
	const failures = 10_000
	for i := range failures {
		became := limit.take(&failure{x: *asText("boom"), bot: i%3 == 0}, start.Add(time.Duration(i)*time.Second))
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
