package urlconf

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/caddy-django/gateway/route"
)

// origin is where a document comes from.
type origin interface {
	// name tells people and metrics which it is.
	name() string
	// read returns the document. An error says what would be right.
	read(ctx context.Context) ([]byte, error)
	// stamp changes whenever read may return another document.
	stamp(ctx context.Context) string
}

// Source is the URLconf of one project, kept up to date: it is read again when
// the project changes, and while that fails the last good one stays in force.
type Source struct {
	origin origin
	cache  string // file that keeps the last good document over a restart; empty for none
	logger *slog.Logger
	live   route.Live
	users  int // guarded by Sources.mu

	loading sync.Mutex // held while it is read
	mu      sync.Mutex
	status  Status
	stamped string // stamp of the origin when it was last read

	hurry  chan struct{}      // has one while Look is to be followed
	cancel context.CancelFunc // nil until it runs
	done   chan struct{}
}

// Status tells how a source is.
type Status struct {
	Source string `json:"source"`
	// Django, Settings, RootURLConf and Hash are of the URLconf in force.
	Django      string `json:"django,omitempty"`
	Settings    string `json:"settings,omitempty"`
	RootURLConf string `json:"root_urlconf,omitempty"`
	Hash        string `json:"hash,omitempty"`
	// Routes is how many there are, 0 before the first URLconf.
	Routes int `json:"routes"`
	// Loaded is when the project was last read with success; zero for never
	// since the gateway has started.
	Loaded time.Time `json:"loaded,omitzero"`
	// Error is why it could not be read the last time, and Failed when that was.
	Error  string    `json:"error,omitempty"`
	Failed time.Time `json:"failed,omitzero"`
	// GaveUp counts the paths that took too long to resolve.
	GaveUp uint64 `json:"gave_up"`
}

// Live returns what is in force, whatever that may come to be.
func (s *Source) Live() *route.Live { return &s.live }

// Look makes s read its origin now, changed or not, in the background. A source that is not
// watched yet does so when it is.
func (s *Source) Look() {
	select {
	case s.hurry <- struct{}{}:
	default: // it is about to
	}
}

// Status returns how s is now.
func (s *Source) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := s.status
	status.Source = s.origin.name()
	status.GaveUp = s.live.GaveUp()
	return status
}

// load reads the document and puts it in force.
func (s *Source) load(ctx context.Context) error {
	s.loading.Lock()
	defer s.loading.Unlock()
	s.stamp(s.origin.stamp(ctx)) // before, so that no change goes unseen
	document, err := s.origin.read(ctx)
	if err == nil {
		err = s.apply(document, time.Now())
	}
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.status.Error, s.status.Failed = err.Error(), time.Now()
		return err
	}
	if s.cache != "" {
		if err := keep(s.cache, document); err != nil {
			s.logger.Warn("keeping the routes for the next start failed", "source", s.origin.name(), "error", err)
		}
	}
	return nil
}

// keep writes a document for the next start.
func keep(path string, document []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return WriteFile(path, document)
}

func (s *Source) stamp(stamp string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stamped = stamp
}

// lastStamp is empty before the first load.
func (s *Source) lastStamp() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stamped
}

func (s *Source) apply(document []byte, loaded time.Time) error {
	conf, err := route.ReadURLConf(bytes.NewReader(document))
	if err != nil {
		return fmt.Errorf("reading the routes in %s: %w", s.origin.name(), err)
	}
	resolver, err := route.NewResolver(conf)
	if err != nil {
		return fmt.Errorf("compiling the routes in %s: %w", s.origin.name(), err)
	}
	s.live.Set(resolver)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status = Status{
		Django:      conf.Django,
		Settings:    conf.Settings,
		RootURLConf: conf.RootURLConf,
		Hash:        conf.Hash,
		Routes:      len(resolver.Routes()),
		Loaded:      loaded,
	}
	return nil
}
