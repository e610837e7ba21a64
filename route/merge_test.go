package route

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// pages is a project in three languages, of which a path tells none or one. %s is what i18n_patterns
// does with the default language.
const pages = `{"version": 1, "use_i18n": true, "locale_middleware": true, "language_code": "en", "languages": ["en", "fr", "de"], "patterns": [
	{"kind": "path", "route": "health/", "endpoint": true, "view": "views.health"},
	{"kind": "path", "route": "about/", "endpoint": true, "view": "views.plain"},
	{"kind": "locale_prefix", "prefix_default_language": %t, "children": [
		{"kind": "path", "route": "about/", "endpoint": true, "view": "views.about", "name": "about",
			"translations": {"en": {"route": "about/"}, "fr": {"route": "a-propos/"}, "de": {"route": "ueber/"}}},
		{"kind": "re_path", "route": "^news/(?P<slug>[a-z]+)/$", "regex": "^news/(?P<slug>[a-z]+)/$", "endpoint": true, "view": "views.news",
			"translations": {"de": {"route": "^neues/(?P<slug>[a-z]+)/$", "regex": "^neues/(?P<slug>[a-z]+)/$"}}},
		{"kind": "path", "route": "terms/", "endpoint": true, "view": "views.terms"}]}]}`

func TestALabelForAllLanguages(t *testing.T) {
	for _, c := range []struct {
		name     string
		prefixed bool // the default language has a prefix
		path     string
		merged   string
		split    string
	}{
		{"a page in the project's own language", true, "/en/about/", "/<language>/about/", "/en/about/"},
		{"a page that is translated", true, "/de/ueber/", "/<language>/about/", "/de/ueber/"},
		{"an expression that is translated", true, "/de/neues/heute/", "/<language>/news/<slug>/", "/de/neues/<slug>/"},
		{"an expression without a translation", true, "/fr/news/today/", "/<language>/news/<slug>/", "/fr/news/<slug>/"},
		{"a page that is not translated", true, "/fr/terms/", "/<language>/terms/", "/fr/terms/"},
		{"a page without a language", true, "/health/", "/health/", "/health/"},
		{"a page without a language of the same name", true, "/about/", "/about/", "/about/"},
		{"a default language without a prefix", false, "/terms/", "/<language>/terms/", "/terms/"},
		{"another language beside it", false, "/de/terms/", "/<language>/terms/", "/de/terms/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			live := newLive(t, fmt.Sprintf(pages, c.prefixed))
			for split, want := range map[bool]string{false: c.merged, true: c.split} {
				table := NewTable(nil, live, newLearner(t, 10), Naming{SplitLanguages: split})
				if got := table.Label(c.path, Answer{Status: 200}); got != want {
					t.Errorf("split %v: %q, want %q", split, got, want)
				}
			}
			openapi := NewTable(nil, live, newLearner(t, 10), Naming{Style: StyleOpenAPI})
			want := strings.NewReplacer("<", "{", ">", "}").Replace(c.merged)
			if got := openapi.Label(c.path, Answer{Status: 200}); got != want {
				t.Errorf("in the style of OpenAPI %q, want %q", got, want)
			}
		})
	}
}

func TestAnAppendedSlashHasTheLabelForAllLanguages(t *testing.T) {
	live := newLive(t, strings.Replace(fmt.Sprintf(pages, true), `"use_i18n"`, `"append_slash": true, "use_i18n"`, 1))
	table := NewTable(nil, live, newLearner(t, 10), Naming{})
	if got := table.Label("/de/ueber", Answer{Status: 301}); got != "/<language>/about/" {
		t.Errorf("%q", got)
	}
}

func TestOneLanguageIsWrittenAsItIs(t *testing.T) {
	live := newLive(t, strings.Replace(fmt.Sprintf(pages, true), `["en", "fr", "de"]`, `["en"]`, 1))
	table := NewTable(nil, live, newLearner(t, 10), Naming{})
	if got := table.Label("/en/terms/", Answer{Status: 200}); got != "/en/terms/" {
		t.Errorf("%q", got)
	}
}

func TestDjangoReportsTheSameEndpointInAllLanguages(t *testing.T) {
	for _, c := range []struct {
		name, path, route, view string
		merged, split           string
		disagrees               bool
	}{
		{"in the language of the path", "/de/ueber/", "de/ueber/", "views.about", "/<language>/about/", "/de/ueber/", false},
		{"an expression", "/de/neues/heute/", "de/neues/(?P<slug>[a-z]+)/$", "views.news", "/<language>/news/<slug>/", "/de/neues/<slug>/", false},
		{"another page", "/de/ueber/", "de/terms/", "views.terms", "/<language>/terms/", "/de/terms/", true},
	} {
		live := newLive(t, fmt.Sprintf(pages, true))
		for split, want := range map[bool]string{false: c.merged, true: c.split} {
			table := NewTable(nil, live, newLearner(t, 10), Naming{SplitLanguages: split})
			got, disagrees := table.LabelTold(c.path, 200, Told{true, c.route, c.view})
			if got != want || disagrees != c.disagrees {
				t.Errorf("%s, split %v: %q, %v, want %q, %v", c.name, split, got, disagrees, want, c.disagrees)
			}
		}
	}
}

// Where a cookie or a middleware of the project's own chooses the language, no path tells it.
func TestDjangoReportsALanguageThatNoPathTells(t *testing.T) {
	cookie := `{"version": 1, "use_i18n": true, "locale_middleware": true, "language_code": "en", "languages": ["en", "de"], "patterns": [
		{"kind": "path", "route": "about/", "endpoint": true, "view": "views.about",
			"translations": {"en": {"route": "about/"}, "de": {"route": "ueber/"}}}]}`
	own := strings.Replace(fmt.Sprintf(pages, true), `"locale_middleware": true`, `"locale_middleware": false`, 1)
	for _, c := range []struct{ name, document, path, route, merged, split string }{
		{"a cookie", cookie, "/ueber/", "ueber/", "/about/", "/ueber/"},
		{"a middleware", own, "/de/ueber/", "de/ueber/", "/<language>/about/", "/de/ueber/"},
	} {
		for split, want := range map[bool]string{false: c.merged, true: c.split} {
			table := NewTable(nil, newLive(t, c.document), newLearner(t, 10), Naming{SplitLanguages: split})
			if got, _ := table.LabelTold(c.path, 200, Told{true, c.route, "views.about"}); got != want {
				t.Errorf("%s, split %v: %q, want %q", c.name, split, got, want)
			}
		}
	}
}

func TestACatalogListsAnEndpointOnceForAllLanguages(t *testing.T) {
	live := newLive(t, fmt.Sprintf(pages, true))
	for split, want := range map[bool][]string{
		false: {"/health/", "/about/", "/<language>/about/", "/<language>/news/<slug>/", "/<language>/terms/"},
		true: {"/health/", "/about/", "/en/about/", "/en/news/<slug>/", "/en/terms/", "/de/ueber/", "/de/neues/<slug>/",
			"/de/terms/", "/fr/a-propos/", "/fr/news/<slug>/", "/fr/terms/"},
	} {
		var got []string
		for _, entry := range NewTable(nil, live, newLearner(t, 1), Naming{SplitLanguages: split}).Catalog().Entries() {
			got = append(got, entry.Label)
		}
		if !slices.Equal(got, want) {
			t.Errorf("split %v: %v, want %v", split, got, want)
		}
	}
	if n := len(live.Resolver().Routes()); n != 5 {
		t.Errorf("%d routes, want 5", n)
	}
}

// manyLanguages is a project of n pages in Django's number of languages.
func manyLanguages(n int) *URLConf {
	conf := &URLConf{UseI18N: true, LocaleMiddleware: true, LanguageCode: "en"}
	for i := range 100 {
		conf.Languages = append(conf.Languages, fmt.Sprintf("%c%c", 'a'+i/26, 'a'+i%26))
	}
	conf.Languages[0] = "en"
	prefix := &URLNode{Kind: kindLocalePrefix, PrefixDefaultLanguage: true}
	for i := range n {
		route := fmt.Sprintf("page%d/<int:pk>/", i)
		prefix.Children = append(prefix.Children, &URLNode{
			Kind: kindPath, Route: route, Endpoint: true, View: "views.page", Name: fmt.Sprint("page", i),
			Converters: map[string]URLConverter{"pk": {Class: "django.urls.converters.IntConverter"}},
		})
	}
	conf.Patterns = []*URLNode{prefix}
	return conf
}

func TestAHundredLanguagesHaveOneLabelEach(t *testing.T) {
	const endpoints = 475
	conf := manyLanguages(endpoints)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	began := time.Now()
	resolver, err := NewResolver(conf)
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	runtime.GC()
	runtime.ReadMemStats(&after)
	t.Logf("compiled in %s, %d MiB", took.Round(time.Millisecond), (after.HeapAlloc-before.HeapAlloc)>>20)
	live := new(Live)
	live.Set(resolver)
	for split, want := range map[bool]int{false: endpoints, true: endpoints * len(conf.Languages)} {
		if n := len(NewTable(nil, live, newLearner(t, 1), Naming{SplitLanguages: split}).Catalog().Entries()); n != want {
			t.Errorf("split %v: %d labels, want %d", split, n, want)
		}
	}
}

func BenchmarkResolveManyLanguages(b *testing.B) {
	resolver, err := NewResolver(manyLanguages(475))
	if err != nil {
		b.Fatal(err)
	}
	live := new(Live)
	live.Set(resolver)
	table := NewTable(nil, live, newLearner(b, 1), Naming{})
	b.ReportAllocs()
	for b.Loop() {
		table.Label("/ab/page400/7/", Answer{Status: 200})
	}
}
