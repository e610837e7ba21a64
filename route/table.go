// Package route tells which Django route a path belongs to, as a label with few
// distinct values: a pattern such as "/users/<int:pk>/", never the path itself.
//
// What the operator wrote comes first; a path that no pattern matches gets a
// label learned from the shape of the paths seen so far, up to a hard cap.
package route

import "net/http"

// Labels that stand for no route of their own.
const (
	// Unmatched is a path that no route is known for: Django answered 404, or
	// with what it answers to any path.
	Unmatched = "_unmatched"
	// Other is any route past the cap.
	Other = "_other"
)

// Table resolves paths to labels. It is safe for concurrent use.
type Table struct {
	patterns []*Pattern
	learner  *Learner
}

// NewTable makes a table which tries patterns in their order, as Django does,
// and asks learner for the paths that none of them matches.
func NewTable(patterns []*Pattern, learner *Learner) *Table {
	return &Table{patterns: patterns, learner: learner}
}

// Label returns the label of path, which is decoded and has no query. status is
// what the response to it was: it must tell that there is such a route, or else
// a scanner would fill the table with what it looks for.
func (t *Table) Label(path string, status int) string {
	for _, p := range t.patterns {
		if p.Match(path) {
			return p.text
		}
	}
	return t.learner.label(path, teaches(status))
}

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
