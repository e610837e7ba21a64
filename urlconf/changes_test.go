package urlconf

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// newProject makes a Django project with one view.
func newProject(t *testing.T, view string) Project {
	t.Helper()
	clear(t)
	python, err := filepath.Abs(django(t))
	if err != nil {
		t.Fatal(err)
	}
	return Project{Dir: project(t, "", urls(view)), Python: python}
}

func urls(view string) string {
	return "from django.urls import path\ndef " + view + "(request): pass\nurlpatterns = [path('x/', " + view + ")]\n"
}

func change(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestAProjectIsExportedInTheBackgroundAndAfterChanges(t *testing.T) {
	shop := newProject(t, "first")
	cache := filepath.Join(t.TempDir(), "cache")
	sources, log := newSources(t, cache)
	source, err := sources.Project(shop)
	if err != nil {
		t.Fatal(err)
	}
	if status := source.Status(); status.Routes != 0 || status.Error != "" {
		t.Errorf("it ran before the start: %+v", status)
	}
	began := time.Now()
	sources.Start()
	if waited := time.Since(began); waited > 100*time.Millisecond {
		t.Errorf("the start took %s", waited)
	}
	eventually(t, "the first export", func() bool { return view(source) == "urls.first" })

	change(t, shop.Dir, "urls.py", urls("second"))
	eventually(t, "the export after a change", func() bool { return view(source) == "urls.second" })

	change(t, shop.Dir, "urls.py", "import nothing_of_that_name\n")
	eventually(t, "the failure", func() bool { return source.Status().Error != "" })
	if got := view(source); got != "urls.second" {
		t.Errorf("the last good routes are gone: %q", got)
	}
	if !log.has("No module named 'nothing_of_that_name'") || !log.has("the last good ones stay") {
		t.Errorf("the log does not say what is wrong: %s", log.text.String())
	}
	sources.Release(source)

	// The project is still broken when the gateway starts again.
	again, log := newSources(t, cache)
	restarted, err := again.Project(shop)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Release(restarted)
	if got := view(restarted); got != "urls.second" {
		t.Errorf("what was kept is not in force: %q", got)
	}
	again.Start()
	eventually(t, "the failure", func() bool { return log.has("the last good ones stay") })
	if status := restarted.Status(); !status.Loaded.IsZero() || status.Routes != 1 {
		t.Errorf("what is kept is taken for a success: %+v", status)
	}

	change(t, shop.Dir, "urls.py", urls("third"))
	eventually(t, "the export of the mended project", func() bool { return view(restarted) == "urls.third" })
	if status := restarted.Status(); status.Error != "" || status.Loaded.IsZero() {
		t.Errorf("it is not well again: %+v", status)
	}
}

func TestAnotherURLConfOfAProject(t *testing.T) {
	shop := newProject(t, "first")
	change(t, shop.Dir, "api_urls.py", urls("api"))
	shop.URLConf = "api_urls"
	document, _ := export(t, shop)
	if root := document["root_urlconf"]; root != "api_urls" {
		t.Errorf("the root is %v", root)
	}
	if view := document["patterns"].([]any)[0].(map[string]any)["view"]; view != "api_urls.api" {
		t.Errorf("the view is %v", view)
	}
}

func TestAProjectThatFailsIsTriedAgain(t *testing.T) {
	shop := newProject(t, "first")
	gate := filepath.Join(t.TempDir(), "database")
	change(t, shop.Dir, "urls.py", "open("+"'"+gate+"'"+")\n"+urls("first"))
	sources, _ := newSources(t, "")
	source, err := sources.Project(shop)
	if err != nil {
		t.Fatal(err)
	}
	defer sources.Release(source)
	if err := source.load(t.Context()); err == nil {
		t.Fatal("it loads")
	}
	change(t, filepath.Dir(gate), "database", "")
	retry := schedule{}
	retry.after(os.ErrNotExist, 0)
	if retry.due() || retry.pause != minRetry {
		t.Errorf("it is tried again at once: %+v", retry)
	}
	for range 10 {
		retry.after(os.ErrNotExist, 0)
	}
	var slow schedule
	if slow.after(os.ErrDeadlineExceeded, 90*time.Second); slow.pause != 90*time.Second {
		t.Errorf("an attempt of 90s is repeated after %s", slow.pause)
	}
	if retry.pause != maxRetry {
		t.Errorf("the pause is %s, want %s", retry.pause, maxRetry)
	}
	retry.next = time.Now().Add(-time.Second)
	if !retry.due() {
		t.Error("it is never tried again")
	}
	if retry.after(source.load(t.Context()), 0); retry.due() || view(source) != "urls.first" {
		t.Errorf("it does not load when it could: %+v", source.Status())
	}
}

func TestWhatChangesAProject(t *testing.T) {
	dir := t.TempDir()
	releases := filepath.Join(dir, "releases")
	change(t, releases, "1/shop/urls.py", "1")
	change(t, releases, "2/shop/urls.py", "1")
	current := filepath.Join(dir, "current")
	link := func(release string) {
		t.Helper()
		os.Remove(current)
		if err := os.Symlink(filepath.Join(releases, release), current); err != nil {
			t.Fatal(err)
		}
	}
	link("1")
	interpreter := filepath.Join(dir, "venv/bin/python")
	packages := filepath.Join(dir, "venv/lib/python3.11/site-packages")
	change(t, filepath.Dir(interpreter), "python", "#!/bin/sh\n")
	if err := os.Chmod(interpreter, 0o755); err != nil {
		t.Fatal(err)
	}
	change(t, packages, "django/urls.py", "")
	shop := Project{Dir: current, Python: interpreter}
	for _, c := range []struct {
		name    string
		act     func()
		changes bool
	}{
		{"nothing", func() {}, false},
		{"code", func() { change(t, current, "shop/urls.py", "22") }, true},
		{"a new module", func() { change(t, current, "shop/views.py", "") }, true},
		{"settings from a file", func() { change(t, current, ".env", "DEBUG=1") }, true},
		{"a translation", func() { change(t, current, "locale/fr/LC_MESSAGES/django.mo", "") }, true},
		{"an upload", func() { change(t, current, "media/cat.jpg", "") }, false},
		{"the database", func() { change(t, current, "db.sqlite3", "") }, false},
		{"compiled code", func() { change(t, current, "shop/__pycache__/urls.py", "") }, false},
		{"version control", func() { change(t, current, ".git/hooks/x.py", "") }, false},
		{"a virtual environment within", func() {
			change(t, current, "env/pyvenv.cfg", "")
			change(t, current, "env/lib/x.py", "")
		}, false},
		{"a package that is installed", func() { change(t, packages, "shiny/__init__.py", "") }, true},
		{"another release", func() { link("2") }, true},
		{"no release", func() { os.Remove(current) }, true},
	} {
		before := shop.stamp(t.Context())
		c.act()
		if changed := shop.stamp(t.Context()) != before; changed != c.changes {
			t.Errorf("%s: changed is %t", c.name, changed)
		}
	}
}

func TestTheProcessesOfAProjectEndWithItsExport(t *testing.T) {
	shop := newProject(t, "first")
	mark := filepath.Join(t.TempDir(), "alive")
	change(t, shop.Dir, "urls.py", "import subprocess, time\nsubprocess.Popen(['sh', '-c', 'while :; do touch "+mark+"; sleep 0.05; done'])\ntime.sleep(60)\n")
	sources, _ := newSources(t, "")
	source, err := sources.Project(shop)
	if err != nil {
		t.Fatal(err)
	}
	sources.Start()
	eventually(t, "the child", func() bool { _, err := os.Stat(mark); return err == nil })
	began := time.Now()
	sources.Release(source)
	if took := time.Since(began); took > straggling {
		t.Errorf("the release took %s", took)
	}
	time.Sleep(100 * time.Millisecond)
	if err := os.Remove(mark); err != nil {
		t.Fatal(err)
	}
	time.Sleep(300 * time.Millisecond)
	if _, err := os.Stat(mark); err == nil {
		t.Error("a child of the project is still alive")
	}
}
