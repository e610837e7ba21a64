package stack

import (
	"context"
	"path/filepath"
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
		}, env...),
		Dir:  dir,
		Addr: addr,
	})
}
