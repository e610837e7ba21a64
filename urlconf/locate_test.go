package urlconf

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tree writes files, each with its name and its text, and returns their directory.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestAManagePyRunsOnlyIfItStartsDjango(t *testing.T) {
	const starts = "from django.core.management import execute_from_command_line\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  bool
	}{
		"itself":                 {map[string]string{"manage.py": starts}, true},
		"configurations":         {map[string]string{"manage.py": "from configurations.management import execute_from_command_line"}, true},
		"a module":               {map[string]string{"manage.py": "import shop.cli, os\nshop.cli.main()", "shop/cli.py": starts}, true},
		"a name in a package":    {map[string]string{"manage.py": "from shop import (\n    version,\n    cli,\n)\ncli.main()", "shop/cli.py": starts}, true},
		"a package":              {map[string]string{"manage.py": "    from shop import main", "shop/__init__.py": starts}, true},
		"a package in src":       {map[string]string{"manage.py": "from shop.__main__ import main", "src/shop/__main__.py": starts}, true},
		"a module of the module": {map[string]string{"manage.py": "from shop.cli import main", "shop/cli.py": "from .runner import main", "shop/runner.py": starts}, true},
		"a module beside":        {map[string]string{"manage.py": "from shop.cli.main import main", "shop/cli/main.py": "from .. import runner", "shop/runner.py": starts}, true},
		"a circle":               {map[string]string{"manage.py": "import a", "a.py": "import b", "b.py": "import a"}, false},
		"Flask":                  {map[string]string{"manage.py": "from flask import Flask\nfrom app import app\napp.run()", "app.py": "from flask import Flask"}, false},
		"a module by its name":   {map[string]string{"manage.py": "import djangoish", "djangoish.py": ""}, true},
		"nothing":                {map[string]string{"manage.py": ""}, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := tree(t, c.files)
			path, err := djangoManage(dir)
			if err != nil || (path != "") != c.want {
				t.Errorf("got %q (%v), want one: %t", path, err, c.want)
			}
		})
	}
}

func TestAProjectIsFoundWhereItsCodeIs(t *testing.T) {
	const manage = "from django.core.management import execute_from_command_line\n"
	const wsgi = "from django.core.wsgi import get_wsgi_application\n"
	two := map[string]string{"shop/wsgi.py": wsgi, "shop/settings.py": "", "blog/wsgi.py": wsgi, "blog/settings.py": ""}
	for name, c := range map[string]struct {
		files         map[string]string
		settings      string
		manage, dir   string // relative
		entry, module string
		wrong         string
	}{
		"in the directory":                 {map[string]string{"manage.py": manage, "src/manage.py": manage}, "", "manage.py", ".", "", "", ""},
		"in src":                           {map[string]string{"src/manage.py": manage}, "", "src/manage.py", "src", "", "", ""},
		"in src though settings are named": {map[string]string{"src/manage.py": manage}, "shop.settings", "src/manage.py", "src", "", "", ""},
		"the settings are here":            {map[string]string{"src/manage.py": manage, "shop/settings.py": ""}, "shop.settings", "", ".", "", "", ""},
		"only settings":                    {map[string]string{}, "installed.settings", "", ".", "", "", ""},
		"wsgi.py":                          {map[string]string{"shop/wsgi.py": wsgi, "shop/urls.py": ""}, "", "", ".", "shop/wsgi.py", "shop.wsgi", ""},
		"asgi.py beside manage.py":         {map[string]string{"manage.py": manage, "shop/asgi.py": wsgi, "shop/settings/__init__.py": ""}, "", "manage.py", ".", "shop/asgi.py", "shop.asgi", ""},
		"wsgi.py among uploads":            {map[string]string{"media/wsgi.py": wsgi}, "", "", "", "", "", "there is no manage.py in "},
		"two of wsgi.py":                   {two, "", "", "", "", "", "there is no manage.py in "},
		"a virtual environment":            {map[string]string{"src/pyvenv.cfg": "", "env/manage.py": manage, "env/pyvenv.cfg": ""}, "", "", "", "", "", "is that the project?"},
		"among uploads":                    {map[string]string{"uploads/manage.py": manage}, "", "", "", "", "", "but in uploads: name that directory with --project"},
		"manage.py is a directory":         {map[string]string{"manage.py/x": ""}, "", "", "", "", "", "reading manage.py: "},
	} {
		t.Run(name, func(t *testing.T) {
			dir := tree(t, c.files)
			got, err := findWay(dir, c.settings)
			if c.wrong != "" {
				if err == nil || !strings.Contains(err.Error(), c.wrong) || strings.Contains(err.Error(), "\n") {
					t.Errorf("got %+v, %v, want %q", got, err, c.wrong)
				}
				return
			}
			below := func(name string) string {
				if name == "" {
					return ""
				}
				return filepath.Join(dir, name)
			}
			if want := (way{below(c.dir), below(c.manage), below(c.entry), c.module}); err != nil || got != want {
				t.Errorf("got %+v (%v), want %+v", got, err, want)
			}
		})
	}
}

// TestSettingsSeeTheirFilesWithoutLinks is what Python does with the directory of a program: a
// deployment swaps a link.
func TestSettingsSeeTheirFilesWithoutLinks(t *testing.T) {
	clear(t)
	python, err := filepath.Abs(django(t))
	if err != nil {
		t.Fatal(err)
	}
	dir := project(t, "import os\nassert os.path.realpath(__file__) == __file__, __file__", "urlpatterns = []")
	link := filepath.Join(t.TempDir(), "current")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	export(t, Project{Dir: link, Python: python})
}
