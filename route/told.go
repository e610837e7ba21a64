package route

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// Told is the route that Django itself says it has resolved a path to.
type Told struct {
	Resolved bool   // it has found one
	Route    string // Django's ResolverMatch.route
	View     string // dotted path of the view
}

// maxTold is the number of routes that Django may tell of. More are [Other].
const maxTold = 5000

// LabelTold is Label where Django has told the route, which is right where the URLconf cannot be: under a URLconf of
// the request's own, behind opaque converters, and when the project has changed since. What the operator wrote still
// comes first. Where a middleware has answered before Django resolved the path, the URLconf says what it would have been.
// disagrees tells that the URLconf has another route for the path.
func (t *Table) LabelTold(path string, status int, told Told) (label string, disagrees bool) {
	var w walk
	for _, p := range t.patterns {
		if p.match(&w.budget, path) {
			return p.route.LabelAs(t.naming), false
		}
	}
	resolver := t.urlconf.Resolver()
	known := resolver != nil && len(path) <= maxPath
	if !told.Resolved {
		if known {
			if r := t.urlconf.find(&w, path, status); r != nil {
				return r.LabelAs(t.naming), false
			}
		}
		return Unmatched, false
	}
	if !known {
		return t.learner.told.route(told).LabelAs(t.naming), false
	}
	expected := t.urlconf.resolve(&w, path, status)
	if expected == nil || expected.Route != told.Route {
		reported := resolver.byRoute[told.Route]
		if reported == nil {
			reported = resolver.unrouted[told.Route]
		}
		// The same endpoint in another language is no disagreement: a cookie may have chosen that.
		same := expected != nil && reported != nil && expected.Endpoint() == reported.Endpoint()
		disagrees = !w.budget.exhausted && !same
		expected = reported
		if t.naming.SplitLanguages {
			expected = resolver.byRoute[told.Route]
		}
	}
	if expected == nil || t.naming.Style == StyleView && expected.View != told.View {
		expected = t.learner.told.route(told)
	}
	return expected.LabelAs(t.naming), disagrees
}

// toldRoutes are the routes that Django has told of, up to a cap.
type toldRoutes struct {
	known atomic.Pointer[map[toldKey]*Route] // replaced as a whole, so that reading it takes no lock
	mu    sync.Mutex                         // held to replace it
}

type toldKey struct{ route, view string }

func (t *toldRoutes) route(told Told) *Route {
	key := toldKey{told.Route, told.View}
	if known := t.known.Load(); known != nil {
		if r := (*known)[key]; r != nil {
			return r
		}
	}
	if t.full() {
		return other
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	grown := make(map[toldKey]*Route)
	if known := t.known.Load(); known != nil {
		if r := (*known)[key]; r != nil {
			return r
		}
		if t.full() {
			return other
		}
		maps.Copy(grown, *known)
	}
	r := newTold(told)
	grown[toldKey{strings.Clone(told.Route), strings.Clone(told.View)}] = r
	t.known.Store(&grown)
	return r
}

func (t *toldRoutes) full() bool {
	known := t.known.Load()
	return known != nil && len(*known) >= maxTold
}

func newTold(told Told) *Route {
	label := "/" + toldLabel(told.Route)
	if len(label) > maxPathBytes || len(told.View) > maxPathBytes {
		return other
	}
	r := newRoute(fit(label))
	r.Route, r.View = told.Route, fit(told.View)
	return r
}

// toldLabel writes a route as the URLconf does. Django tells one text for all the patterns on the way: what has the
// signs of a regular expression is taken for one.
func toldLabel(route string) string {
	if !strings.ContainsAny(route, `^$\(`) {
		return route
	}
	e, err := parsePython(route, "")
	if err != nil {
		return strings.Trim(route, "^$")
	}
	return simplify(e)
}

// fit makes a text fit for a label: UTF-8 that prints.
func fit(text string) string {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "*")
	}
	return strings.Map(printable, text)
}
