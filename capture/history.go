package capture

import (
	"hash/maphash"
	"math/bits"
	"sync"
	"time"

	"github.com/caddy-django/gateway/exchange"
)

// Bounds of the history: 4,096 visitors in all take 3.3 MiB.
const (
	maxVisits   = 20 // of one visitor
	historySets = 512
	historyWays = 8 // visitors of a set
)

// history is what the visitors of late have asked for. A visitor is known by a
// hash, whose key is made anew in each process, and belongs to a set of a few.
// The one of them that has not been seen for longest makes room for the next.
//
// It is safe for concurrent use. Remembering never waits and never allocates:
// while another one of the set is being remembered, a visit is let go.
type history struct {
	seed maphash.Seed
	sets [historySets]visitorSet
}

// visitorSet keeps apart what every look-up reads, so that it is in few cache lines.
type visitorSet struct {
	mu    sync.Mutex
	keys  [historyWays]visitorKey
	seen  [historyWays]int64 // when last, Unix time in ns
	next  [historyWays]uint8 // place of the next visit
	rings [historyWays][maxVisits]visit
}

// visitorKey is a hash; 0 is nobody.
type visitorKey uint64

// visit is one exchange of a visitor's.
type visit struct {
	end      int64 // Unix time in ns; 0: none yet
	duration time.Duration
	route    string
	status   uint16
	method   uint8 // index in exchange.Methods
}

func newHistory() *history { return &history{seed: maphash.MakeSeed()} }

// key returns that of a visitor of a site: what one site sees is no other's
// business.
func (h *history) key(site, visitor string) visitorKey {
	if visitor == "" {
		return 0
	}
	return visitorKey(maphash.String(h.seed, visitor) ^ bits.RotateLeft64(maphash.String(h.seed, site), 1))
}

func (h *history) set(key visitorKey) *visitorSet { return &h.sets[key%historySets] }

// remember adds an exchange to what is known of the visitor.
func (h *history) remember(key visitorKey, x *exchange.Exchange) {
	if key == 0 {
		return
	}
	s := h.set(key)
	if !s.mu.TryLock() {
		return
	}
	defer s.mu.Unlock()
	way := s.find(key)
	if way < 0 {
		way = s.replace(key)
	}
	place := s.next[way]
	s.next[way] = (place + 1) % maxVisits
	v := &s.rings[way][place]
	v.end = x.Start.UnixNano() + int64(x.Duration)
	v.duration = x.Duration
	v.route = x.Route
	v.status = uint16(x.Status)
	v.method = uint8(exchange.MethodIndex(x.Method))
	s.seen[way] = v.end
}

// before returns the visits that had ended by then, oldest first.
func (h *history) before(key visitorKey, then time.Time) []visit {
	if key == 0 {
		return nil
	}
	s := h.set(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	way := s.find(key)
	if way < 0 {
		return nil
	}
	var visits []visit
	for i := range maxVisits {
		v := s.rings[way][(int(s.next[way])+i)%maxVisits]
		if v.end != 0 && v.end < then.UnixNano() {
			visits = append(visits, v)
		}
	}
	return visits
}

func (s *visitorSet) find(key visitorKey) int {
	for way, known := range &s.keys {
		if known == key {
			return way
		}
	}
	return -1
}

// replace gives the place of the visitor who was seen least recently to another.
func (s *visitorSet) replace(key visitorKey) int {
	way := 0
	for other, seen := range &s.seen {
		if seen < s.seen[way] {
			way = other
		}
	}
	s.keys[way] = key
	s.next[way] = 0
	clear(s.rings[way][:])
	return way
}
