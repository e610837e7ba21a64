package appserver

import "time"

// backoff is how long to wait before a server that has ended is started again.
type backoff struct{ pause time.Duration }

const (
	minPause = 500 * time.Millisecond
	maxPause = 30 * time.Second
	// steady is how long a server must have run for its end to be the first again.
	steady = time.Minute
)

// next returns the pause after a run that lasted so long.
func (b *backoff) next(ran time.Duration) time.Duration {
	if b.pause == 0 || ran >= steady {
		b.pause = minPause
	} else {
		b.pause = min(2*b.pause, maxPause)
	}
	return b.pause
}
