// Package route tells which Django route a path belongs to, as a label with few
// distinct values: a pattern such as "/users/<int:pk>/", never the path itself.
//
// What the operator wrote comes first, then the project's own URLconf; a path
// that neither knows gets a label learned from the shape of the paths seen so
// far, up to a hard cap.
package route

import "net/http"

// Labels that stand for no route of their own.
const (
	// Unmatched is a path that no route is known for: Django answered 404, or
	// with what it answers to any path.
	Unmatched = "_unmatched"
	// Other is any route past the cap, or one that takes too long to find out.
	Other = "_other"
)

// Table resolves paths to labels. It is safe for concurrent use.
type Table struct {
	patterns []*Pattern
	urlconf  *Live
	learner  *Learner
	style    Style
}

// NewTable makes a table which tries patterns in their order, as Django does,
// then urlconf, which may be nil, and asks learner for the paths that have no
// route there.
func NewTable(patterns []*Pattern, urlconf *Live, learner *Learner, style Style) *Table {
	return &Table{patterns: patterns, urlconf: urlconf, learner: learner, style: style}
}

// Label returns the label of path, which is decoded and has no query. status is
// what the response to it was: without a URLconf it must tell that there is such
// a route, or else a scanner would fill the table with what it looks for.
func (t *Table) Label(path string, status int) string {
	route, gaveUp := t.find(path, status)
	if gaveUp {
		t.urlconf.giveUp()
	}
	return route.LabelIn(t.style)
}

// Foretell returns the label that path is going to have if Django answers it as
// it has others of its kind: [Unmatched] if nothing is known of such paths yet.
func (t *Table) Foretell(path string) string {
	route, _ := t.find(path, http.StatusBadRequest) // which teaches nothing
	return route.LabelIn(t.style)
}

// find reports with [Other] whether that is because it takes too long to find out.
func (t *Table) find(path string, status int) (route *Route, gaveUp bool) {
	if len(path) > maxPath {
		return other, true
	}
	var w walk // one, for its budget is that of all that is tried
	for _, p := range t.patterns {
		if p.match(&w.budget, path) {
			return p.route, false
		}
	}
	route = t.urlconf.find(&w, path, status)
	switch {
	case w.budget.exhausted:
		return other, true
	case route != nil:
		return route, false
	}
	return t.learner.find(path, teaches(status)), false
}

// Catalog returns what there is to know about the URLconf's routes.
func (t *Table) Catalog() Catalog { return Catalog{t.urlconf, t.style} }

// statusClientClosedRequest is Caddy's for a client that left unanswered.
const statusClientClosedRequest = 499

// teaches reports whether a response with that status tells that its path has a
// route. The others are the answer to any path: when there is none, when the
// host is refused, when the client asks too often or leaves, and while Django is
// down.
func teaches(status int) bool {
	switch status {
	case http.StatusNotFound, http.StatusBadRequest, http.StatusTooManyRequests, statusClientClosedRequest,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return false
	default:
		return true
	}
}
