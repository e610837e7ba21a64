package capture

import (
	"time"

	lru "github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/time/rate"
)

// One bug that fires a hundred thousand times is one story: its first
// occurrences make events at once, then one a minute does, and the others are
// counted. Of an outage the first event tells everything but the count.
const (
	eventBurst    = 5
	outageBurst   = 1
	eventInterval = time.Minute
)

// maxLimited is the number of groups whose limits are remembered. A group that
// is forgotten starts anew.
const maxLimited = 10_000

// limiter remembers what the groups have had of events. It is not safe for
// concurrent use.
type limiter struct {
	groups *lru.LRU[string, *groupLimit]
}

// groupLimit is the state of one group.
type groupLimit struct {
	people, bots, outages bucket

	outage     outage
	suppressed int64 // failures since the last event
}

func newLimiter() *limiter {
	groups, err := lru.NewLRU[string, *groupLimit](maxLimited, nil)
	if err != nil {
		panic(err) // the size is a positive constant
	}
	return &limiter{groups}
}

// of returns the state of a group, which is new if it is not remembered.
func (l *limiter) of(group string) *groupLimit {
	limit, known := l.groups.Get(group)
	if !known {
		limit = new(groupLimit)
		l.groups.Add(group, limit)
	}
	return limit
}

// take reports what becomes of a failure of the group. Bots have a bucket of
// their own, so that a scanner does not use up what people are to have; an outage
// fails for all alike, and is not sampled.
func (l *groupLimit) take(e *facts, now time.Time, sampleRate float64) Disposition {
	switch {
	case unreached(e.x):
		l.outage.add(now)
		return l.outages.take(now, outageBurst, 1)
	case e.bot:
		return l.bots.take(now, eventBurst, sampleRate)
	default:
		return l.people.take(now, eventBurst, sampleRate)
	}
}

// account notes what became of the failure in the end.
func (l *groupLimit) account(became Disposition) {
	if became == Captured {
		l.suppressed = 0
	} else {
		l.suppressed++
	}
}

// bucket decides which of a stream of failures become events.
type bucket struct {
	tokens *rate.Limiter
	share  float64 // of the next event, that the failures since the last have saved up
}

// take reports what becomes of a failure at now. It is chosen once the sample
// rates of the failures since the last choice add up to one: at 0.1 that is the
// first and then every tenth, so that a new bug always shows.
func (b *bucket) take(now time.Time, burst int, sampleRate float64) Disposition {
	if b.tokens == nil {
		b.tokens = rate.NewLimiter(rate.Every(eventInterval), burst)
		b.share = 1 - sampleRate
	}
	const rounding = 1e-9 // ten times 0.1 is less than 1
	b.share += sampleRate
	if b.share < 1-rounding {
		return SampledOut
	}
	b.share--
	if !b.tokens.AllowN(now, 1) {
		return RateLimited
	}
	return Captured
}
