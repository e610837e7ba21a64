package caddymodule

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// translated is a project in two languages.
const translated = `{"version": 1, "use_i18n": true, "locale_middleware": true, "language_code": "en", "languages": ["en", "de"], "patterns": [
	{"kind": "locale_prefix", "children": [{"kind": "path", "route": "about/", "endpoint": true, "view": "views.about",
		"translations": {"en": {"route": "about/"}, "de": {"route": "ueber/"}}}]}]}`

func TestLanguagesOfRoutes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "routes.json")
	if err := os.WriteFile(file, []byte(translated), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, options string
		want          []string
	}{
		{"by default a route has one label", "", []string{"/<language>/about/"}},
		{"merge gives a route one label", "{\nlanguages merge\n}", []string{"/<language>/about/"}},
		{"split gives a route a label in each language", "{\nlanguages split\n}", []string{"/about/", "/de/ueber/"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := startGateway(t, "{\nroutes "+file+" "+c.options+"\n}", "respond ok")
			g.request("/about/", "")
			g.request("/de/ueber/", "")
			if got := slices.Sorted(maps.Keys(g.routes())); !slices.Equal(got, c.want) {
				t.Errorf("the routes are %v, want %v", got, c.want)
			}
			var info []string
			for _, route := range g.gather("django_route_info") {
				info = append(info, route["http_route"])
			}
			if slices.Sort(info); !slices.Equal(info, c.want) {
				t.Errorf("django_route_info lists %v, want %v", info, c.want)
			}
			if n := g.app().instruments.sources.Status()[0].Routes; n != 1 {
				t.Errorf("the project has %d routes, want 1", n)
			}
		})
	}
	t.Run("JSON is checked, too", func(t *testing.T) {
		g := startGateway(t, "{\nroutes "+file+" {\nlanguages split\n}\n}", "respond ok")
		if err := g.loadJSON(func(config string) string { return strings.Replace(config, `"split"`, `"apart"`, 1) }); err == nil ||
			!strings.Contains(err.Error(), `invalid languages "apart": use merge`) {
			t.Errorf("an unknown value is taken: %v", err)
		}
	})
}
