package appserver

import (
	"testing"
	"time"
)

func TestThePauseDoublesUpToHalfAMinuteAndStartsAnewAfterASteadyMinute(t *testing.T) {
	var b backoff
	for i, c := range []struct{ ran, want time.Duration }{
		{0, 500 * time.Millisecond},
		{time.Second, time.Second},
		{59 * time.Second, 2 * time.Second},
		{0, 4 * time.Second},
		{0, 8 * time.Second},
		{0, 16 * time.Second},
		{0, 30 * time.Second},
		{0, 30 * time.Second},
		{time.Minute, 500 * time.Millisecond},
		{0, time.Second},
	} {
		if got := b.next(c.ran); got != c.want {
			t.Errorf("pause %d is %s, want %s", i, got, c.want)
		}
	}
}
