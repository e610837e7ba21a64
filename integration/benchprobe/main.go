// Command benchprobe measures what the probe costs in Django's workers: CPU time of a request in a gunicorn with
// nothing in it, with the probe, and with Sentry's SDK.
//
//	go run ./integration/benchprobe
//
// The requests come straight over a socket, one after the other, as the gateway would send them: to the probe with its
// question. It needs Linux and what integration/setup installs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/caddy-django/gateway/integration/measure"
	"github.com/caddy-django/gateway/integration/stack"
)

func main() {
	rounds := flag.Int("rounds", 40, "how often each is measured")
	requests := flag.Int("requests", 300, "of a measurement; a slow view gets fewer")
	check := flag.Bool("check", false, "fail if a target is missed")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if err := run(ctx, *rounds, *requests, *check, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "benchprobe:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rounds, requests int, check bool, w io.Writer) error {
	if rounds < 1 || requests < leastRequests {
		return fmt.Errorf("%d rounds of %d requests measure nothing: make it 1 or more, of %d or more", rounds, requests, leastRequests)
	}
	for _, part := range []string{"django", "sentry-sdk"} {
		if reason, missing := stack.Missing(part); missing {
			return fmt.Errorf("set-up could not install %s: %s", part, reason)
		}
	}
	dir, err := os.MkdirTemp("", "benchprobe-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{dir: dir}
	defer b.stop()
	if err := b.start(ctx); err != nil {
		return err
	}
	results, err := b.measure(ctx, rounds, requests)
	if err != nil {
		return err
	}
	ratios := report(w, results)
	if missed := measure.Missed(ratios); check && len(missed) > 0 {
		return errors.New("missed the target for " + strings.Join(missed, "; "))
	}
	return nil
}

// report prints the figures in Markdown, and returns the ratios.
func report(w io.Writer, results [][]measure.Series) (ratios []measure.Ratio) {
	t := measure.Table{{"CPU µs/request of the worker"}}
	for _, v := range views {
		t[0] = append(t[0], v.name)
	}
	for s, subject := range subjects {
		row := []string{subject.name}
		for v := range views {
			row = append(row, fmt.Sprintf("%.0f", results[v][s].Median(measure.CPUOf)))
		}
		t = append(t, row)
	}
	t.Print(w)
	fmt.Fprintln(w)
	for _, c := range comparisons {
		ratios = append(ratios, c.Ratio(results[c.view]))
	}
	measure.RatioTable(ratios).Print(w)
	return ratios
}
