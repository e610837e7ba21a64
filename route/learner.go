package route

import (
	"hash/maphash"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/grafana/clusterurl/pkg/clusterurl"
)

// variable stands in a learned label for the parts that look like values. It is
// what Django's own simplify_regex writes for an unnamed group.
const variable = "<var>"

// cacheSlots is the number of recent paths whose label is remembered.
const cacheSlots = 1 << 10

// maxPathBytes bounds what is looked at: no route is told apart by what comes
// after so many bytes.
const maxPathBytes = 512

// Learner makes the labels of one site from the shape of paths: what looks like
// an identifier becomes a variable. It is meant to outlive the tables that use it,
// so that a reload of the configuration changes no label and does not raise the cap.
//
// Labels are kept by worth, see [worth]: a label that clients use often takes
// the place of one that was used once.
type Learner struct {
	classifier *clusterurl.ClusterURLClassifier
	max        int
	evicted    func(*Route)
	now        func() time.Time

	mu         sync.RWMutex
	names      map[string]*learned // by shape; they have their labels
	candidates map[string]*learned // by shape, while there is no room; they have no label
	least      worth               // no name is worth less
	folded     time.Time           // when worths were last brought up to date
	gone       []*learned          // the last that lost their label
	full       atomic.Bool         // all labels are taken

	told toldRoutes

	seed  maphash.Seed
	cache [cacheSlots]atomic.Pointer[remembered]
}

// learned is a shape that has a label, or is a candidate for one.
type learned struct {
	shape string
	route *Route        // nil of a candidate
	hits  atomic.Uint32 // since worth was brought up to date
	worth worth
	gone  atomic.Bool // it has lost its label
}

type remembered struct {
	path, shape string
	name        *learned // nil: none when the path was last seen
}

// find returns the route of path. A path whose response teaches nothing gets only
// one that other responses have taught.
func (l *Learner) find(path string, taught lesson) *Route {
	if len(path) > maxPathBytes {
		path = path[:maxPathBytes]
	}
	slot := &l.cache[maphash.String(l.seed, path)%cacheSlots]
	known := slot.Load()
	if known == nil || known.path != path {
		known = &remembered{path: path, shape: l.shape(path)}
	}
	if n := known.name; n != nil && !n.gone.Load() {
		n.learn(taught)
		return n.route
	}
	n := l.lookUp(known.shape)
	switch {
	case n != nil:
		n.learn(taught)
	case taught == nothing:
		return unmatched // which another path may change, so it is not remembered
	default:
		n = l.admit(known.shape, taught)
	}
	slot.Store(&remembered{strings.Clone(path), known.shape, n})
	if n == nil {
		return other
	}
	return n.route
}

// learn counts a request.
func (n *learned) learn(taught lesson) {
	if taught == success {
		n.hits.Add(1)
	}
}

func (l *Learner) lookUp(shape string) *learned {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.names[shape]
}

// shape is path with variables in place of values.
func (l *Learner) shape(path string) string {
	// A label must be UTF-8, and fit for a terminal.
	path = strings.Map(printable, strings.ToValidUTF8(path, "*"))
	segments := strings.Split(l.classifier.ClusterURL(path), "/")
	for i, segment := range segments {
		if strings.Contains(segment, "*") {
			segments[i] = variable
		}
	}
	return strings.Join(segments, "/")
}

func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return '*'
}
