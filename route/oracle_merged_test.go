package route

import (
	"slices"
	"strings"
	"testing"
)

// agreeMerged compares an answer of Django's with the endpoint for all languages: it is of the same view and name. Where Django's
// route begins with a language, its label has none, and the probe's report leads to it.
func agreeMerged(t *testing.T, conf *URLConf, resolver *Resolver, path string, want answer) {
	t.Helper()
	route, err := resolver.Resolve(DecodePath(path))
	if err != nil || route == nil {
		return
	}
	endpoint := route.Endpoint()
	of := [2]string{endpoint.View, endpoint.Name}
	if of != [2]string{want[1], want[2]} {
		t.Errorf("%.200q: its endpoint is of %q, Django says %q", path, of, want)
	}
	language, _, _ := strings.Cut(want[0], "/")
	known := slices.ContainsFunc(conf.Languages, func(l string) bool { return strings.EqualFold(l, language) })
	localized := slices.ContainsFunc(conf.Patterns, func(n *URLNode) bool { return n.Kind == kindLocalePrefix })
	if known && localized && len(conf.Languages) > 1 && !strings.HasPrefix(endpoint.Label, "/"+languageSegment) {
		t.Errorf("%.200q: %q is labelled %q", path, want[0], endpoint.Label)
	}
	if reported := resolver.byRoute[want[0]]; reported == nil || reported.Endpoint().View != endpoint.View {
		t.Errorf("%.200q: the probe would report %q, which is %+v", path, want[0], reported)
	}
}
