package route

import (
	"math"
	"strings"
	"time"
)

// worth is what a label is kept for: the requests that it was used for, of which half are forgotten
// every halfLife. A minute adds at most perMinute, so that a burst does not outweigh a route that
// is used all day.
//
// While there is room, the first successful request for a shape gives it a label. When all labels
// are taken, a shape is a candidate until it is worth more than twice the least label, whose place
// it takes. Prometheus series make that factor necessary. The series of a label that loses its
// place are removed, so a site never has more labels than its learner's maximum, but a series that
// comes and goes is of little use. With the factor, a place changes hands about log2 of the largest
// worth times at first (13), and then once in a halfLife, whatever clients send.
type worth float64

const (
	halfLife  = 6 * time.Hour
	perMinute = 60
	// displaces is how many times as much as a label a candidate must be worth to take its place.
	displaces = 2
	// candidatesPerLabel bounds the candidates. If there are more, one of the least leaves.
	candidatesPerLabel = 4
	// sampled is the number of candidates among which the least is looked for: looking at all
	// would take time for each request of a scanner.
	sampled = 8
	// forgotten is the worth of a candidate that is not remembered any more.
	forgotten = 0.1
	// remembersGone is how many labels are reported again with the next one that is evicted: a request that
	// was ending meanwhile may have used them once more.
	remembersGone = 8
)

// admit gives shape a label, or returns nil if there is none for it yet.
func (l *Learner) admit(shape string, taught lesson) *learned {
	if !l.full.Load() {
		l.mu.Lock()
	} else if !l.mu.TryLock() {
		return nil // a request does not wait for the worth of a candidate
	}
	n, evicted := l.admitLocked(shape, taught)
	l.mu.Unlock()
	for _, route := range evicted {
		l.evicted(route)
	}
	return n
}

func (l *Learner) admitLocked(shape string, taught lesson) (n *learned, evicted []*Route) {
	if n := l.names[shape]; n != nil {
		n.learn(taught)
		return n, nil
	}
	if len(l.names) < l.max {
		n := l.add(shape, 0)
		n.learn(taught)
		return n, nil
	}
	if taught != success || l.max == 0 {
		return nil, nil
	}
	l.fold()
	candidate := l.candidate(shape)
	candidate.learn(taught)
	if candidate.now() <= displaces*l.least {
		return nil, nil
	}
	least := l.leastName()
	l.least = least.now()
	if candidate.now() <= displaces*l.least {
		return nil, nil
	}
	evicted = l.evict(least)
	n = l.add(shape, candidate.now())
	delete(l.candidates, shape)
	return n, evicted
}

func (l *Learner) add(shape string, w worth) *learned {
	shape = strings.Clone(shape)
	n := &learned{shape: shape, route: newRoute(shape), worth: w}
	l.names[shape] = n
	l.full.Store(len(l.names) >= l.max)
	return n
}

// evict takes a label away. The shape stays a candidate with what it is worth.
func (l *Learner) evict(n *learned) (routes []*Route) {
	n.gone.Store(true)
	delete(l.names, n.shape)
	l.candidate(n.shape).worth = n.now()
	l.gone = append(l.gone, n)
	l.gone = l.gone[max(0, len(l.gone)-remembersGone):]
	for _, n := range l.gone {
		if l.names[n.shape] == nil {
			routes = append(routes, n.route)
		}
	}
	return routes
}

// now is the worth of n with the requests since it was brought up to date.
func (n *learned) now() worth { return n.worth + worth(min(n.hits.Load(), perMinute)) }

func (l *Learner) leastName() (least *learned) {
	for _, n := range l.names {
		if least == nil || n.now() < least.now() {
			least = n
		}
	}
	return least
}

// candidate returns the candidate of a shape, making room for it if need be.
func (l *Learner) candidate(shape string) *learned {
	if n := l.candidates[shape]; n != nil {
		return n
	}
	if len(l.candidates) >= candidatesPerLabel*l.max {
		var least *learned
		looked := 0
		for _, n := range l.candidates { // in random order
			if least == nil || n.now() < least.now() {
				least = n
			}
			if looked++; looked == sampled {
				break
			}
		}
		delete(l.candidates, least.shape)
	}
	n := &learned{shape: strings.Clone(shape)}
	l.candidates[n.shape] = n
	return n
}

// fold brings all worths up to date, once a minute at most.
func (l *Learner) fold() {
	now := l.now()
	if l.folded.IsZero() {
		l.folded = now
	}
	passed := now.Sub(l.folded)
	if passed < time.Minute {
		return
	}
	l.folded = now
	minutes := passed.Minutes()
	left := worth(math.Exp2(-passed.Hours() / halfLife.Hours()))
	for _, n := range l.names {
		n.fold(minutes, left)
	}
	for shape, n := range l.candidates {
		if n.fold(minutes, left); n.worth < forgotten {
			delete(l.candidates, shape)
		}
	}
	l.least = 0
}

// fold forgets all but the part left of what n is worth, with its requests of the last minutes.
func (n *learned) fold(minutes float64, left worth) {
	n.worth = (n.worth + worth(min(float64(n.hits.Swap(0)), perMinute*minutes))) * left
}
