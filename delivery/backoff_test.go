package delivery

import (
	"testing"
	"time"
)

func TestBackoff(t *testing.T) {
	tests := []struct {
		name     string
		failures int
		ceiling  time.Duration
	}{
		{"the first failure waits up to two seconds", 1, 2 * time.Second},
		{"the ceiling doubles", 2, 4 * time.Second},
		{"and doubles", 8, 256 * time.Second},
		{"until it is five minutes", 9, 5 * time.Minute},
		{"and stays there", 1 << 40, 5 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			shortest, longest := time.Hour, time.Duration(0)
			for range 2000 {
				d := backoff(tt.failures)
				shortest, longest = min(shortest, d), max(longest, d)
			}
			if shortest < minBackoff || longest > tt.ceiling {
				t.Errorf("waits %v to %v, want %v to %v", shortest, longest, minBackoff, tt.ceiling)
			}
			// Full jitter: the whole range is used.
			spread := tt.ceiling - minBackoff
			if shortest > minBackoff+spread/20 || longest < tt.ceiling-spread/20 {
				t.Errorf("waits %v to %v, too little of %v to %v", shortest, longest, minBackoff, tt.ceiling)
			}
		})
	}
}
