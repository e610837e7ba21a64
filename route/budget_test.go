package route

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/internal/testutil"
)

// maxHold is how long one resolution may hold a request: there may be another,
// with a slash.
var maxHold = time.Millisecond / 2

func TestNoPathHoldsARequest(t *testing.T) {
	long := strings.Repeat("a", maxPath-2)
	for _, c := range []struct {
		name, kind, pattern string // with its number
		count               int
		path                string
	}{
		{"nested repeats", "re_path", `^(?=a)(a+)+$|%d`, 1, strings.Repeat("a", 40) + "!"},
		{"optional repeats", "re_path", `^(?=a)(a?){30}a{30}$|%d`, 1, strings.Repeat("a", 29)},
		{"many choices at a time", "re_path", `^(?=a)(a|a)*$|%d`, 1, long + "!"},
		{"a search from everywhere", "re_path", `(?<!x)\w*b|%d`, 1, strings.Repeat("é", maxPath/2-1)},
		{"a search that gives nothing back", "re_path", `(?<!x)\w++b|%d`, 1, strings.Repeat("é", maxPath/2-1)},
		{"what RE2 is slow at", "re_path", `(((\w{1,9}){1,9}){1,9})+-%d`, 1, long},
		{"many expressions", "re_path", `((\w|a)+)+!%d`, 500, strings.Repeat("a", 200)},
		{"two paths in one", "path", `<path:a>/<path:b>/end%d`, 1, strings.Repeat("a/", maxPath/2-1)},
		{"many patterns", "path", `<path:a>/end%d`, 500, strings.Repeat("a/", maxPath/2-1)},
		{"many patterns that match almost all", "path", `<slug:s>`, 5000, long + "/"},
		{"more patterns than there is time for", "path", `<int:i>/%d`, 50_000, "a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			resolver := newResolver(t, numbered(c.kind, c.pattern, c.count))
			quickest := time.Hour
			for range 50 { // some rounds pay for a garbage collection
				var route *Route
				var err error
				took := testutil.CPUTime(func() { route, err = resolver.Resolve("/" + c.path) })
				quickest = min(quickest, took)
				if route != nil || !errors.Is(err, ErrGaveUp) {
					t.Fatalf("%+v, %v", route, err)
				}
			}
			if quickest > maxHold {
				t.Errorf("took %v", quickest)
			}
		})
	}
}

// numbered is a document of so many patterns.
func numbered(kind, pattern string, count int) string {
	var nodes []map[string]any
	for i := range count {
		text := strings.ReplaceAll(pattern, "%d", strconv.Itoa(i))
		nodes = append(nodes, map[string]any{
			"kind": kind, "route": text, "regex": text, "endpoint": true, "view": "v",
			"converters": map[string]any{
				"a": map[string]any{"class": "django.urls.converters.PathConverter"},
				"b": map[string]any{"class": "django.urls.converters.PathConverter"},
				"i": map[string]any{"class": "django.urls.converters.IntConverter"},
				"s": map[string]any{"class": "django.urls.converters.SlugConverter"},
			},
		})
	}
	document, err := json.Marshal(map[string]any{"version": 1, "patterns": nodes})
	if err != nil {
		panic(err)
	}
	return string(document)
}

func TestTheClockDecides(t *testing.T) {
	b := new(budget)
	if !b.spend(1000 * stepsPerLook) {
		t.Error("exhausted before there was any time")
	}
	time.Sleep(timeLimit)
	if !b.spend(stepsPerLook) {
		t.Error("it looks at the clock too often")
	}
	if b.spend(1) || b.spend(0) {
		t.Error("it does not end")
	}
}
