package stack

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"github.com/caddy-django/gateway/urlconf"
)

// Gateway starts bin/caddy with a Caddyfile. Its data goes to dir; env is what
// the Caddyfile refers to. It is ready when addr answers.
func Gateway(ctx context.Context, dir, caddyfile, addr string, env ...string) (*Process, error) {
	return Start(ctx, Spec{
		Name: "caddy",
		Args: []string{Caddy(), "run", "--config", caddyfile, "--adapter", "caddyfile"},
		Env: append([]string{
			"XDG_DATA_HOME=" + filepath.Join(dir, "data"),
			"XDG_CONFIG_HOME=" + filepath.Join(dir, "config"),
			"DEMO_PROJECT=" + Root("integration", "shop"),
			"DEMO_PYTHON=" + python(),
		}, env...),
		Dir:  dir,
		Addr: addr,
	})
}

// routesLoaded fails as long as the gateway whose admin endpoint is on addr has
// not loaded the routes of its projects.
func routesLoaded(ctx context.Context, addr string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/django/routes", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var sources []urlconf.Status
	if err := json.NewDecoder(resp.Body).Decode(&sources); err != nil {
		return fmt.Errorf("reading /django/routes: %w", err)
	}
	for _, source := range sources {
		if source.Routes == 0 {
			return fmt.Errorf("%s has no routes yet %s", source.Source, source.Error)
		}
	}
	return nil
}

// loadTime is more than a project takes to load.
const loadTime = 30 * time.Second

// AwaitRoutes waits until the gateway whose admin endpoint is on addr has loaded
// the routes of its projects.
func AwaitRoutes(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, loadTime)
	defer cancel()
	for {
		err := routesLoaded(ctx, addr)
		if err == nil || ctx.Err() != nil {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}
