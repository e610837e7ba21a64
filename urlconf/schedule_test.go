package urlconf

import (
	"errors"
	"testing"
	"time"
)

func TestALoadThatTookLongIsNotRepeatedSoonerThanItTook(t *testing.T) {
	var s schedule
	for _, c := range []struct{ took, want time.Duration }{
		{time.Millisecond, minRetry}, {time.Minute, time.Minute}, {time.Second, 2 * time.Minute}, {time.Hour, maxRetry},
	} {
		if s.after(errors.New("no database"), c.took); s.pause != c.want {
			t.Errorf("after %s the pause is %s, want %s", c.took, s.pause, c.want)
		}
	}
	if s.after(nil, time.Hour); s.pause != 0 || !s.next.IsZero() {
		t.Errorf("after success it is tried again in %s", s.pause)
	}
}
