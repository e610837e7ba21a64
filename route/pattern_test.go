package route

import (
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/internal/testutil"
)

func TestParsePatternRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"no leading slash", "users/", `route "users/" does not start with a slash: write "/users/"`},
		{"nothing", "", `route "" does not start with a slash: write "/"`},
		{"a < without its >", "/users/<int:pk/", `route "/users/<int:pk/" has a < without its >: a converter looks like <int:pk>`},
		{"a < within another", "/users/<int:<pk>/", `route "/users/<int:<pk>/" has a < without its >: a converter looks like <int:pk>`},
		{"a > without its <", "/users/int:pk>/", `route "/users/int:pk>/" has a > without its <: a converter looks like <int:pk>`},
		{"a > after a converter", "/<a>>/", `route "/<a>>/" has a > without its <: a converter looks like <int:pk>`},
		{"an unknown converter", "/<yyyy:year>/", `route "/<yyyy:year>/" has the unknown converter "yyyy": use int, path, slug, str or uuid`},
		{"a converter without a name", "/<:pk>/", `route "/<:pk>/" has the unknown converter "": use int, path, slug, str or uuid`},
		{"a blank in a converter", "/< int:pk>/", `route "/< int:pk>/" has the unknown converter " int": use int, path, slug, str or uuid`},
		{"no parameter name", "/<int:>/", `route "/<int:>/" has the parameter name "", which is no Python identifier: use letters, digits and _`},
		{"an empty converter", "/<>/", `route "/<>/" has the parameter name "", which is no Python identifier: use letters, digits and _`},
		{"a parameter name with a digit first", "/<1st>/", `route "/<1st>/" has the parameter name "1st", which is no Python identifier: use letters, digits and _`},
		{"a parameter name with a dash", "/<int:user-id>/", `route "/<int:user-id>/" has the parameter name "user-id", which is no Python identifier: use letters, digits and _`},
		{"a parameter name twice", "/<int:pk>/<slug:pk>/", `route "/<int:pk>/<slug:pk>/" uses the parameter name "pk" twice: name each differently`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if p, err := ParsePattern(c.text); err == nil || err.Error() != c.want || p != nil {
				t.Errorf("ParsePattern(%q) = %v, %v\nwant %s", c.text, p, err, c.want)
			}
		})
	}
}

func mustParse(t testing.TB, text string) *Pattern {
	t.Helper()
	p, err := ParsePattern(text)
	if err != nil {
		t.Fatal(err)
	}
	if p.String() != text {
		t.Fatalf("the label of %q is %q", text, p)
	}
	return p
}

const someUUID = "6f9619ff-8b86-d011-b42d-00cf4fc964ff"

func TestMatch(t *testing.T) {
	digits := strings.Repeat("7", maxIntDigits)
	for _, c := range []struct {
		name, pattern, path string
		want                bool
	}{
		{"the root", "/", "/", true},
		{"two slashes are not the root", "/", "//", false},
		{"a literal", "/about/", "/about/", true},
		{"a literal without its last slash", "/about/", "/about", false},
		{"a literal with something after it", "/about/", "/about/x", false},
		{"what is special in an expression is literal", "/a.b+(c)/", "/a.b+(c)/", true},
		{"a dot is a dot", "/a.b/", "/axb/", false},
		{"a blank is literal", "/a b/", "/a b/", true},

		{"int", "/<int:pk>/", "/4711/", true},
		{"int with leading zeros", "/<int:pk>/", "/007/", true},
		{"int is not negative", "/<int:pk>/", "/-1/", false},
		{"int is not empty", "/<int:pk>/", "//", false},
		{"int has no letters", "/<int:pk>/", "/1a/", false},
		{"int is of ASCII digits", "/<int:pk>/", "/٣/", false},
		{"int of as many digits as Python takes", "/<int:pk>/", "/" + digits + "/", true},
		{"int of one digit more", "/<int:pk>/", "/" + digits + "7/", false},
		{"str of as many digits", "/<str:pk>/", "/" + digits + "7/", true},

		{"str", "/<str:name>/", "/a b.c/", true},
		{"str is what has no converter", "/<name>/", "/x/", true},
		{"str has no slash", "/<str:name>/", "/a/b/", false},
		{"str may be a newline", "/<str:name>/", "/a\nb/", true},
		{"str is not empty", "/<str:name>/", "//", false},
		{"str is not cut within a character", "/<str:a><str:b>", "/é", false},
		{"str is cut between characters", "/<str:a><str:b>", "/éé", true},

		{"slug", "/<slug:s>/", "/Red-shoes_2/", true},
		{"slug has no dot", "/<slug:s>/", "/a.b/", false},
		{"slug is of ASCII letters", "/<slug:s>/", "/é/", false},

		{"uuid", "/<uuid:id>/", "/" + someUUID + "/", true},
		{"uuid in upper case", "/<uuid:id>/", "/" + strings.ToUpper(someUUID) + "/", false},
		{"uuid without dashes", "/<uuid:id>/", "/" + strings.ReplaceAll(someUUID, "-", "") + "/", false},
		{"uuid that is too short", "/<uuid:id>/", "/" + someUUID[1:] + "/", false},
		{"uuid with something after it", "/<uuid:id>x", "/" + someUUID + "x", true},
		{"uuid that would have to be shorter", "/<uuid:id>f", "/" + someUUID, false},
		{"uuid with a dash in another place", "/<uuid:id>/", "/6f9619ff8-b86-d011-b42d-00cf4fc964ff/", false},

		{"path", "/<path:p>", "/a/b/c.txt", true},
		{"path is not empty", "/<path:p>", "/", false},
		{"path has no newline", "/<path:p>", "/a\nb", false},
		{"path with a newline at the end", "/<path:p>", "/a\n", false},
		{"path with a suffix", "/<path:p>/edit/", "/a/edit/edit/", true},
		{"path with a suffix it lacks", "/<path:p>/edit/", "/a/edit/x/", false},
		{"two paths", "/<path:a>/x/<path:b>/", "/1/x/2/x/3/", true},

		{"adjacent converters share what there is", "/<int:a><int:b>", "/12", true},
		{"adjacent converters need one character each", "/<int:a><int:b>", "/1", false},
		{"a greedy converter gives back", "/<slug:s>-<int:pk>/", "/red-shoes-2/", true},
		{"a greedy converter gives back to a literal", "/<str:name>.html", "/a.html.html", true},
		{"the first of two is the longest, and may be too long", "/<int:a><int:b>", "/" + digits + "77", false},
		{"the first of two is just short enough", "/<int:a><int:b>", "/" + digits + "7", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := mustParse(t, c.pattern).Match(c.path); got != c.want {
				t.Errorf("%q matches %.50q: %v, want %v", c.pattern, c.path, got, c.want)
			}
		})
	}
}

func TestAParameterNameMayBeOfAnyLanguage(t *testing.T) {
	mustParse(t, "/<int:größe>/<str:_x1>/<café>/")
}

func TestMatchingAHostilePathIsQuick(t *testing.T) {
	for name, path := range map[string]string{
		"lines":             strings.Repeat("/a", 1<<19) + "\n",
		"slashes":           strings.Repeat("/", 1<<20),
		"segments":          strings.Repeat("/a", 1<<19),
		"one long segment":  "/" + strings.Repeat("a", 1<<20),
		"almost a match":    strings.Repeat("/end", 1<<18) + "x",
		"a path of 8 KB":    strings.Repeat("/a", 1<<12),
		"broken characters": "/" + strings.Repeat("\x80", 1<<20),
	} {
		for _, text := range []string{"/<path:a>/<path:b>/<path:c>/<path:d>/end", "/<path:a>/<path:b>", "/<str:a><slug:b><int:c>"} {
			pattern := mustParse(t, text)
			if took := testutil.CPUTime(func() { pattern.Match(path) }); took > 500*time.Millisecond {
				t.Errorf("%s on %s: took %v", text, name, took)
			}
		}
	}
}

func TestALongPathStillMatches(t *testing.T) {
	long := "/" + strings.Repeat("segment/", 1<<15)
	for _, text := range []string{"/<path:p>", "/<path:p>/", "/segment/<path:p>/segment/"} {
		if !mustParse(t, text).Match(long) {
			t.Errorf("%s does not match", text)
		}
	}
	if !mustParse(t, "/<path:p>/edit/").Match(long + "edit/") {
		t.Error("with a suffix it does not match")
	}
}

func TestMatchingAllocatesNothing(t *testing.T) {
	pattern := mustParse(t, "/shop/<slug:s>-<int:pk>/<path:rest>/<uuid:id>/")
	path := "/shop/red-shoes-7/a/b/c/" + someUUID + "/"
	if n := testing.AllocsPerRun(100, func() {
		if !pattern.Match(path) {
			t.Fatal("no match")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("/<slug:s>-<int:pk>/", "/red-shoes-2/")
	f.Add("/<path:a>/x/<path:b>", "/1/x/2/x/3")
	f.Add("/<uuid:id><str:é>", "/"+someUUID+"é")
	f.Fuzz(func(t *testing.T, text, path string) {
		p, err := ParsePattern(text)
		if err != nil {
			return
		}
		var matched bool
		if took := testutil.CPUTime(func() { matched = p.Match(path) }); took > time.Second {
			t.Errorf("%q on %d bytes took %v", text, len(path), took)
		}
		if !strings.Contains(text, "<") && matched != (text == path) {
			t.Errorf("%q matches %q: %v", text, path, matched)
		}
		if matched && !strings.HasPrefix(path, "/") {
			t.Errorf("%q matches %q", text, path)
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	p := mustParse(b, "/users/<int:pk>/orders/<slug:s>/")
	b.ReportAllocs()
	for b.Loop() {
		p.Match("/users/4711/orders/red-shoes/")
	}
}
