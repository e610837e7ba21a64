package route

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// bookshop has what decides between a URLconf and the rest.
const bookshop = `{"version": 1, "append_slash": true, "static_url": "/static/", "media_url": "https://cdn.example.com/", "language_code": "en", "patterns": [
	{"kind": "path", "route": "books/", "namespace": "fiction", "app_name": "books", "children": [
		{"kind": "path", "route": "<int:pk>/", "endpoint": true, "view": "books.views.book", "name": "book",
			"converters": {"pk": {"class": "django.urls.converters.IntConverter"}}},
		{"kind": "path", "route": "reviews/", "namespace": "reviews", "app_name": "reviews", "children": [
			{"kind": "re_path", "regex": "^(?P<slug>[a-z]+)/$", "route": "^(?P<slug>[a-z]+)/$", "endpoint": true, "view": "reviews.views.review"},
			{"kind": "re_path", "regex": "^(?P<slug>[0-9]+)/$", "route": "^(?P<slug>[0-9]+)/$", "endpoint": true, "view": "reviews.views.number"}
		]}
	]},
	{"kind": "re_path", "regex": "^(?=slow)slow/(x+x+)+y$", "route": "^(?=slow)slow/(x+x+)+y$", "endpoint": true, "view": "views.slow"}
]}`

func newLive(t *testing.T, document string) *Live {
	live := new(Live)
	live.Set(newResolver(t, document))
	return live
}

func TestALabelOfAProject(t *testing.T) {
	live := newLive(t, bookshop)
	learner := newLearner(t, 10)
	learner.find("/gone/", success)
	table := NewTable([]*Pattern{mustParse(t, "/books/7/")}, live, learner, Naming{})
	for _, c := range []struct {
		name, path string
		status     int
		want       string
	}{
		{"a route of the URLconf", "/books/8/", 200, "/books/<int:pk>/"},
		{"a line of the configuration goes before", "/books/7/", 200, "/books/7/"},
		{"an object that is not there", "/books/9/", 404, "/books/<int:pk>/"},
		{"Django is down", "/books/9/", 502, "/books/<int:pk>/"},
		{"no route", "/wp-login.php", 404, Unmatched},
		{"no route, though it was learned before", "/gone/", 404, Unmatched},
		{"no route, but a middleware answered", "/ping/", 200, Unmatched},
		{"no route, but a middleware redirects", "/wp-admin/", 302, Unmatched},
		{"no route, but a middleware moves it", "/wp-admin/", 301, Unmatched},
		{"no route, but a middleware asks who it is", "/wp-admin/", 401, Unmatched},
		{"no route, but a middleware refuses", "/wp-admin/", 403, Unmatched},
		{"no route, but a middleware refuses the method", "/wp-admin/", 405, Unmatched},
		{"no route, but a middleware fails", "/wp-admin/", 500, Unmatched},
		{"no route while Django is down", "/wp-admin/", 502, Unmatched},
		{"a slash that Django appends", "/books/8", 301, "/books/<int:pk>/"},
		{"a slash that it does not append", "/books/8", 404, Unmatched},
		{"a static file", "/static/css/shop.css", 200, "/static/<path>"},
		{"a static file that has not changed", "/static/css/shop.css", 304, "/static/<path>"},
		{"a part of a static file that is out of range", "/static/css/shop.css", 416, "/static/<path>"},
		{"a path of static files that a middleware refuses", "/static/css/shop.css", 403, Unmatched},
		{"a static file that is not there", "/static/no.css", 404, Unmatched},
	} {
		if got := table.Label(c.path, Answer{Status: c.status}); got != c.want {
			t.Errorf("%s: Label(%q, %d) = %q, want %q", c.name, c.path, c.status, got, c.want)
		}
	}
}

func TestAPathThatTakesTooLongIsCountedAndOther(t *testing.T) {
	live := newLive(t, bookshop)
	table := NewTable(nil, live, newLearner(t, 10), Naming{})
	if got := table.Label("/slow/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", Answer{Status: 200}); got != Other {
		t.Errorf("label %q, want %q", got, Other)
	}
	if n := live.GaveUp(); n != 1 {
		t.Errorf("gave up %d times, want 1", n)
	}
}

func TestAProjectIsReplacedAsAWhole(t *testing.T) {
	live := new(Live)
	table := NewTable(nil, live, newLearner(t, 10), Naming{})
	if got := table.Label("/books/8/", Answer{Status: 200}); got != "/books/<var>/" {
		t.Errorf("before there is a URLconf: label %q", got)
	}
	live.Set(newResolver(t, bookshop))
	if got := table.Label("/books/8/", Answer{Status: 200}); got != "/books/<int:pk>/" {
		t.Errorf("with one: label %q", got)
	}
	live.Set(nil)
	if got := table.Label("/books/8/", Answer{Status: 200}); got != "/books/<var>/" {
		t.Errorf("without one again: label %q", got)
	}
}

func TestStylesOfLabels(t *testing.T) {
	for _, c := range []struct {
		style                                   Style
		route, line, learned, unmatched, inside string
	}{
		{StyleDjango, "/books/<int:pk>/", "/users/<uuid:id>/", "/orders/<var>/", Unmatched, "/books/reviews/<slug>/"},
		{StyleOpenAPI, "/books/{pk}/", "/users/{id}/", "/orders/{var}/", Unmatched, "/books/reviews/{slug}/"},
		{StyleView, "books.views.book", "/users/<uuid:id>/", "/orders/<var>/", Unmatched, "reviews.views.review"},
	} {
		t.Run(c.style.String(), func(t *testing.T) {
			style, err := ParseStyle(c.style.String())
			if err != nil || style != c.style {
				t.Fatalf("parsed: %v, %v", style, err)
			}
			table := NewTable([]*Pattern{mustParse(t, "/users/<uuid:id>/")}, newLive(t, bookshop), newLearner(t, 10), Naming{Style: style})
			for path, want := range map[string]string{
				"/books/8/": c.route, "/users/" + someUUID + "/": c.line, "/books/reviews/good/": c.inside,
			} {
				if got := table.Label(path, Answer{Status: 200}); got != want {
					t.Errorf("%q: label %q, want %q", path, got, want)
				}
			}
			learning := NewTable(nil, nil, newLearner(t, 10), Naming{Style: style})
			if got := learning.Label("/orders/4711/", Answer{Status: 200}); got != c.learned {
				t.Errorf("label %q, want %q", got, c.learned)
			}
			if got := table.Label("/no/", Answer{Status: 404}); got != c.unmatched {
				t.Errorf("label %q, want %q", got, c.unmatched)
			}
		})
	}
	if _, err := ParseStyle("Django"); err == nil {
		t.Error("an unknown style is taken")
	}
}

func TestEntriesOfACatalog(t *testing.T) {
	table := NewTable(nil, newLive(t, bookshop), newLearner(t, 10), Naming{})
	var got []Route
	for _, r := range table.Catalog().Entries() {
		got = append(got, Route{Label: r.Label, View: r.View, Name: r.Name, Namespace: r.Namespace, App: r.App})
	}
	want := []Route{
		{Label: "/books/<int:pk>/", View: "books.views.book", Name: "book", Namespace: "fiction", App: "books"},
		// The second review has the same label, and Django tries it later.
		{Label: "/books/reviews/<slug>/", View: "reviews.views.review", Namespace: "fiction:reviews", App: "books:reviews"},
		{Label: "/slow/<var>y", View: "views.slow"},
	}
	if len(got) != len(want) {
		t.Fatalf("%d routes: %+v", len(got), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("route %d: %+v, want %+v", i, got[i], want[i])
		}
	}
	if routes := NewTable(nil, nil, newLearner(t, 1), Naming{}).Catalog().Entries(); routes != nil {
		t.Errorf("without a URLconf: %v", routes)
	}
}

func TestOneBudgetIsForAllThatIsTried(t *testing.T) {
	var patterns []*Pattern
	for i := range 200 {
		patterns = append(patterns, mustParse(t, fmt.Sprintf("/<path:a>/<path:b>/<path:c>/<path:d>/x%d", i)))
	}
	live := newLive(t, bookshop)
	table := NewTable(patterns, live, newLearner(t, 10), Naming{})
	path := "/" + strings.Repeat("a/", 500)
	fastest := time.Hour
	for range 20 {
		began := time.Now()
		if got := table.Label(path, Answer{Status: 200}); got != Other {
			t.Fatalf("label %q, want %q", got, Other)
		}
		fastest = min(fastest, time.Since(began))
	}
	if fastest > maxHold {
		t.Errorf("it took %s at least", fastest)
	}
	if n := live.GaveUp(); n != 20 {
		t.Errorf("%d are counted, want 20", n)
	}
	if got := table.Label("/"+strings.Repeat("a", maxPath), Answer{Status: 200}); got != Other || live.GaveUp() != 21 {
		t.Errorf("a path that is too long is %q, and %d are counted", got, live.GaveUp())
	}
	if got := table.Foretell("/" + strings.Repeat("a", maxPath)); got != Other || live.GaveUp() != 21 {
		t.Errorf("a look ahead at it is %q, and %d are counted", got, live.GaveUp())
	}
}
