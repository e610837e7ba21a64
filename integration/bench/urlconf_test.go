package main

import (
	"path/filepath"
	"testing"

	"github.com/caddy-django/gateway/route"
)

func TestTheLoadMeetsTheManyRoutes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "routes.json")
	if err := writeRoutes(file, manyRoutes); err != nil {
		t.Fatal(err)
	}
	conf, err := route.LoadURLConf(file)
	if err != nil {
		t.Fatal(err)
	}
	resolver, err := route.NewResolver(conf)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(resolver.Routes()); n != manyRoutes {
		t.Errorf("%d routes, not %d", n, manyRoutes)
	}
	want := []string{"/", "/articles/<int:year>/<slug:title>/", "/users/<int:pk>/", "/api/orders/<uuid:order>/", ""}
	for i, path := range paths {
		label := ""
		if found, err := resolver.Resolve(path); err != nil {
			t.Error(err)
		} else if found != nil {
			label = found.Label
		}
		if label != want[i] {
			t.Errorf("%s is %q, not %q", path, label, want[i])
		}
	}
}
