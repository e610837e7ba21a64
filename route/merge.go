package route

import (
	"slices"
	"strings"
)

// languageSegment stands in a label for the language that i18n_patterns puts into a path.
const languageSegment = "<language>/"

// mergedLabel is what a pattern adds to the label of its endpoint. label is what it adds in the
// compiler's language. i18n_patterns adds the same where the project's own language has no prefix:
// /about/ and /de/about/ are one endpoint.
func (c *compiler) mergedLabel(source *URLNode, label string) string {
	switch {
	case !c.merges:
		return label
	case source.Kind == kindLocalePrefix:
		return languageSegment
	case len(source.Translations) == 0:
		return label
	case source.Kind != kindRegex:
		return source.Route
	}
	e, err := parsePython(source.Regex, source.Flags)
	if err != nil { // it is an expression in the compiler's language
		return label
	}
	return simplify(e)
}

// merge makes r one of the routes of its endpoint.
func (c *compiler) merge(source *URLNode, r *Route, label string) {
	endpoint := c.endpoints[source]
	switch {
	case endpoint != nil:
	case r.Label == label:
		c.endpoints[source] = r
		return
	default:
		endpoint = newRoute(label)
		endpoint.Route, endpoint.View, endpoint.Name = r.Route, r.View, r.Name
		endpoint.Namespace, endpoint.App = r.Namespace, r.App
		c.endpoints[source] = endpoint
	}
	r.endpoint = endpoint
}

// unrouted returns the endpoints by the routes that Django has for them in the languages that no
// path tells: a cookie, a header or a middleware of the project's own chooses those. The probe
// reports such routes.
func (c *compiler) unrouted(r *Resolver) map[string]*Route {
	all := make(map[string]*Route)
	if !c.merges || !slices.ContainsFunc(c.conf.Patterns, translated) {
		return all
	}
	for _, language := range c.conf.Languages {
		c.language = strings.ToLower(language)
		if r.trees[c.language] == nil {
			c.addUnrouted(all, r, c.conf.Patterns, "")
		}
	}
	return all
}

func (c *compiler) addUnrouted(all map[string]*Route, r *Resolver, nodes []*URLNode, above string) {
	for _, n := range nodes {
		if n.Kind == kindOpaque || !c.speaks(n.Languages) {
			continue
		}
		route := joinRoute(above, c.translation(n).Route)
		c.addUnrouted(all, r, n.Children, route)
		if endpoint := c.endpoints[n]; endpoint != nil && r.byRoute[route] == nil && all[route] == nil {
			all[route] = endpoint
		}
	}
}

// translated reports whether n, or a pattern below it, differs from language to language.
func translated(n *URLNode) bool {
	return n.Kind == kindLocalePrefix || len(n.Translations) > 0 || slices.ContainsFunc(n.Children, translated)
}
