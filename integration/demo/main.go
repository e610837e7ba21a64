// Command demo serves the demo shop with `caddy django serve`, sends it a little
// traffic, shows what the gateway saw of it, and serves until Ctrl-C.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/caddy-django/gateway/delivery"
	"github.com/caddy-django/gateway/integration/stack"
)

const defaultAdmin = "localhost:2019"

func main() {
	site := flag.String("site", "localhost:8000", "address to serve the shop on")
	admin := flag.String("admin", defaultAdmin, "address of Caddy's admin API and its /metrics")
	dsn := flag.String("dsn", "", "DSN of a Sentry-compatible server that gets the error events, too")
	data := flag.String("data", stack.Root(".build", "demo"), "directory of the databases, the static files and the logs")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	d := demo{site: *site, admin: *admin, dsn: *dsn, dir: *data}
	if err := d.run(ctx); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

type demo struct {
	site, admin, dsn, dir string
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
	say("serving it on %s: caddy django serve --project integration/shop", d.site)
	served, err := shop.Serve(ctx, stack.Served{Addr: d.site, Admin: d.admin, DSN: d.dsn, Output: os.Stdout})
	if err != nil {
		return err
	}
	defer served.Stop()

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
	case <-served.Exited():
		return fmt.Errorf("caddy has ended: see %s", served.Log)
	}
}

// issues shows the table a person would ask for.
func (d demo) issues(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, stack.Caddy(), "django", "issues", "--address", d.admin)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

func say(format string, args ...any) { fmt.Printf("demo: "+format+"\n", args...) }
