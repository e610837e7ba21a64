package urlconf

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what the exporter says into testdata")

// django returns the interpreter with Django which integration/setup makes.
func django(t *testing.T) string {
	t.Helper()
	const python = "../.build/venv/bin/python"
	if _, err := os.Stat(python); err != nil {
		if reason, err := os.ReadFile("../.build/missing/django"); err == nil {
			t.Skipf("no django: %s", bytes.TrimSpace(reason))
		}
		t.Skipf("there is no Python with Django: run integration/setup (%v)", err)
	}
	return python
}

// clear hides what the environment of the test says about Django projects.
func clear(t *testing.T) {
	t.Helper()
	t.Setenv(settingsVariable, "")
	t.Setenv("VIRTUAL_ENV", "")
}

func export(t *testing.T, p Project) (document map[string]any, text []byte) {
	t.Helper()
	text, err := p.Export(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	return document, text
}

func TestAProjectWithEverythingIsExportedAsDjangoBuiltIt(t *testing.T) {
	clear(t)
	document, text := export(t, Project{Dir: "testdata/library", Python: django(t)})
	for _, key := range []string{"django", "python", "hash"} {
		text = bytes.ReplaceAll(text, fmt.Appendf(nil, "%q", document[key]), []byte(`"…"`))
	}
	const golden = "testdata/library.json"
	if *update {
		if err := os.WriteFile(golden, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	got, expected := strings.Split(string(text), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(got), len(expected)) {
		if i >= len(got) || i >= len(expected) || got[i] != expected[i] {
			t.Fatalf("it differs from %s from line %d on:\n%s", golden, i+1, strings.Join(got[min(i, len(got)):min(i+5, len(got))], "\n"))
		}
	}
}

func TestTheDemoShopIsExported(t *testing.T) {
	clear(t)
	document, _ := export(t, Project{Dir: "../integration/shop", Python: django(t)})
	for key, want := range map[string]any{
		"version": 1.0, "settings": "shop.settings", "root_urlconf": "shop.urls", "append_slash": true, "script_name": "",
		"static_url": "/static/", "media_url": "/media/", "use_i18n": true, "language_code": "en-gb", "locale_middleware": false,
	} {
		if document[key] != want {
			t.Errorf("%s is %v, want %v", key, document[key], want)
		}
	}
	found := routes("", document["patterns"])
	for _, want := range []string{
		" catalog.pages.catalogue",
		"products/<int:pk>/ catalog.pages.product",
		"products/<slug:slug>/ catalog.pages.product",
		"orders/<uuid:number>/ catalog.purchase.order",
		"crash/<slug:kind>/ crashes.views.crash",
		"health/ shop.health.health",
	} {
		if !slices.Contains(found, want) {
			t.Errorf("there is no %q", want)
		}
	}
	ofAdmin := func(route string) bool { return strings.HasPrefix(route, "admin/catalog/") }
	if !slices.ContainsFunc(found, ofAdmin) {
		t.Errorf("the admin has no pages of the shop: %q", found)
	}
	if first, last := found[0], found[len(found)-1]; first != " catalog.pages.catalogue" || last != "health/ shop.health.health" {
		t.Errorf("the order is lost: first %q, last %q", first, last)
	}
}

// routes lists the views of a tree, in order, with their joined routes.
func routes(prefix string, nodes any) (found []string) {
	for _, n := range nodes.([]any) {
		node := n.(map[string]any)
		route, _ := node["route"].(string)
		if children, ok := node["children"]; ok {
			found = append(found, routes(prefix+route, children)...)
		} else {
			found = append(found, fmt.Sprint(prefix, route, " ", node["view"]))
		}
	}
	return found
}

func TestAConverterOfDjangoThatWasChangedIsOpaque(t *testing.T) {
	clear(t)
	for name, urls := range map[string]string{
		"its class":   "converters.IntConverter.to_python = lambda self, value: value",
		"its object":  "converters.DEFAULT_CONVERTERS['int'].to_python = lambda value: value",
		"its meaning": "converters.DEFAULT_CONVERTERS['int'] = type('Other', (converters.IntConverter,), {})()",
	} {
		t.Run(name, func(t *testing.T) {
			urls = "from django.urls import converters, path\n" + urls +
				"\nurlpatterns = [path('<int:changed>/<path:unchanged>', lambda request: None)]"
			document, _ := export(t, Project{Dir: project(t, "", urls), Python: django(t)})
			of := document["patterns"].([]any)[0].(map[string]any)["converters"].(map[string]any)
			opaque := func(name string) any { return of[name].(map[string]any)["opaque"] }
			if opaque("changed") != true || opaque("unchanged") != false {
				t.Errorf("changed is opaque: %v; unchanged is: %v", opaque("changed"), opaque("unchanged"))
			}
		})
	}
}

// TestTheHashIsThatOfTheDocument computes it as docs/routes.md says.
func TestTheHashIsThatOfTheDocument(t *testing.T) {
	clear(t)
	document, _ := export(t, Project{Dir: "testdata/library", Python: django(t)})
	want := document["hash"]
	for _, key := range []string{"version", "hash", "python"} {
		delete(document, key)
	}
	var canonical bytes.Buffer
	encoder := json.NewEncoder(&canonical)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("sha256:%x", sha256.Sum256(bytes.TrimSpace(canonical.Bytes()))); got != want {
		t.Errorf("the hash is %v, computed %s", want, got)
	}
}

func TestAnExportLeavesNothingBehind(t *testing.T) {
	clear(t)
	t.Setenv("PYTHONDONTWRITEBYTECODE", "")
	python, project := django(t), t.TempDir()
	t.Setenv("TMPDIR", t.TempDir())
	if err := os.CopyFS(project, os.DirFS("testdata/library")); err != nil {
		t.Fatal(err)
	}
	before := files(t, project)
	export(t, Project{Dir: project, Python: python})
	if after := files(t, project); !slices.Equal(before, after) {
		t.Errorf("the project has %q, had %q", after, before)
	}
	if left := files(t, os.TempDir()); len(left) > 0 {
		t.Errorf("left over: %q", left)
	}
}

func files(t *testing.T, dir string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
