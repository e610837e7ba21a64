// Package route tells which Django route a path belongs to, as a label with few
// distinct values: a pattern such as "/users/<int:pk>/", never the path itself.
//
// What the operator wrote comes first, then the project's own URLconf. Without a
// URLconf a path gets a label learned from the shape of the paths that Django
// has served, up to a hard cap.
package route

import "net/http"

// Labels that stand for no route of their own.
const (
	// Unmatched is a path that no route is known for. Where there is a URLconf, it has none;
	// elsewhere no response has taught one.
	Unmatched = "_unmatched"
	// Other is any route past the cap, or one that takes too long to find out.
	Other = "_other"
)

// Table resolves paths to labels. It is safe for concurrent use.
type Table struct {
	patterns []*Pattern
	urlconf  *Live
	learner  *Learner
	naming   Naming
}

// NewTable makes a table which tries patterns in their order, as Django does,
// then urlconf, which may be nil, and asks learner for the paths that have no
// route there.
func NewTable(patterns []*Pattern, urlconf *Live, learner *Learner, naming Naming) *Table {
	return &Table{patterns: patterns, urlconf: urlconf, learner: learner, naming: naming}
}

// WithLearner returns a table that differs in its learner alone.
func (t *Table) WithLearner(l *Learner) *Table {
	other := *t
	other.learner = l
	return &other
}

// Label returns the label of path, which is decoded and has no query.
func (t *Table) Label(path string, answer Answer) string {
	route, gaveUp := t.find(path, answer)
	if gaveUp {
		t.urlconf.giveUp()
	}
	return route.LabelAs(t.naming)
}

// Foretell returns the label that path is going to have if Django answers it as
// it has others of its kind: [Unmatched] if nothing is known of such paths yet.
func (t *Table) Foretell(path string) string {
	route, _ := t.find(path, Answer{Status: http.StatusBadRequest}) // which teaches nothing
	return route.LabelAs(t.naming)
}

// EventName returns the name that an event about path has for its route. An event costs no
// label, so a path past the cap of learned labels is named by its shape.
func (t *Table) EventName(path, label string) string {
	if label != Other || t.urlconf.Resolver() != nil {
		return label
	}
	return newRoute(t.learner.shape(path[:min(len(path), maxPathBytes)])).LabelAs(t.naming)
}

// find reports with [Other] whether that is because it takes too long to find out.
func (t *Table) find(path string, answer Answer) (route *Route, gaveUp bool) {
	if len(path) > maxPath {
		return other, true
	}
	var w walk // one, for its budget is that of all that is tried
	for _, p := range t.patterns {
		if p.match(&w.budget, path) {
			return p.route, false
		}
	}
	route = t.urlconf.find(&w, path, answer.Status)
	switch {
	case w.budget.exhausted:
		return other, true
	case route != nil:
		return route, false
	}
	return t.learner.find(path, answer.teaches()), false
}

// Catalog returns what there is to know about the URLconf's routes.
func (t *Table) Catalog() Catalog { return Catalog{t.urlconf, t.naming} }
