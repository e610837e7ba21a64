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

// find returns the route of path, or nil if there is no URLconf, or w has no time to find out. A
// path that the URLconf does not have is unmatched whatever the response to it was: middleware may
// answer any path with any status.
func (l *Live) find(w *walk, path string, status int) *Route {
	route := l.resolve(w, path, status)
	if route != nil {
		return route
	}
	resolver := l.Resolver()
	if resolver == nil || w.budget.exhausted {
		return nil
	}
	if served(status) {
		if file := resolver.file(path); file != nil {
			return file
		}
	}
	return unmatched
}

// resolve returns the route that the URLconf has for path, or nil.
func (l *Live) resolve(w *walk, path string, status int) *Route {
	resolver := l.Resolver()
	if resolver == nil {
		return nil
	}
	route := resolver.resolve(w, path)
	if route == nil && movedPermanently(status) {
		route = resolver.slashTarget(w, path)
	}
	return route
}

// movedPermanently reports whether that may be the status with which Django
// appends a slash (middleware/common.py): 301, or 308 if a project changed it.
func movedPermanently(status int) bool {
	return status == http.StatusMovedPermanently || status == http.StatusPermanentRedirect
}

// served reports whether a response with that status tells that there is such a file.
func served(status int) bool {
	switch status {
	case http.StatusNotModified, http.StatusPreconditionFailed, http.StatusRequestedRangeNotSatisfiable:
		return true
	default:
		return succeeded(status)
	}
}
