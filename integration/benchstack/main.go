// Command benchstack compares whole installations: one Django project under one
// gunicorn, behind nginx, with and without the packages that projects monitor
// themselves with, behind a bare Caddy, and behind the gateway with everything on.
//
//	go run ./integration/benchstack -caddy bin/caddy -plot docs/images/stack.svg
//
// CPU time is that of the proxy and of Django's workers, together. The load is in this
// process, as is the receiver of events; what they take is told apart. It needs
// Linux, nginx, and what integration/setup installs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/caddy-django/gateway/integration/measure"
	"github.com/caddy-django/gateway/integration/stack"
)

// minDuration keeps a run well above the clock that CPU time is counted with.
const minDuration = 50 * measure.Tick

type options struct {
	caddy    string
	rounds   int
	duration time.Duration
	workers  int
	plot     string
	json     string
	check    bool
}

func main() {
	var o options
	flag.StringVar(&o.caddy, "caddy", "bin/caddy", "the Caddy `binary`, with the gateway in it")
	flag.IntVar(&o.rounds, "rounds", 9, "how often each stack is measured")
	flag.DurationVar(&o.duration, "duration", time.Second, "of each measurement")
	flag.IntVar(&o.workers, "workers", 4, "of gunicorn")
	flag.StringVar(&o.plot, "plot", "", "an SVG `file` to draw the throughput to")
	flag.StringVar(&o.json, "json", "", "a `file` to write the figures to as well")
	flag.BoolVar(&o.check, "check", false, "fail if a target is missed")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "benchstack:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	if o.rounds < 1 || o.duration < minDuration || o.workers < 1 {
		return fmt.Errorf("%d rounds of %s with %d workers measure nothing: make it 1 or more, of %s or longer, with 1 or more",
			o.rounds, o.duration, o.workers, minDuration)
	}
	for _, part := range []string{"django", "sentry-sdk", "nginx"} {
		if reason, missing := stack.Missing(part); missing {
			return fmt.Errorf("set-up could not install %s: %s", part, reason)
		}
	}
	if o.caddy, err = filepath.Abs(o.caddy); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "benchstack-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{dir: dir, options: o}
	defer b.stop()
	if err := b.start(ctx); err != nil {
		return err
	}
	r, err := b.measure(ctx, func(round int) { fmt.Fprintf(os.Stderr, "benchstack: round %d of %d\n", round, o.rounds) })
	if err != nil {
		return err
	}
	r.print(os.Stdout)
	if o.json != "" {
		if err := measure.Save(o.json, r); err != nil {
			return err
		}
	}
	if o.plot != "" {
		if err := os.WriteFile(o.plot, []byte(r.svg()), 0o644); err != nil {
			return fmt.Errorf("saving the plot: %w", err)
		}
	}
	if missed := measure.Missed(r.Ratios); o.check && len(missed) > 0 {
		return errors.New("missed the target for " + strings.Join(missed, "; "))
	}
	return nil
}
