// Command picture makes the picture of the dashboards that the README shows. It
// runs the shop behind the gateway for a few minutes, with quiet times, a scanner
// and trouble, asks Prometheus what the dashboards ask, and draws the answers as
// Grafana would. Chromium must be on PATH: it makes a PNG of the page.
//
//	cd integration/promql && go run ./picture
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/caddy-django/gateway/integration/promql/run"
	"github.com/caddy-django/gateway/integration/stack"
)

func main() {
	out := flag.String("o", stack.Root("docs", "images", "dashboard.png"), "the picture")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := picture(ctx, *out); err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

func picture(ctx context.Context, out string) error {
	dir, err := os.MkdirTemp("", "picture")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	r, err := run.Start(ctx, dir)
	if err != nil {
		return err
	}
	defer r.Close()
	span, err := tell(ctx, r)
	if err != nil {
		return err
	}
	page := filepath.Join(dir, "page.html")
	if err := writePage(ctx, page, r.Prometheus, span); err != nil {
		return err
	}
	return photograph(ctx, page, out)
}
