// Command demo runs the demo shop under gunicorn behind the gateway, sends it a
// little traffic, shows what the gateway saw of it, and serves until Ctrl-C.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/caddy-django/gateway/delivery"
	"github.com/caddy-django/gateway/integration/stack"
)

func main() {
	site := flag.String("site", "localhost:8000", "address to serve the shop on")
	admin := flag.String("admin", "localhost:2019", "address of Caddy's admin API and its /metrics")
	upstream := flag.String("upstream", "127.0.0.1:8001", "address of gunicorn")
	dsn := flag.String("dsn", "", "DSN of a Sentry-compatible server that gets the error events, too")
	data := flag.String("data", stack.Root(".build", "demo"), "directory of the databases, the static files and the logs")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	d := demo{site: *site, admin: *admin, upstream: *upstream, dsn: *dsn, dir: *data}
	if err := d.run(ctx); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

type demo struct {
	site, admin, upstream, dsn, dir string
}

func (d demo) run(ctx context.Context) error {
	if reason, missing := stack.Missing("django"); missing {
		return fmt.Errorf("set-up could not install Django: %s", reason)
	}
	if d.dsn != "" {
		if _, err := delivery.ParseDSN(d.dsn); err != nil {
			return err
		}
	}
	shop := stack.Shop{Dir: d.dir, Env: []string{"SHOP_HOSTS=" + host(d.site)}}
	say("preparing the shop's database and static files")
	if err := shop.Prepare(ctx); err != nil {
		return err
	}
	say("starting gunicorn with 4 workers on %s", d.upstream)
	gunicorn, err := shop.Gunicorn(ctx, d.upstream)
	if err != nil {
		return err
	}
	defer gunicorn.Stop()
	say("starting the gateway on %s", d.site)
	gateway, err := stack.Gateway(ctx, d.dir, stack.Root("integration", "Caddyfile"), d.site, d.environment()...)
	if err != nil {
		return err
	}
	defer gateway.Stop()

	say("waiting for the routes of the shop")
	// It serves without them, but what it shows of the traffic is then a guess.
	if err := stack.AwaitRoutes(ctx, d.admin); err != nil {
		return err
	}
	say("sending a little traffic")
	if err := sendTraffic(ctx, "http://"+d.site); err != nil {
		return err
	}
	if err := d.report(ctx); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		fmt.Println()
		say("stopping")
		return nil
	case <-gunicorn.Exited():
		return fmt.Errorf("gunicorn has ended: see %s", gunicorn.Log)
	case <-gateway.Exited():
		return fmt.Errorf("caddy has ended: see %s", gateway.Log)
	}
}

func (d demo) environment() []string {
	env := []string{
		"DEMO_SITE=" + d.site,
		"DEMO_ADMIN=" + d.admin,
		"DEMO_UPSTREAM=" + d.upstream,
		"DEMO_STATIC=" + filepath.Join(d.dir, "static"),
		"DEMO_STORE=" + filepath.Join(d.dir, "errors.db"),
	}
	if d.dsn != "" {
		env = append(env, "DSN="+d.dsn, "DEMO_EVENTS=deliver")
	}
	return env
}

// issues shows the table a person would ask for.
func (d demo) issues(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, stack.Caddy(), "django", "issues", "--address", d.admin)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

func say(format string, args ...any) { fmt.Printf("demo: "+format+"\n", args...) }
