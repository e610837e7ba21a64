package route

import (
	"fmt"
	"hash/maphash"
	"sync"
	"time"

	"github.com/grafana/clusterurl/pkg/clusterurl"
)

// DefaultMaxLearned is the number of labels that a site can have learned from the shape of paths.
const DefaultMaxLearned = 200

// Learners are the learners of all sites. Each site has its own, so that what clients do to one
// changes no label of another.
type Learners struct {
	classifier *clusterurl.ClusterURLClassifier
	max        int
	evicted    func(site string, r *Route)

	mu     sync.Mutex
	bySite map[string]*Learner
}

// NewLearners makes the learners of at most max labels each. It calls evicted, which may be nil,
// with a route whose label the site's learner will not return again unless it is learned anew.
func NewLearners(max int, evicted func(site string, r *Route)) (*Learners, error) {
	config := clusterurl.DefaultConfig()
	config.ReplaceWith = '*'
	classifier, err := clusterurl.NewClusterURLClassifier(config)
	if err != nil {
		return nil, fmt.Errorf("making the classifier of paths: %w", err)
	}
	return &Learners{classifier: classifier, max: max, evicted: evicted, bySite: make(map[string]*Learner)}, nil
}

// Site returns the learner of the named site, the same for the same name. The caller bounds the names.
func (l *Learners) Site(name string) *Learner {
	l.mu.Lock()
	defer l.mu.Unlock()
	learner, ok := l.bySite[name]
	if !ok {
		learner = &Learner{
			classifier: l.classifier,
			max:        l.max,
			evicted: func(r *Route) {
				if l.evicted != nil {
					l.evicted(name, r)
				}
			},
			now:        time.Now,
			names:      make(map[string]*learned),
			candidates: make(map[string]*learned),
			seed:       maphash.MakeSeed(),
		}
		l.bySite[name] = learner
	}
	return learner
}
