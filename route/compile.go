package route

import (
	"fmt"
	"slices"
	"strings"
)

// NewResolver compiles a URLconf. An error says which of its patterns is wrong.
func NewResolver(conf *URLConf) (*Resolver, error) {
	c := &compiler{
		conf:      conf,
		regexes:   make(map[regexKey]*regex),
		known:     make(map[routeKey]*Route),
		endpoints: make(map[*URLNode]*Route),
	}
	r := &Resolver{
		languages:   newLanguages(conf),
		trees:       make(map[string]*branch),
		scriptName:  strings.TrimRight(conf.ScriptName, "/"),
		appendSlash: conf.AppendSlash,
		files:       newFiles(conf.StaticURL, conf.MediaURL),
	}
	c.merges = len(conf.Languages) > 1 || len(r.languages.active) > 1
	for _, language := range r.languages.active {
		c.language = language
		tree, err := c.branch(conf.Patterns, "patterns", parent{label: "/", merged: "/"})
		if err != nil {
			return nil, err
		}
		r.trees[language] = tree
	}
	r.routes = c.routes
	r.byRoute = make(map[string]*Route, len(r.routes))
	seen := make(map[*Route]bool)
	for _, route := range r.routes {
		if r.byRoute[route.Route] == nil {
			r.byRoute[route.Route] = route
		}
		if endpoint := route.Endpoint(); !seen[endpoint] {
			seen[endpoint] = true
			r.endpoints = append(r.endpoints, endpoint)
		}
	}
	r.unrouted = c.unrouted(r)
	return r, nil
}

type compiler struct {
	conf      *URLConf
	language  string
	merges    bool // the project has several languages
	regexes   map[regexKey]*regex
	known     map[routeKey]*Route
	endpoints map[*URLNode]*Route
	routes    []*Route
}

// routeKey tells routes apart: a pattern that is not translated is one route in
// all languages.
type routeKey struct {
	source *URLNode
	route  string
}

// regexKey tells compiled expressions apart.
type regexKey struct {
	text, flags string
	whole       bool
}

// parent is what the patterns above an endpoint contribute to its route.
type parent struct {
	route, label     string
	merged           string // the label in all languages
	namespaces, apps string
}

// join appends a pattern (urls/resolvers.py, _join_route and ResolverMatch).
func (p parent) join(source *URLNode, route, label, merged string) parent {
	return parent{
		joinRoute(p.route, route), p.label + label, p.merged + merged,
		qualify(p.namespaces, source.Namespace), qualify(p.apps, source.AppName),
	}
}

func joinRoute(above, route string) string {
	if above != "" {
		route = strings.TrimPrefix(route, "^")
	}
	return above + route
}

// qualify appends a name to those of the namespaces around it.
func qualify(outer, name string) string {
	if outer == "" || name == "" {
		return outer + name
	}
	return outer + ":" + name
}

func (c *compiler) branch(nodes []*URLNode, where string, above parent) (*branch, error) {
	b := &branch{nodes: make([]node, 0, len(nodes))}
	var prefixes []string
	for i, source := range nodes {
		if source.Kind == kindOpaque || !c.speaks(source.Languages) {
			continue
		}
		n, prefix, err := c.node(source, fmt.Sprintf("%s[%d]", where, i), above)
		if err != nil {
			return nil, err
		}
		b.nodes = append(b.nodes, n)
		prefixes = append(prefixes, prefix)
	}
	b.index = newIndex(prefixes)
	return b, nil
}

// speaks reports whether what is there in these languages is there in the
// compiler's. None are all.
func (c *compiler) speaks(languages []string) bool {
	return len(languages) == 0 || slices.ContainsFunc(languages, func(l string) bool { return strings.EqualFold(l, c.language) })
}

// node compiles a pattern and all below it, and tells what text a path begins
// with that it matches.
func (c *compiler) node(source *URLNode, where string, above parent) (n node, prefix string, err error) {
	var label string
	route := c.translation(source)
	if source.Kind == kindRegex {
		n, prefix, label, err = c.regexNode(source, route)
	} else {
		n, prefix, err = c.pathNode(source, route)
		label = route.Route
	}
	if err != nil {
		return node{}, "", fmt.Errorf("%s: regex %q: %w", where, route.Regex, err)
	}
	all := above.join(source, route.Route, label, c.mergedLabel(source, label))
	if source.View == "" {
		n.children, err = c.branch(source.Children, where+".children", all)
		return n, prefix, err
	}
	n.route = c.endpoint(source, all)
	return n, prefix, nil
}

func (c *compiler) endpoint(source *URLNode, all parent) *Route {
	key := routeKey{source, all.route}
	if r, ok := c.known[key]; ok {
		return r
	}
	r := newRoute(all.label)
	r.Route, r.View, r.Name = all.route, source.View, source.Name
	r.Namespace, r.App = all.namespaces, all.apps
	c.known[key] = r
	c.routes = append(c.routes, r)
	c.merge(source, r, all.merged)
	return r
}

// translation is the pattern in the compiler's language.
func (c *compiler) translation(source *URLNode) Translation {
	if source.Kind == kindLocalePrefix {
		if c.language == c.conf.LanguageCode && !source.PrefixDefaultLanguage {
			return Translation{}
		}
		return Translation{Route: c.language + "/"}
	}
	for language, translation := range source.Translations {
		if strings.EqualFold(language, c.language) {
			return translation
		}
	}
	return Translation{Route: source.Route, Regex: source.Regex}
}

// pathNode compiles a path(), or a prefix with a language.
func (c *compiler) pathNode(source *URLNode, route Translation) (node, string, error) {
	if all, ok := segments(route.Route, source.Converters); ok {
		n := node{segments: all, whole: source.Endpoint}
		if len(all) == 0 || all[0].converter != nil {
			return n, "", nil
		}
		return n, all[0].literal, nil
	}
	e, err := parsePython(route.Regex, source.Flags)
	if err != nil {
		return node{}, "", err
	}
	n, prefix, err := c.compile(e, regexKey{text: route.Regex, flags: source.Flags})
	if err != nil {
		return node{}, "", err
	}
	if n.regex == nil {
		return n, prefix, nil
	}
	for i, name := range n.regex.names {
		if built := builtin[source.Converters[name].Class]; built != nil && built.max > 0 {
			n.limited = append(n.limited, i)
		}
	}
	return n, prefix, nil
}

// regexNode compiles a re_path(), which is matched with Python's search or, if
// it looks as if it meant that, with fullmatch (RegexPattern.match).
func (c *compiler) regexNode(source *URLNode, route Translation) (n node, prefix, label string, err error) {
	e, err := parsePython(route.Regex, source.Flags)
	if err != nil {
		return node{}, "", "", err
	}
	n, prefix, err = c.compile(e, regexKey{
		text: route.Regex, flags: source.Flags,
		whole: source.Endpoint && strings.HasSuffix(route.Regex, "$"),
	})
	return n, prefix, simplify(e), err
}

func (c *compiler) compile(e *expr, key regexKey) (node, string, error) {
	prefix, only := e.prefix(key.whole)
	if only {
		var all []segment
		if prefix != "" {
			all = []segment{{literal: prefix}}
		}
		return node{segments: all, whole: key.whole}, prefix, nil
	}
	compiled, ok := c.regexes[key]
	if !ok {
		var err error
		if compiled, err = compileRegex(e, key.whole); err != nil {
			return node{}, "", err
		}
		c.regexes[key] = compiled
	}
	return node{regex: compiled}, prefix, nil
}
