package capture

import (
	"time"

	lru "github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/time/rate"
)

// One bug that fires a hundred thousand times is one story: its first
// occurrences make events at once, then one a minute does, and the others are
// counted.
const (
	eventBurst    = 5
	eventInterval = time.Minute
)

// maxLimited is the number of groups whose limits are remembered. A group that
// is forgotten starts anew.
const maxLimited = 10_000

// limiter decides which occurrences of a group become events. It is not safe
// for concurrent use.
type limiter struct {
	groups *lru.LRU[string, *groupLimit]
}

type groupLimit struct {
	rate       *rate.Limiter
	suppressed int64
}

func newLimiter() *limiter {
	groups, err := lru.NewLRU[string, *groupLimit](maxLimited, nil)
	if err != nil {
		panic(err) // the size is a positive constant
	}
	return &limiter{groups}
}

// allow reports whether an occurrence of the group at now becomes an event, and
// if so how many since the last one did not.
func (l *limiter) allow(group string, now time.Time) (suppressed int64, ok bool) {
	limit, known := l.groups.Get(group)
	if !known {
		limit = &groupLimit{rate: rate.NewLimiter(rate.Every(eventInterval), eventBurst)}
		l.groups.Add(group, limit)
	}
	if !limit.rate.AllowN(now, 1) {
		limit.suppressed++
		return 0, false
	}
	suppressed, limit.suppressed = limit.suppressed, 0
	return suppressed, true
}
