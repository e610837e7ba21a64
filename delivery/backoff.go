package delivery

import (
	"math/rand/v2"
	"time"
)

const (
	minBackoff = time.Second
	maxBackoff = 5 * time.Minute
)

// backoff returns how long to wait after a number of failures in a row (1 or more): anything between minBackoff and a
// ceiling that doubles with each failure up to maxBackoff. The jitter is full so that gateways that saw the same outage
// do not come back together.
func backoff(failures int) time.Duration {
	ceiling := maxBackoff
	if failures < 9 { // 2^9 seconds are more than maxBackoff; a larger shift would overflow one day
		ceiling = min(minBackoff<<failures, maxBackoff)
	}
	return minBackoff + rand.N(ceiling-minBackoff+1)
}
