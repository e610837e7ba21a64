package route

import (
	"fmt"
	"hash/maphash"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"

	"github.com/grafana/clusterurl/pkg/clusterurl"
)

// DefaultMaxLearned is the number of labels learned from the shape of paths.
const DefaultMaxLearned = 200

// variable stands in a learned label for the parts that look like values. It is
// what Django's own simplify_regex writes for an unnamed group.
const variable = "<var>"

// cacheSlots is the number of recent paths whose label is remembered.
const cacheSlots = 1 << 12

// maxPathBytes bounds what is looked at: no route is told apart by what comes
// after so many bytes.
const maxPathBytes = 512

// Learner makes labels from the shape of paths: what looks like an identifier
// becomes a variable. It is meant to outlive the tables that use it, so that a
// reload of the configuration changes no label and does not raise the cap.
type Learner struct {
	classifier *clusterurl.ClusterURLClassifier
	max        int

	mu       sync.RWMutex
	admitted map[string]*Route // by shape

	told toldRoutes

	seed  maphash.Seed
	cache [cacheSlots]atomic.Pointer[remembered]
}

type remembered struct {
	path  string
	route *Route
}

// NewLearner makes a learner of at most max labels.
func NewLearner(max int) (*Learner, error) {
	config := clusterurl.DefaultConfig()
	config.ReplaceWith = '*'
	classifier, err := clusterurl.NewClusterURLClassifier(config)
	if err != nil {
		return nil, fmt.Errorf("making the classifier of paths: %w", err)
	}
	return &Learner{
		classifier: classifier,
		max:        max,
		admitted:   make(map[string]*Route, max),
		seed:       maphash.MakeSeed(),
	}, nil
}

// find returns the route of path. A path that is not found gets only one which
// other paths have taught.
func (l *Learner) find(path string, found bool) *Route {
	if len(path) > maxPathBytes {
		path = path[:maxPathBytes]
	}
	slot := &l.cache[maphash.String(l.seed, path)%cacheSlots]
	if r := slot.Load(); r != nil && r.path == path {
		return r.route
	}
	route := l.admit(l.shape(path), found)
	if route != unmatched { // which another path may change
		slot.Store(&remembered{strings.Clone(path), route})
	}
	return route
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

// admit returns the route for shape, which is a new one only while there is
// room and the path was found.
func (l *Learner) admit(shape string, found bool) *Route {
	l.mu.RLock()
	route := l.admitted[shape]
	full := len(l.admitted) >= l.max
	l.mu.RUnlock()
	switch {
	case route != nil:
		return route
	case !found:
		return unmatched
	case full:
		return other
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if route := l.admitted[shape]; route != nil {
		return route
	}
	if len(l.admitted) >= l.max {
		return other
	}
	route = newRoute(shape)
	l.admitted[shape] = route
	return route
}
