package route

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
)

func newResolver(t testing.TB, document string) *Resolver {
	t.Helper()
	conf, err := ReadURLConf(strings.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewResolver(conf)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// shop has a bit of everything.
const shop = `{"version": 1, "append_slash": true, "script_name": "/app", "language_code": "en", "patterns": [
	{"kind": "path", "route": "", "endpoint": true, "view": "views.home", "name": null},
	{"kind": "path", "route": "users/", "namespace": "people", "children": [
		{"kind": "path", "route": "<int:pk>/", "endpoint": true, "view": "views.user", "name": "user",
			"converters": {"pk": {"class": "django.urls.converters.IntConverter", "regex": "[0-9]+"}}},
		{"kind": "re_path", "route": "^(?P<slug>[\\w-]+)/(\\d+)/$", "regex": "^(?P<slug>[\\w-]+)/(\\d+)/$", "endpoint": true, "view": "views.slug"}
	]},
	{"kind": "path", "route": "<str:a>/in/", "children": [
		{"kind": "path", "route": "<str:a>/<path:b>", "endpoint": true, "view": "views.inner", "converters": {
			"a": {"class": "django.urls.converters.StringConverter"}, "b": {"class": "django.urls.converters.PathConverter"}}}
		], "converters": {"a": {"class": "django.urls.converters.StringConverter"}}},
	{"kind": "path", "route": "<str:a>/in/lost/", "endpoint": true, "view": "views.lost",
		"converters": {"a": {"class": "django.urls.converters.StringConverter"}}},
	{"kind": "path", "route": "year/<year:y>/<int:n>/", "regex": "^year/(?P<y>[0-9]{4})/(?P<n>[0-9]+)/\\Z", "endpoint": true, "view": "views.year",
		"converters": {"y": {"class": "dates.Year", "regex": "[0-9]{4}", "opaque": true}, "n": {"class": "django.urls.converters.IntConverter"}}},
	{"kind": "opaque", "route": "?", "endpoint": true, "view": "views.opaque"},
	{"kind": "re_path", "route": "(?=slow)slow/(x+x+)+y", "regex": "(?=slow)slow/(x+x+)+y", "endpoint": true, "view": "views.slow"}
]}`

func TestExplain(t *testing.T) {
	resolver := newResolver(t, shop)
	for _, c := range []struct {
		name, path, label, route, view string
		kwargs                         map[string]string
	}{
		{"the root", "/", "/", "", "views.home", nil},
		{"the script name alone is the root", "/app", "/", "", "views.home", nil},
		{"the script name is cut off", "/app/users/7/", "/users/<int:pk>/", "users/<int:pk>/", "views.user", map[string]string{"pk": "7"}},
		{"a path that begins like the script name", "/apples/", Unmatched, "", "", nil},
		{"a path without the script name", "/users/007/", "/users/<int:pk>/", "users/<int:pk>/", "views.user", map[string]string{"pk": "007"}},
		{"a number that int() refuses", "/users/" + strings.Repeat("7", maxIntDigits+1) + "/", Unmatched, "", "", nil},
		{"of groups only the named ones", "/users/é-1/٣/", "/users/<slug>/<var>/", `users/(?P<slug>[\w-]+)/(\d+)/$`, "views.slug", map[string]string{"slug": "é-1"}},
		{"the inner of two of one name", "/x/in/y/z/", "/<str:a>/in/<str:a>/<path:b>", "<str:a>/in/<str:a>/<path:b>", "views.inner", map[string]string{"a": "y", "b": "z/"}},
		{"what an include in vain has matched is forgotten", "/x/in/lost/", "/<str:a>/in/lost/", "<str:a>/in/lost/", "views.lost", map[string]string{"a": "x"}},
		{"a converter of the project's own", "/year/2024/7/", "/year/<year:y>/<int:n>/", "year/<year:y>/<int:n>/", "views.year", map[string]string{"y": "2024", "n": "7"}},
		{"int() next to a converter of the project's own", "/year/2024/" + strings.Repeat("0", maxIntDigits+1) + "/", Unmatched, "", "", nil},
		{"two slashes", "//", Unmatched, "", "", nil},
		{"nothing", "", Unmatched, "", "", nil},
		{"no path at all", "*", Unmatched, "", "", nil},
		{"a missing slash", "/users/7", Unmatched, "", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			route, kwargs, err := resolver.Explain(DecodePath(c.path))
			if err != nil {
				t.Fatal(err)
			}
			if route == nil {
				route = &Route{Label: Unmatched}
			}
			if route.Label != c.label || route.Route != c.route || route.View != c.view || !maps.Equal(kwargs, c.kwargs) {
				t.Errorf("%+v %v", *route, kwargs)
			}
			if plain, _ := resolver.Resolve(DecodePath(c.path)); plain != nil && plain != route || plain == nil && c.label != Unmatched {
				t.Errorf("without parameters: %+v", plain)
			}
		})
	}
}

func TestSlashTarget(t *testing.T) {
	resolver := newResolver(t, shop)
	if route := resolver.slashTarget(new(walk), "/users/7"); route == nil || route.Name != "user" {
		t.Errorf("%+v", route)
	}
	for _, path := range []string{"/users/7/", "/nowhere"} {
		if route := resolver.slashTarget(new(walk), path); route != nil {
			t.Errorf("%s: %+v", path, route)
		}
	}
	resolver.appendSlash = false
	if route := resolver.slashTarget(new(walk), "/users/7"); route != nil {
		t.Errorf("without APPEND_SLASH: %+v", route)
	}
}

func TestAnExpressionThatBacktracksWithoutEndIsCutOff(t *testing.T) {
	resolver := newResolver(t, shop)
	if route, err := resolver.Resolve("/slow/xxxxy"); err != nil || route == nil {
		t.Fatalf("%+v, %v", route, err)
	}
	route, err := resolver.Resolve("/slow/" + strings.Repeat("x", 200))
	if !errors.Is(err, ErrGaveUp) || route != nil {
		t.Errorf("%+v, %v", route, err)
	}
}

func TestAPathOfAnyLengthIsBounded(t *testing.T) {
	resolver := newResolver(t, large(3))
	for _, c := range []struct {
		name string
		n    int
		want error
	}{
		{"as long as it may be", maxPath, nil},
		{"too long", maxPath + 1, ErrGaveUp},
	} {
		if route, err := resolver.Resolve("/" + strings.Repeat("x", c.n-1)); route != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %+v, %v", c.name, route, err)
		}
	}
}

func TestResolvingWithoutRegularExpressionsAllocatesNothing(t *testing.T) {
	resolver := newResolver(t, large(1000))
	for _, path := range []string{"/", "/resource999/", "/resource500/4711/", "/resource7/red-shoes/edit/", "/wp-login.php"} {
		if n := testing.AllocsPerRun(100, func() { resolver.Resolve(path) }); n != 0 {
			t.Errorf("%s: %v allocations", path, n)
		}
	}
}

// large is a document of n routes.
func large(n int) string {
	var b strings.Builder
	b.WriteString(`{"version": 1, "patterns": [{"kind": "path", "route": "", "endpoint": true, "view": "v.home"}`)
	for i := range n / 3 {
		fmt.Fprintf(&b, `, {"kind": "path", "route": "resource%d/", "children": [
			{"kind": "path", "route": "", "endpoint": true, "view": "v.list"},
			{"kind": "path", "route": "<int:pk>/", "endpoint": true, "view": "v.one", "converters": {"pk": {"class": "django.urls.converters.IntConverter"}}},
			{"kind": "path", "route": "<slug:s>/edit/", "endpoint": true, "view": "v.edit", "converters": {"s": {"class": "django.urls.converters.SlugConverter"}}}]}`, i)
	}
	return b.String() + "]}"
}

func BenchmarkResolve(b *testing.B) {
	paths := []string{"/", "/resource9/", "/resource31/4711/", "/resource17/red-shoes/edit/", "/resource30/7/", "/wp-login.php"}
	for _, n := range []int{100, 1000} {
		resolver := newResolver(b, large(n))
		b.Run(fmt.Sprintf("%d routes", n), func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				resolver.Resolve(paths[i%len(paths)])
			}
		})
	}
}
