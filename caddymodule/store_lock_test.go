package caddymodule

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"

	"github.com/caddy-django/gateway/store"
)

func TestAConfigurationWhoseStoreIsInUseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "errors.db")
	other := store.New(store.Config{Path: path})
	if err := other.Acquire(t.Context()); err != nil {
		t.Fatal(err)
	}
	load := func(path string) error {
		config := `{"admin": {"disabled": true, "config": {"persist": false}}, "apps": {"django": {"store": {"path": "` + path + `"}}}}`
		return caddy.Load([]byte(config), true)
	}
	t.Cleanup(func() {
		if err := caddy.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := load(path); err == nil || !strings.Contains(err.Error(), "in use by another gateway") || !strings.Contains(err.Error(), path) {
		t.Errorf("%v", err)
	}
	if err := caddy.Validate(&caddy.Config{
		Admin:   &caddy.AdminConfig{Disabled: true},
		AppsRaw: caddy.ModuleMap{"django": []byte(`{"store": {"path": "` + path + `"}}`)},
	}); err != nil {
		t.Errorf("validating: %v", err)
	}
	if err := other.Close(t.Context()); err != nil {
		t.Error(err)
	}
	// To another path, and back: the store before is closed by then.
	for _, path := range []string{path, path, path + ".db", path} {
		began := time.Now()
		if err := load(path); err != nil {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
	}
}
