// Command bench says what the gateway costs: it runs one Caddy binary with and
// without its directives, under the same load and in turn, and compares the CPU
// time that each takes for a request, their latencies and their throughput.
//
//	go run ./integration/bench -caddy bin/caddy
//
// The load and the backend are in this process, which shares the machine with
// the Caddy that it measures. CPU time is that of Caddy alone, and so is the
// figure to go by; throughput and latency are those of the whole machine. It
// needs Linux, which tells the CPU time of a process in /proc.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/caddy-django/gateway/integration/measure"
)

// minDuration keeps a run well above the clock that CPU time is counted with.
const minDuration = 50 * measure.Tick

type options struct {
	caddy    string
	rounds   int
	duration time.Duration
	json     string
	check    bool
}

func main() {
	var o options
	flag.StringVar(&o.caddy, "caddy", "bin/caddy", "the Caddy `binary`, with the gateway in it")
	flag.IntVar(&o.rounds, "rounds", 50, "how often each subject is measured")
	flag.DurationVar(&o.duration, "duration", 600*time.Millisecond, "of each measurement")
	flag.StringVar(&o.json, "json", "", "a `file` to write the figures to as well")
	flag.BoolVar(&o.check, "check", false, "fail if a target is missed")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	if o.rounds < 1 || o.duration < minDuration {
		return fmt.Errorf("%d rounds of %s measure nothing: make it 1 or more, of %s or longer", o.rounds, o.duration, minDuration)
	}
	b, err := newBench(o.caddy, o.duration)
	if err != nil {
		return err
	}
	ceiling, err := b.ceiling()
	if err != nil {
		return err
	}
	all, err := b.rounds(ctx, o.rounds, func(round int) {
		if round%10 == 0 || round == o.rounds {
			fmt.Fprintf(os.Stderr, "bench: round %d of %d\n", round, o.rounds)
		}
	})
	if err != nil {
		return err
	}
	r := newReport(all, ceiling)
	r.print(os.Stdout)
	if o.json != "" {
		if err := measure.Save(o.json, r); err != nil {
			return err
		}
	}
	if missed := measure.Missed(r.Ratios); o.check && len(missed) > 0 {
		return errors.New("missed the target for " + strings.Join(missed, "; "))
	}
	return nil
}
