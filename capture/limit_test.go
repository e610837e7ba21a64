package capture

import (
	"fmt"
	"testing"
	"time"
)

func TestLimiterCountsExactlyWhatItSuppresses(t *testing.T) {
	l := newLimiter()
	now := start
	for i := range eventBurst {
		if suppressed, ok := l.allow("a", now); !ok || suppressed != 0 {
			t.Fatalf("occurrence %d: %d, %v", i, suppressed, ok)
		}
	}
	for i := range 1000 {
		if _, ok := l.allow("a", now.Add(time.Duration(i)*time.Millisecond)); ok {
			t.Fatalf("occurrence %d past the burst became an event", i)
		}
	}
	if _, ok := l.allow("b", now); !ok {
		t.Error("another group is held back, too")
	}
	if suppressed, ok := l.allow("a", now.Add(eventInterval)); !ok || suppressed != 1000 {
		t.Errorf("after a minute: %d suppressed, %v; want 1000, true", suppressed, ok)
	}
	if _, ok := l.allow("a", now.Add(eventInterval)); ok {
		t.Error("a minute is good for two events")
	}
	if suppressed, ok := l.allow("a", now.Add(10*eventInterval)); !ok || suppressed != 1 {
		t.Errorf("later: %d suppressed, %v; want 1, true", suppressed, ok)
	}
}

func TestLimiterBearsAClockThatGoesBack(t *testing.T) {
	l := newLimiter()
	allowed := 0
	for i := range 1000 {
		if _, ok := l.allow("a", start.Add(-time.Duration(i)*time.Second)); ok {
			allowed++
		}
	}
	if allowed != eventBurst {
		t.Errorf("%d events, want %d", allowed, eventBurst)
	}
}

func TestLimiterRemembersABoundedNumberOfGroups(t *testing.T) {
	l := newLimiter()
	for i := range 3 * maxLimited {
		l.allow(fmt.Sprint(i), start)
	}
	if n := l.groups.Len(); n != maxLimited {
		t.Errorf("%d groups are remembered, want %d", n, maxLimited)
	}
}
