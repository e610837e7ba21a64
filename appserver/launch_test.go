package appserver

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/urlconf"
)

// TestAServerImportsFromWhereManagePyDoes runs real servers: their workers must see the same
// sys.path, in the same order, and the same variables.
func TestAServerImportsFromWhereManagePyDoes(t *testing.T) {
	python := django(t)
	const manage = `import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "first"))
sys.path.insert(2, os.path.join(here, "second"))
sys.path.append(os.path.join(here, "last"))
os.environ["SHOP_STAGE"] = "from manage.py"
os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
from django.core.management import execute_from_command_line

execute_from_command_line(sys.argv)
`
	const urls = `import json
import os

import cart
import colorsys
import users
from django.http import HttpResponse
from django.urls import path


def view(request):
    return HttpResponse(" ".join([cart.name, users.name, colorsys.__file__.split("/")[-2], json.__name__, os.environ["SHOP_STAGE"]]))


urlpatterns = [path("", view)]
`
	for name, app := range map[string]string{"gunicorn": "shop.wsgi", "uvicorn": "shop.asgi"} {
		t.Run(name, func(t *testing.T) {
			dir := project(t, "ALLOWED_HOSTS = ['*']\n", map[string]string{
				"manage.py": manage, "shop/urls.py": urls,
				"first/cart.py":         "name = 'first'",
				"second/cart.py":        "raise ImportError('the other goes first')",
				"second/colorsys.py":    "", // goes before Python's own
				"last/users.py":         "name = 'last'",
				"last/json/__init__.py": "raise ImportError('Python has its own')",
			})
			t.Setenv("WEB_CONCURRENCY", "2") // empty, gunicorn refuses it
			p, err := Inspect(t.Context(), urlconf.Project{Dir: dir, Python: python}, app)
			if err != nil {
				t.Fatal(err)
			}
			socket, remove, err := NewSocket("launch")
			if err != nil {
				t.Fatal(err)
			}
			defer remove()
			server, err := p.Serve(socket, 2)
			if err != nil || server.Name != name {
				t.Fatalf("%+v: %v", server, err)
			}
			var printed output
			supervisor, err := Start(t.Context(), server, &printed, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatalf("%v:\n%s", err, printed.String())
			}
			defer supervisor.Stop()
			if got := getUnix(t, socket); got != "first last second json from manage.py" {
				t.Errorf("got %q:\n%s", got, printed.String())
			}
		})
	}
}

// getUnix returns what a server responds to GET /.
func getUnix(t *testing.T, socket string) string {
	t.Helper()
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Get("http://shop/")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(body))
}
