package caddymodule

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"

	"github.com/caddy-django/gateway/urlconf"
)

// routesFile writes a URLconf with one route into dir.
func routesFile(t *testing.T, path, pattern, view string) string {
	t.Helper()
	document := fmt.Sprintf(`{"version": 1, "django": "5.2", "settings": "shop.settings", "append_slash": true, "patterns": [
		{"kind": "path", "route": %q, "endpoint": true, "view": %q, "name": "it", "namespace": "shop", "app_name": "catalog",
			"converters": {"x": {"class": "django.urls.converters.StringConverter"}}}]}`, pattern, view)
	if err := urlconf.WriteFile(path, []byte(document)); err != nil {
		t.Fatal(err)
	}
	return path
}

// request asks the monitored site for a path, as a host if that is given.
func (g *gateway) request(path, host string) {
	g.t.Helper()
	req, err := http.NewRequestWithContext(g.t.Context(), http.MethodGet, "http://"+g.monitored+path, nil)
	if err != nil {
		g.t.Fatal(err)
	}
	req.Host = host
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		g.t.Fatal(err)
	}
	resp.Body.Close()
}

// routes returns how often each route was asked for.
func (g *gateway) routes() map[string]float64 {
	counts := make(map[string]float64)
	for _, m := range g.gather("http_server_request_duration_seconds") {
		counts[m["http_route"]] += m.value()
	}
	return counts
}

func TestRoutesOfAFileAreReadAgainWithoutAReload(t *testing.T) {
	file := routesFile(t, filepath.Join(t.TempDir(), "routes.json"), "books/<x>/", "shop.views.book")
	g := startGateway(t, "{\nroutes "+file+"\n}", "respond ok")
	g.request("/books/1/", "")
	if got := g.routes(); got["/books/<x>/"] != 1 {
		t.Fatalf("routes: %v", got)
	}
	config := caddy.ActiveContext().AppIfConfigured
	before, _ := config("django")

	routesFile(t, file, "tomes/<x>/", "shop.views.tome")
	deadline := time.Now().Add(time.Minute)
	for g.routes()["/tomes/<x>/"] == 0 {
		if time.Now().After(deadline) {
			t.Fatalf("the new route is never used: %v", g.routes())
		}
		g.request("/tomes/1/", "")
		time.Sleep(50 * time.Millisecond)
	}
	if got := g.routes(); got["/books/<x>/"] != 1 {
		t.Errorf("a counter is gone: %v", got)
	}
	if after, _ := config("django"); after != before {
		t.Error("Caddy has reloaded its configuration")
	}
}

func TestAReloadKeepsRoutesAndCounters(t *testing.T) {
	file := routesFile(t, filepath.Join(t.TempDir(), "routes.json"), "books/<x>/", "shop.views.book")
	g := startGateway(t, "{\nroutes "+file+"\n}", "respond ok")
	g.request("/books/1/", "")
	source := g.app().instruments.sources.Status()
	g.load(g.caddyfile)
	g.request("/books/2/", "")
	if got := g.routes(); got["/books/<x>/"] != 2 {
		t.Errorf("routes: %v", got)
	}
	if err := os.Truncate(file, 10); err != nil {
		t.Fatal(err)
	}
	if err := g.tryLoad(g.caddyfile); err == nil || !strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), "line 1, column") {
		t.Errorf("a truncated file: %v", err)
	}
	g.request("/books/3/", "")
	if got := g.routes(); got["/books/<x>/"] != 3 {
		t.Errorf("the last good routes are gone: %v", got)
	}
	if after := g.app().instruments.sources.Status(); len(after) != 1 || after[0].Source != source[0].Source || after[0].Error == "" {
		t.Errorf("sources: %+v", after)
	}
}

func TestHostsHaveURLConfsOfTheirOwn(t *testing.T) {
	dir := t.TempDir()
	main := routesFile(t, filepath.Join(dir, "main.json"), "<x>/", "main.views.x")
	api := routesFile(t, filepath.Join(dir, "api.json"), "<str:x>/", "api.views.x")
	tenant := routesFile(t, filepath.Join(dir, "tenant.json"), "<slug:x>/", "tenant.views.x")
	file := strings.NewReplacer("<main>", main, "<api>", api, "<tenant>", tenant)
	g := startGateway(t, file.Replace("{\nlabel_style view\nroutes <main>\nroutes <api> API.example bücher.example\nroutes <tenant> *.example\n}"), "respond ok")
	g.caddyfile = strings.ReplaceAll(g.caddyfile, "http://"+g.monitored+" {", "http://:"+strings.Split(g.monitored, ":")[1]+" {")
	g.load(g.caddyfile)
	for host, view := range map[string]string{
		"api.example": "api.views.x", "xn--bcher-kva.example": "api.views.x", "API.EXAMPLE:80": "api.views.x", "a.example": "tenant.views.x",
		"example": "main.views.x", "a.b.example": "main.views.x", "else.test": "main.views.x", "127.0.0.1": "main.views.x",
	} {
		before := g.routes()[view]
		g.request("/one/", host)
		if got := g.routes()[view]; got != before+1 {
			t.Errorf("%s: not resolved by %s: %v", host, view, g.routes())
		}
	}
}

func TestRouteInfoIsForJoins(t *testing.T) {
	file := routesFile(t, filepath.Join(t.TempDir(), "routes.json"), "books/<x>/", "shop.views.book")
	g := startGateway(t, "{\nroutes "+file+"\nlabel_style openapi\n}", "respond ok")
	g.request("/books/1/", "")
	duration := g.gather("http_server_request_duration_seconds")[0]
	info := g.gather("django_route_info")
	if len(info) != 1 {
		t.Fatalf("%d routes: %v", len(info), info)
	}
	want := sample{
		"server_address": duration["server_address"], "http_route": duration["http_route"], "value": "1",
		"view": "shop.views.book", "name": "it", "namespace": "shop", "app": "catalog",
	}
	if want["http_route"] != "/books/{x}/" || fmt.Sprint(info[0]) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", info[0], want)
	}
	g.load(g.caddyfile)
	if again := g.gather("django_route_info"); fmt.Sprint(again) != fmt.Sprint(info) {
		t.Errorf("after a reload: %v", again)
	}
	restyled := strings.ReplaceAll(g.caddyfile, "label_style openapi", "label_style view")
	g.load(restyled)
	g.request("/books/1/", "")
	if now := g.gather("django_route_info"); len(now) != 1 || now[0]["http_route"] != "shop.views.book" {
		t.Errorf("in another style: %v", now)
	}
	g.load(strings.ReplaceAll(restyled, "routes "+file, ""))
	if left := g.gather("django_route_info"); len(left) != 0 {
		t.Errorf("without the file: %v", left)
	}
}

func TestTheAdminAPITellsOfRoutes(t *testing.T) {
	file := routesFile(t, filepath.Join(t.TempDir(), "routes.json"), "books/<x>/", "shop.views.book")
	startGateway(t, "{\nroutes "+file+"\n}", "respond ok")
	recorder := httptest.NewRecorder()
	routes := (adminAPI{}).Routes()
	i := slices.IndexFunc(routes, func(r caddy.AdminRoute) bool { return r.Pattern == "/django/routes" })
	if err := routes[i].Handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/django/routes", nil)); err != nil {
		t.Fatal(err)
	}
	var answer []urlconf.Status
	if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	if len(answer) != 1 || answer[0].Source != file || answer[0].Routes != 1 || answer[0].Django != "5.2" || time.Since(answer[0].Loaded) > time.Minute {
		t.Errorf("%+v", answer)
	}
}

func TestProjectsAreExportedAfterTheStart(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	python, err := filepath.Abs("../.build/venv/bin/python")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(python); err != nil {
		t.Skipf("there is no Python with Django: run integration/setup (%v)", err)
	}
	project, err := filepath.Abs("../integration/shop")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SHOP_DATA", t.TempDir())
	dir := t.TempDir()
	slow, gate := filepath.Join(dir, "python"), filepath.Join(dir, "gate")
	if err := os.WriteFile(slow, []byte("#!/bin/sh\nuntil [ -e "+gate+" ]; do sleep 0.05; done\nexec "+python+" \"$@\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	g := startGateway(t, fmt.Sprintf("{\nroutes export %s {\nsettings shop.settings\npython %s\n}\n}", project, slow), "respond ok")
	g.request("/products/1/", "") // answered, although the export has not begun
	if got := g.routes(); got["/products/<var>/"] != 1 {
		t.Errorf("before the export it is not learned: %v", got)
	}
	if err := os.WriteFile(gate, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(time.Minute)
	for g.app().instruments.sources.Status()[0].Routes == 0 {
		if time.Now().After(deadline) {
			t.Fatalf("never exported: %+v", g.app().instruments.sources.Status())
		}
		time.Sleep(20 * time.Millisecond)
	}
	g.request("/products/1/", "")
	if got := g.routes(); got["/products/<int:pk>/"] != 1 {
		t.Errorf("after the export: %v", got)
	}
	loaded := g.app().instruments.sources.Status()[0].Loaded
	g.load(g.caddyfile)
	if again := g.app().instruments.sources.Status()[0]; !again.Loaded.Equal(loaded) || again.Routes == 0 {
		t.Errorf("a reload exports again: %+v", again)
	}
	exportAgain()
	eventually(t, "it is exported again", func() bool { return g.app().instruments.sources.Status()[0].Loaded.After(loaded) })
}
