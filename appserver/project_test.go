package appserver

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/urlconf"
)

// django returns the interpreter with Django which integration/setup makes.
func django(t *testing.T) string {
	t.Helper()
	python, err := filepath.Abs("../.build/venv/bin/python")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(python); err != nil {
		if reason, err := os.ReadFile("../.build/missing/django"); err == nil {
			t.Skipf("no django: %s", bytes.TrimSpace(reason))
		}
		t.Skipf("there is no Python with Django: run integration/setup (%v)", err)
	}
	return python
}

// project writes one as django-admin startproject does, with more settings and with
// other files in place of its own.
func project(t *testing.T, settings string, files map[string]string) string {
	t.Helper()
	t.Setenv("DJANGO_SETTINGS_MODULE", "")
	t.Setenv("VIRTUAL_ENV", "")
	t.Setenv("WEB_CONCURRENCY", "")
	all := map[string]string{
		"manage.py": "import os\nimport sys\nfrom django.core.management import execute_from_command_line\n" +
			"os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\nexecute_from_command_line(sys.argv)\n",
		"shop/__init__.py": "",
		"shop/settings.py": "SECRET_KEY = 'x'\nROOT_URLCONF = 'shop.urls'\nWSGI_APPLICATION = 'shop.wsgi.application'\n" + settings,
		"shop/urls.py":     "urlpatterns = []\n",
		"shop/wsgi.py":     "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
		"shop/asgi.py":     "from django.core.asgi import get_asgi_application\napplication = get_asgi_application()\n",
	}
	for name, text := range files {
		all[name] = text
	}
	dir := t.TempDir()
	for name, text := range all {
		if text == "-" { // left out
			continue
		}
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

func TestAProjectSaysWhatItNeeds(t *testing.T) {
	python := django(t)
	dir := project(t, `
DEBUG = True
ALLOWED_HOSTS = ["shop.example.com"]
STATIC_URL = "static/"
STATIC_ROOT = "collected"
MEDIA_URL = "/media/"
MEDIA_ROOT = "/srv/media"
STATICFILES_DIRS = ["/srv/assets", ("x", "/srv/prefixed")]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = ["https://shop.example.com"]
`, nil)
	p, err := Inspect(t.Context(), urlconf.Project{Dir: dir, Python: python}, "")
	if err != nil {
		t.Fatal(err)
	}
	if p.Settings != "shop.settings" || p.Python != python || p.Dir != dir || p.Django == "" || p.Gunicorn == "" || p.Uvicorn == "" {
		t.Errorf("it runs as %+v", p)
	}
	if p.App != "shop.wsgi:application" || p.ASGI {
		t.Errorf("the application is %s, ASGI %t", p.App, p.ASGI)
	}
	if !p.Debug || p.StaticURL != "/static/" || p.StaticRoot != filepath.Join(dir, "collected") || p.MediaURL != "/media/" || p.MediaRoot != "/srv/media" ||
		!slices.Equal(p.AllowedHosts, []string{"shop.example.com"}) || !slices.Equal(p.StaticDirs, []string{"/srv/assets"}) ||
		len(p.SecureProxySSLHeader) != 2 || len(p.CSRFTrustedOrigins) != 1 || p.CSRFCookie != "csrftoken" || p.SecureSSLRedirect {
		t.Errorf("its settings are %+v", p)
	}
	var files []string
	filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if len(files) != 6 {
		t.Errorf("something was written into it: %q", files)
	}
}

func TestTheApplicationIsFound(t *testing.T) {
	python := django(t)
	for name, c := range map[string]struct {
		settings, app string
		files         map[string]string
		want          string
		asgi          bool
	}{
		"WSGI goes first":                  {"ASGI_APPLICATION = 'shop.asgi.application'", "", nil, "shop.wsgi:application", false},
		"ASGI if that is all there is":     {"WSGI_APPLICATION = None", "", map[string]string{"shop/wsgi.py": "-"}, "shop.asgi:application", true},
		"what startproject makes":          {"del WSGI_APPLICATION", "", nil, "shop.wsgi:application", false},
		"a module is given":                {"", "shop.asgi", nil, "shop.asgi:application", true},
		"a name is given":                  {"", "shop.wsgi:main", map[string]string{"shop/wsgi.py": "def main(environ, start_response): pass"}, "shop.wsgi:main", false},
		"a function that is ASGI is given": {"", "shop.asgi:main", map[string]string{"shop/asgi.py": "async def main(scope, receive, send): pass"}, "shop.asgi:main", true},
		"there is none":                    {"del WSGI_APPLICATION", "", map[string]string{"shop/wsgi.py": "-", "shop/asgi.py": "-"}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := project(t, c.settings, c.files)
			p, err := Inspect(t.Context(), urlconf.Project{Dir: dir, Python: python}, c.app)
			if err != nil {
				t.Fatal(err)
			}
			if p.App != c.want || p.ASGI != c.asgi {
				t.Errorf("got %q, ASGI %t", p.App, p.ASGI)
			}
		})
	}
}

func TestWhatDoesNotLoadIsSaidInALineWithTheFix(t *testing.T) {
	python := django(t)
	for name, c := range map[string]struct {
		settings, app string
		files         map[string]string
		want          []string
	}{
		"settings": {"import stripe", "", nil, []string{
			"the settings shop.settings cannot be imported: ModuleNotFoundError: No module named 'stripe' (", "/shop/settings.py, line 4): install what provides stripe for " + python + ", or name another Python with --python", "--settings (now shop.settings)"}},
		"a syntax error": {"X = (", "", nil, []string{"SyntaxError: ", "/shop/settings.py, line 4)"}},
		"an application": {"", "", map[string]string{"shop/wsgi.py": "import os\nraise KeyError('TOKEN')\n"}, []string{
			"the application shop.wsgi:application cannot be imported: KeyError: 'TOKEN' (", "/shop/wsgi.py, line 2): correct that; or change --settings (now shop.settings), --python (now " + python + ") or --app"}},
		"an application that is not there": {"", "shop.main", nil, []string{"the application shop.main:application cannot be imported: ModuleNotFoundError: No module named 'shop.main'"}},
		"a name that is not there":         {"", "shop.wsgi:app", nil, []string{"module 'shop.wsgi' has no attribute 'app'"}},
		"no settings": {"", "", map[string]string{"manage.py": "-", "shop/asgi.py": "-"}, []string{
			"DJANGO_SETTINGS_MODULE is not set by shop.wsgi or the environment: name the settings with --settings"}},
		"no manage.py": {"", "", map[string]string{"manage.py": "-", "shop/wsgi.py": "-", "shop/asgi.py": "-"}, []string{"there is no manage.py in "}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := project(t, c.settings, c.files)
			_, err := Inspect(t.Context(), urlconf.Project{Dir: dir, Python: python}, c.app)
			if err == nil || strings.Contains(err.Error(), "\n") {
				t.Fatalf("got %v", err)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %q", err, want)
				}
			}
		})
	}
}

// TestAnApplicationThatAssignsItsSettingsHasTheLastWord: a server runs with these, so they must
// be what is reported and exported.
func TestAnApplicationThatAssignsItsSettingsHasTheLastWord(t *testing.T) {
	python := django(t)
	dir := project(t, "STATIC_ROOT = 'local'", map[string]string{
		"shop/production.py": "SECRET_KEY = 'x'\nROOT_URLCONF = 'shop.urls'\nWSGI_APPLICATION = 'shop.wsgi.application'\nSTATIC_ROOT = '/srv/static'\n",
		"shop/wsgi.py": "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'shop.production'\n" +
			"from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
	})
	p, err := Inspect(t.Context(), urlconf.Project{Dir: dir, Python: python}, "")
	if err != nil {
		t.Fatal(err)
	}
	if p.Settings != "shop.production" || p.StaticRoot != "/srv/static" || p.AssignedSettings != "" {
		t.Errorf("got %+v", p)
	}
	_, err = Inspect(t.Context(), urlconf.Project{Dir: dir, Python: python, Settings: "shop.settings"}, "")
	if want := "shop.wsgi:application assigns the settings shop.production, whatever --settings says (shop.settings): leave --settings out"; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
}
