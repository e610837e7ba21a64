package appserver

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/urlconf"
)

func TestTheServerIsTheOneThatThePythonHas(t *testing.T) {
	t.Setenv("WEB_CONCURRENCY", "")
	for name, c := range map[string]struct {
		project Project
		want    string // a part of the command line, or of the error
	}{
		"gunicorn":                     {Project{App: "shop.wsgi:application", Gunicorn: "23.0"}, "/python -m gunicorn --bind unix:/run/x.sock shop.wsgi:application"},
		"gunicorn beside uvicorn":      {Project{App: "shop.wsgi:application", Gunicorn: "23.0", Uvicorn: "0.5"}, "-m gunicorn "},
		"a gunicorn that opens others": {Project{App: "shop.wsgi:application", Gunicorn: "27.0", ControlSocket: true}, " --no-control-socket shop"},
		"uvicorn for ASGI":             {Project{App: "shop.asgi:application", ASGI: true, Gunicorn: "23.0", Uvicorn: "0.5"}, "/python -m uvicorn --uds /run/x.sock --app-dir /srv/shop "},
		"neither":                      {Project{App: "shop.wsgi:application"}, "/python has neither gunicorn nor uvicorn: /python -m pip install gunicorn"},
		"no uvicorn":                   {Project{App: "shop.asgi:application", ASGI: true, Gunicorn: "23.0"}, "is an ASGI application, and /python has no uvicorn: /python -m pip install uvicorn"},
		"no gunicorn":                  {Project{App: "shop.wsgi:application", Uvicorn: "0.5"}, "/python -m pip install gunicorn, or name an ASGI"},
		"no application":               {Project{Gunicorn: "23.0"}, "the settings shop.settings name no application: name it with --app"},
	} {
		t.Run(name, func(t *testing.T) {
			c.project.Runtime = urlconf.Runtime{Dir: "/srv/shop", Settings: "shop.settings", Python: "/python"}
			s, err := c.project.Serve("/run/x.sock", 0)
			got := fmt.Sprint(err)
			if err == nil {
				got = strings.Join(s.args, " ")
				if !slices.Contains(s.env, "DJANGO_SETTINGS_MODULE=shop.settings") || !slices.Contains(s.env, "PYTHONUNBUFFERED=1") ||
					!slices.Contains(s.env, "PYTHONDONTWRITEBYTECODE=1") || s.dir != "/srv/shop" {
					t.Errorf("it runs in %s with %q", s.dir, s.env)
				}
			}
			if !strings.Contains(got, c.want) {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestTheNumberOfWorkersIsTheUsersFirst(t *testing.T) {
	automatic := fmt.Sprint(min(2*runtime.NumCPU()+1, 12))
	dir := t.TempDir()
	p := Project{Runtime: urlconf.Runtime{Dir: dir}, App: "shop.wsgi:application", Gunicorn: "23.0"}
	check := func(flag int, variable, said, arg, env string) {
		t.Helper()
		t.Setenv("WEB_CONCURRENCY", variable)
		s, err := p.Serve("/run/x.sock", flag)
		if err != nil {
			t.Fatal(err)
		}
		if s.Workers != said || strings.HasSuffix(strings.Join(s.args, " "), "--workers "+arg) != (arg != "") || slices.Contains(s.env, "WEB_CONCURRENCY="+env) != (env != "") {
			t.Errorf("%q workers by %q with %q", s.Workers, s.args, s.env)
		}
	}
	check(0, "", automatic, "", automatic)
	check(3, "7", "3", "3", "")
	check(0, "7", "7", "", "")
	if err := os.WriteFile(filepath.Join(dir, "gunicorn.conf.py"), []byte("workers = 2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	check(0, "", automatic+", or what gunicorn.conf.py says", "", automatic)
	check(3, "", "3", "3", "")
}

func TestOnlyUvicornWithOneWorkerEndsOnAHangup(t *testing.T) {
	for _, c := range []struct {
		asgi     bool
		workers  int
		variable string
		want     bool
	}{
		{true, 1, "", true}, {true, 0, "1", true}, {true, 2, "1", false}, {true, 0, "", false}, {false, 1, "", false},
	} {
		t.Setenv("WEB_CONCURRENCY", c.variable)
		p := Project{App: "shop:application", ASGI: c.asgi, Gunicorn: "23.0", Uvicorn: "0.5"}
		if s, err := p.Serve("/run/x.sock", c.workers); err != nil || s.endsOnHangup != c.want {
			t.Errorf("%+v: %+v, %v", c, s, err)
		}
	}
}

func TestTheSocketIsPrivate(t *testing.T) {
	path, remove, err := NewSocket("gunicorn")
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || info.Mode().Perm() != 0o700 || filepath.Base(path) != "gunicorn.sock" {
		t.Errorf("%s: %v, %v", path, info.Mode(), err)
	}
	if err := remove(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Dir(path)); err == nil {
		t.Error("its directory is still there")
	}
	long := filepath.Join(t.TempDir(), strings.Repeat("x", 100))
	if err := os.Mkdir(long, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", long)
	if _, _, err := NewSocket("gunicorn"); err == nil || !strings.Contains(err.Error(), "is too long for a socket: name a shorter directory with TMPDIR") {
		t.Errorf("got %v", err)
	}
	if left, _ := os.ReadDir(long); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}
