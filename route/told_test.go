package route

import (
	"fmt"
	"strings"
	"testing"
)

func TestALabelThatDjangoTells(t *testing.T) {
	table := NewTable([]*Pattern{mustParse(t, "/books/7/")}, newLive(t, bookshop), newLearner(t, 10), Naming{})
	for _, c := range []struct {
		name, path string
		status     int
		told       Told
		want       string
		disagrees  bool
	}{
		{"as the URLconf has it", "/books/8/", 200, Told{true, "books/<int:pk>/", "books.views.book"}, "/books/<int:pk>/", false},
		{"a line of the configuration goes before", "/books/7/", 200, Told{true, "books/<int:pk>/", "books.views.book"}, "/books/7/", false},
		{"another route than the URLconf has", "/books/8/", 200, Told{true, "tenant/<slug:name>/", "tenants.views.home"}, "/tenant/<slug:name>/", true},
		{"another route of the URLconf", "/books/8/", 200, Told{true, "books/reviews/(?P<slug>[a-z]+)/$", "reviews.views.review"}, "/books/reviews/<slug>/", true},
		{"a route that the URLconf does not have", "/pages/one/", 200, Told{true, "pages/<path:url>", "pages.views.page"}, "/pages/<path:url>", true},
		{"the root", "/", 200, Told{true, "", "shop.views.home"}, "/", true},
		{"nothing, because a middleware answered", "/books/8/", 302, Told{}, "/books/<int:pk>/", false},
		{"nothing, as there is nothing", "/nowhere/", 404, Told{}, Unmatched, false},
		{"nothing, of a path that is too long to resolve", "/" + strings.Repeat("x", maxPath), 404, Told{}, Unmatched, false},
		{"a regular expression", "/x/", 200, Told{true, `^users/(?P<pk>\d+)/(\w+)/$`, "v"}, "/users/<pk>/<var>/", true},
		{"a regular expression below a path", "/x/", 200, Told{true, `api/<int:version>/users/(?P<pk>\d+)/$`, "v"}, "/api/<int:version>/users/<pk>/", true},
		{"a dot that is one", "/robots.txt", 200, Told{true, "robots.txt", "v"}, "/robots.txt", true},
		{"what is no regular expression", "/x/", 200, Told{true, `^users/((`, "v"}, "/users/((", true},
		{"what does not print", "/x/", 200, Told{true, "a\x1b[31m\xff", "v"}, "/a*[31m*", true},
		{"what is too long for a label", "/x/", 200, Told{true, strings.Repeat("a", maxPathBytes), "v"}, Other, true},
		{"a path that takes too long to resolve", "/slow/" + strings.Repeat("x", 50), 200, Told{true, "slow/", "v"}, "/slow/", false},
		{"a path that is too long to resolve", "/" + strings.Repeat("x", maxPath), 200, Told{true, "long/", "v"}, "/long/", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			for range 2 { // known by then
				if got, disagrees := table.LabelTold(c.path, c.status, c.told); got != c.want || disagrees != c.disagrees {
					t.Errorf("%q, %v, want %q, %v", got, disagrees, c.want, c.disagrees)
				}
			}
		})
	}
}

func TestALabelThatDjangoTellsInOtherStyles(t *testing.T) {
	for _, c := range []struct {
		style       Style
		known, told string
	}{
		{StyleOpenAPI, "/books/{pk}/", "/pages/{url}"},
		{StyleView, "books.views.book", "pages.views.page"},
	} {
		table := NewTable(nil, newLive(t, bookshop), newLearner(t, 10), Naming{Style: c.style})
		if got, _ := table.LabelTold("/books/8/", 200, Told{true, "books/<int:pk>/", "books.views.book"}); got != c.known {
			t.Errorf("%s: %q, want %q", c.style, got, c.known)
		}
		if got, _ := table.LabelTold("/books/8/", 200, Told{true, "books/<int:pk>/", "books.views.other"}); got != strings.Replace(c.known, "views.book", "views.other", 1) {
			t.Errorf("%s: %q for another view of the route", c.style, got)
		}
		if got, _ := table.LabelTold("/pages/one", 200, Told{true, "pages/<path:url>", "pages.views.page"}); got != c.told {
			t.Errorf("%s: %q, want %q", c.style, got, c.told)
		}
	}
}

// Of a text alone nobody can tell a path with a bracket from a regular expression.
func TestARouteOfTheURLconfIsCalledAsThere(t *testing.T) {
	live := newLive(t, `{"version": 1, "patterns": [{"kind": "path", "route": "books (old)/", "endpoint": true, "view": "v"}]}`)
	table := NewTable(nil, live, newLearner(t, 10), Naming{})
	if got, disagrees := table.LabelTold("/elsewhere/", 200, Told{true, "books (old)/", "v"}); got != "/books (old)/" || !disagrees {
		t.Errorf("%q, %v", got, disagrees)
	}
}

func TestWithoutAURLconfNothingDisagrees(t *testing.T) {
	table := NewTable(nil, nil, newLearner(t, 10), Naming{})
	if got, disagrees := table.LabelTold("/books/8/", 200, Told{true, "books/<int:pk>/", "v"}); got != "/books/<int:pk>/" || disagrees {
		t.Errorf("%q, %v", got, disagrees)
	}
	if got, _ := table.LabelTold("/books/8/", 302, Told{}); got != Unmatched {
		t.Errorf("%q without a word of Django's", got)
	}
}

func TestRoutesThatDjangoTellsAreCapped(t *testing.T) {
	table := NewTable(nil, nil, newLearner(t, 10), Naming{})
	labels := make(map[string]bool)
	for i := range maxTold + 100 {
		label, _ := table.LabelTold("/", 200, Told{true, fmt.Sprintf("tenant-%d/", i), "v"})
		labels[label] = true
	}
	if len(labels) != maxTold+1 || !labels[Other] {
		t.Errorf("%d labels, want %d and %s", len(labels), maxTold, Other)
	}
	if n := testing.AllocsPerRun(100, func() { table.LabelTold("/", 200, Told{true, "one-more/", "v"}) }); n != 0 {
		t.Errorf("%v allocations for a route past the cap", n)
	}
}

func TestALabelThatDjangoTellsAllocatesNothing(t *testing.T) {
	table := NewTable(nil, newLive(t, bookshop), newLearner(t, 10), Naming{})
	for _, told := range []Told{{true, "books/<int:pk>/", "books.views.book"}, {true, "pages/<path:url>", "v"}, {}} {
		table.LabelTold("/books/8/", 200, told)
		if n := testing.AllocsPerRun(100, func() { table.LabelTold("/books/8/", 200, told) }); n != 0 {
			t.Errorf("%v allocations for %v", n, told)
		}
	}
}
