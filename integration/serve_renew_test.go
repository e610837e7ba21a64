package integration

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/caddy-django/gateway/integration/stack"
)

// renewed is a project of few lines, which a test changes while it is served.
var renewed = map[string]string{
	"manage.py": `import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
for line in open(os.path.join(here, ".env")):
    name, value = line.strip().split("=")
    os.environ.setdefault(name, value)
sys.path.append(os.path.join(here, "apps"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
from django.core.management import execute_from_command_line

execute_from_command_line(sys.argv)
`,
	".env":             "STAGE=first\n",
	"apps/greeting.py": "TEXT = 'hello'\n",
	"shop/__init__.py": "",
	"shop/settings.py": `SECRET_KEY = "x"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.staticfiles"]
STATIC_URL = "/static/"
STATIC_ROOT = "collected"
STATICFILES_DIRS = ["assets"]
`,
	"assets/shop.css": "body {}\n",
	"shop/urls.py": `import os

import greeting
from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("", lambda request: HttpResponse(greeting.TEXT + " " + os.environ["STAGE"]))]
`,
	"shop/wsgi.py": `from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
`,
}

// TestAHangupServesWhatTheProjectIsNow changes what a hangup has to renew, one by one.
func TestAHangupServesWhatTheProjectIsNow(t *testing.T) {
	needs(t, "django")
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range renewed {
		write(name, text)
	}
	addr, admin := freeAddr(t), freeAddr(t)
	s := startServe(t, stack.Shop{Dir: t.TempDir()}, "--project", dir, "--listen", addr, "--admin", admin, "--workers", "1")
	site := "http://" + addr
	serves := func(path string, status int, body string) {
		t.Helper()
		eventually(t, func() error {
			p := get(t, newClient(t), site+path)
			if p.status != status || body != "" && p.body != body {
				return fmt.Errorf("%s is %d %q, want %d %q", path, p.status, p.body, status, body)
			}
			return nil
		})
	}
	hangUp := func() {
		t.Helper()
		if err := s.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
	}
	serves("/", http.StatusOK, "hello first")
	serves("/static/shop.css", http.StatusNotFound, "")

	collect := exec.CommandContext(t.Context(), stack.Root(".build", "venv", "bin", "python"), "manage.py", "collectstatic", "--noinput")
	collect.Dir = dir
	if out, err := collect.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	hangUp()
	serves("/static/shop.css", http.StatusOK, "body {}\n")
	s.awaits(t, "  static   /static/ from "+filepath.Join(dir, "collected")+"\n")

	write(".env", "STAGE=second\n") // gunicorn itself must have it, too
	hangUp()
	serves("/", http.StatusOK, "hello second")

	write("shop/urls.py", "nothing = (\n")
	write("shop/settings.py", "import stripe\n")
	hangUp()
	s.awaits(t, "The project does not load again, and is served as before: the settings shop.settings cannot be imported: ModuleNotFoundError: No module named 'stripe'")
	serves("/", http.StatusOK, "hello second")
	serves("/static/shop.css", http.StatusOK, "body {}\n")

	write("shop/settings.py", renewed["shop/settings.py"])
	write("shop/urls.py", renewed["shop/urls.py"])
	write("apps/greeting.py", "TEXT = 'good morning'\n")
	hangUp()
	serves("/", http.StatusOK, "good morning second")
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-s.done; err != nil {
		t.Error(errors.Join(errors.New("it does not end in order"), err))
	}
}
