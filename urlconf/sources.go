package urlconf

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Sources are the URLconfs that sites take their routes from, each once, however
// many sites use it. They outlive the configurations that name them, so that a
// reload neither loses routes nor loads a project again. It is safe for
// concurrent use.
type Sources struct {
	cache    string
	logger   *slog.Logger
	interval time.Duration

	mu  sync.Mutex
	all map[origin]*Source
}

// NewSources makes an empty set. cache is the directory for the last good
// URLconf of projects that are exported; empty for none.
func NewSources(cache string, logger *slog.Logger) *Sources {
	return &Sources{cache: cache, logger: logger, interval: minInterval, all: make(map[origin]*Source)}
}

// File returns the source of a document that `caddy django routes` has written.
// The file is read now, and refused if it is not right. Give the source back with
// Release.
func (s *Sources) File(path string) (*Source, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("finding the routes: %w", err)
	}
	source := s.acquire(file{path}, "")
	// A source that is in use already reads it, too: who loads a configuration
	// wants to know. If it fails the last good URLconf stays in force.
	if err := source.load(context.Background()); err != nil {
		s.Release(source)
		return nil, err
	}
	return source, nil
}

// Project returns the source of a project that is to be exported. That it can be
// run is checked now; it is run, in the background, after Start. Until then what
// was kept of it is in force. Give the source back with Release.
func (s *Sources) Project(p Project) (*Source, error) {
	var err error
	if p.Dir, err = filepath.Abs(p.Dir); err != nil {
		return nil, fmt.Errorf("finding the project: %w", err)
	}
	source := s.acquire(p, s.cacheOf(p))
	if source.live.Resolver() == nil {
		source.restore()
	}
	// The project may be on its way to another release just now: then what was
	// kept will do, and the log will tell.
	if _, err := p.prepare(); err != nil && source.live.Resolver() == nil {
		s.Release(source)
		return nil, err
	}
	return source, nil
}

// cacheOf returns the file that keeps the URLconf of a project.
func (s *Sources) cacheOf(p Project) string {
	if s.cache == "" {
		return ""
	}
	// The time that it may take is none of its identity.
	key := sha256.Sum256(fmt.Appendf(nil, "%q", []string{p.Dir, p.Settings, p.Python, p.URLConf}))
	return filepath.Join(s.cache, fmt.Sprintf("%x.json", key[:8]))
}

func (s *Sources) acquire(o origin, cache string) *Source {
	s.mu.Lock()
	defer s.mu.Unlock()
	source, ok := s.all[o]
	if !ok {
		source = &Source{origin: o, cache: cache, logger: s.logger, hurry: make(chan struct{}, 1), done: make(chan struct{})}
		s.all[o] = source
	}
	source.users++
	return source
}

// Start begins to watch the sources that are not watched yet.
func (s *Sources) Start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, source := range s.all {
		if source.cancel != nil {
			continue
		}
		ctx, cancel := context.WithCancel(context.Background())
		source.cancel = cancel
		go func() {
			defer close(source.done)
			source.watch(ctx, s.interval)
		}()
	}
}

// Look makes all sources read their origins now, in the background.
func (s *Sources) Look() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, source := range s.all {
		source.Look()
	}
}

// Release gives a source back. The last one to do so ends it.
func (s *Sources) Release(source *Source) {
	s.mu.Lock()
	source.users--
	last := source.users == 0
	if last {
		delete(s.all, source.origin)
	}
	s.mu.Unlock()
	if !last {
		return
	}
	defer source.live.Set(nil)
	if source.cancel == nil {
		return
	}
	source.cancel()
	select {
	case <-source.done:
	case <-time.After(releaseTimeout):
		// It hangs in a file system that does not answer, and ends when that does.
	}
}

// releaseTimeout is how long to wait for what a source is just doing.
const releaseTimeout = 3 * time.Second

// Status returns how each source is, by name.
func (s *Sources) Status() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Status, 0, len(s.all))
	for _, source := range s.all {
		all = append(all, source.Status())
	}
	slices.SortFunc(all, func(a, b Status) int { return cmp.Compare(a.Source, b.Source) })
	return all
}

// Collectors returns what to register with a registry.
func (s *Sources) Collectors() []prometheus.Collector { return []prometheus.Collector{collector{s}} }
