package route

import (
	"net/http"
	"sync/atomic"
)

// Live is the URLconf of a project, which is replaced as a whole whenever the
// project changes. The zero value has no routes, and neither has nil. It is safe
// for concurrent use.
type Live struct {
	resolver atomic.Pointer[Resolver]
	gaveUp   atomic.Uint64
}

// Set replaces the resolver; nil takes it away.
func (l *Live) Set(r *Resolver) { l.resolver.Store(r) }

// Resolver returns the one in force, or nil.
func (l *Live) Resolver() *Resolver {
	if l == nil {
		return nil
	}
	return l.resolver.Load()
}

// GaveUp returns how many paths took too long to resolve.
func (l *Live) GaveUp() uint64 { return l.gaveUp.Load() }

func (l *Live) giveUp() {
	if l != nil {
		l.gaveUp.Add(1)
	}
}

// find returns the route of path, or nil if the URLconf has none for it, or w
// has no time to find out.
func (l *Live) find(w *walk, path string, status int) *Route {
	resolver := l.Resolver()
	if resolver == nil {
		return nil
	}
	route := resolver.resolve(w, path)
	if route == nil && movedPermanently(status) {
		route = resolver.slashTarget(w, path)
	}
	switch {
	case route != nil:
		return route
	case status == http.StatusNotFound:
		return unmatched // whatever it was in a URLconf before
	case teaches(status):
		return resolver.file(path)
	default:
		return nil
	}
}

// movedPermanently reports whether that may be the status with which Django
// appends a slash (middleware/common.py): 301, or 308 if a project changed it.
func movedPermanently(status int) bool {
	return status == http.StatusMovedPermanently || status == http.StatusPermanentRedirect
}
