package route

import (
	"errors"
	"maps"
	"strings"
)

// maxPath bounds the paths that are resolved, in bytes. gunicorn takes request
// lines of at most 8190 bytes (limit_request_line, 4094 unless told otherwise);
// what uvicorn takes beyond (64 KiB) is no path that a person or a program means.
const maxPath = 16 << 10

// ErrGaveUp is that of a path that is too long, or takes too long to resolve.
var ErrGaveUp = errors.New("gave up: the path is too long, or takes too much to match")

// Resolver resolves paths to routes exactly as Django does with the URLconf it
// was made of, but for what only Python can tell: a converter's own to_python is
// taken to accept what its regular expression matches, and a pattern of an
// opaque kind to match nothing. It is safe for concurrent use.
type Resolver struct {
	languages   *languages
	trees       map[string]*branch // by language
	scriptName  string
	appendSlash bool
	files       []*files
	routes      []*Route          // that it can answer, in their order, the project's own language first
	endpoints   []*Route          // the same, once for all languages
	byRoute     map[string]*Route // the first of those that Django calls the same
	unrouted    map[string]*Route // endpoints by what Django calls them in languages that no path tells
}

// Routes returns the endpoints that there are, in the order of the URLconf, once for all languages.
// Do not change them.
func (r *Resolver) Routes() []*Route { return r.endpoints }

// Resolve returns the route of path, which is decoded and has no query. It is nil
// if Django would answer 404, and the error ErrGaveUp if that takes too long to
// find out. It does not allocate but for regular expressions, and for a path
// that is not UTF-8.
func (r *Resolver) Resolve(path string) (*Route, error) {
	route, _, err := r.within(path, false)
	return route, err
}

// Explain is Resolve that also returns the text of each parameter by its name.
func (r *Resolver) Explain(path string) (*Route, map[string]string, error) {
	return r.within(path, true)
}

// within resolves a path within a budget of its own.
func (r *Resolver) within(path string, explain bool) (*Route, map[string]string, error) {
	if len(path) > maxPath {
		return nil, nil, ErrGaveUp
	}
	w := walk{explain: explain}
	route := r.resolve(&w, path)
	if w.budget.exhausted {
		return nil, nil, ErrGaveUp
	}
	return route, w.kwargs, nil
}

// slashTarget returns the route to which Django redirects a path that has none
// by appending a slash (middleware/common.py), or nil.
func (r *Resolver) slashTarget(w *walk, path string) *Route {
	if !r.appendSlash || strings.HasSuffix(path, "/") {
		return nil
	}
	return r.resolve(w, path+"/")
}

func (r *Resolver) resolve(w *walk, path string) *Route {
	path = r.pathInfo(repercent(path))
	below, ok := strings.CutPrefix(path, "/")
	if !ok {
		return nil
	}
	return r.trees[r.languages.of(path)].resolve(w, below)
}

// pathInfo is path without the script name. What lies elsewhere is taken as it
// is: the name may have been cut off on the way.
func (r *Resolver) pathInfo(path string) string {
	rest, ok := strings.CutPrefix(path, r.scriptName)
	switch {
	case ok && rest == "":
		return "/"
	case ok && rest[0] == '/':
		return rest
	default:
		return path
	}
}

// branch are patterns that are tried in their order, but for those that the
// path cannot match.
type branch struct {
	nodes []node
	index *index
}

// node is a pattern. It matches by its regex, or if that is nil by its segments.
type node struct {
	regex    *regex
	segments []segment
	whole    bool // the match must end where the path ends

	limited []int // the groups of the regex that are for int()

	route    *Route  // it leads to, or nil
	children *branch // or it includes
}

// walk is the resolving of one path.
type walk struct {
	budget  budget
	explain bool
	kwargs  map[string]string // of the route that was found, if they are asked for
}

// stepsPerNode is what it costs to come to the next node.
const stepsPerNode = 4

func (b *branch) resolve(w *walk, path string) *Route {
	place := b.index.deepest(path)
	for i := place.next(-1); i >= 0 && w.budget.spend(stepsPerNode); i = place.next(i) {
		n := &b.nodes[i]
		rest, kwargs, ok := n.match(w, path)
		if !ok {
			continue
		}
		route := n.route
		if n.children != nil {
			route = n.children.resolve(w, rest)
		}
		if route == nil {
			continue
		}
		if w.explain {
			maps.Copy(kwargs, w.kwargs) // Django: the inner ones win
			w.kwargs = kwargs
		}
		return route
	}
	return nil
}

// match returns the rest of path after what n matches.
func (n *node) match(w *walk, path string) (rest string, kwargs map[string]string, ok bool) {
	if w.explain {
		kwargs = make(map[string]string)
	}
	if n.regex != nil {
		rest, ok = n.matchRegex(w, path, kwargs)
	} else {
		rest, ok = n.matchSegments(w, path, kwargs)
	}
	return rest, kwargs, ok
}

func (n *node) matchSegments(w *walk, path string, kwargs map[string]string) (rest string, ok bool) {
	s := segmentSearch{budget: &w.budget, whole: n.whole, kwargs: kwargs}
	rest, ok = s.match(n.segments, path)
	return rest, ok && !s.failed
}

func (n *node) matchRegex(w *walk, path string, kwargs map[string]string) (rest string, ok bool) {
	limited := len(n.limited) > 0 && len(path) > maxIntDigits
	if n.children == nil && !limited && !w.explain {
		return "", n.regex.matches(&w.budget, path)
	}
	at := n.regex.find(&w.budget, path)
	if at == nil {
		return "", false
	}
	for _, i := range n.limited {
		if at[2*i+1]-at[2*i] > maxIntDigits {
			return "", false
		}
	}
	if w.explain {
		for i, name := range n.regex.names {
			if name != "" && at[2*i] >= 0 {
				kwargs[name] = path[at[2*i]:at[2*i+1]]
			}
		}
	}
	return path[at[1]:], true
}
