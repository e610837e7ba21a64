package main

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/caddy-django/gateway/integration/measure"
	"github.com/caddy-django/gateway/integration/stack"
	"github.com/caddy-django/gateway/internal/freeport"
)

// warmUp opens Caddy's connections, fills its pools and lets its heap find its
// size before anything is measured.
const warmUp = time.Second

// bench is the world around the Caddies that are measured.
type bench struct {
	binary   string
	duration time.Duration // of one run

	success, failure net.Listener
	sentry           *measure.Sentry
}

func newBench(binary string, duration time.Duration) (b *bench, err error) {
	b = &bench{duration: duration}
	if b.binary, err = filepath.Abs(binary); err != nil {
		return nil, err
	}
	if b.success, err = startBackend(http.StatusOK); err != nil {
		return nil, err
	}
	if b.failure, err = startBackend(http.StatusInternalServerError); err != nil {
		return nil, err
	}
	if b.sentry, err = measure.StartSentry(); err != nil {
		return nil, err
	}
	return b, nil
}

// rounds starts a Caddy for every subject and measures each n times, in turn.
// They stay for the whole time, so that a round is short and its measurements
// are close together: the noise of a shared machine comes in waves, and what is
// measured within one wave can be compared. Those whose turn it is not, rest.
func (b *bench) rounds(ctx context.Context, n int, progress func(round int)) ([]measure.Series, error) {
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	contestants := make([]*contestant, len(subjects))
	for i, s := range subjects {
		c, err := b.enter(ctx, filepath.Join(dir, fmt.Sprint(i)), s)
		if err != nil {
			return nil, fmt.Errorf("starting %s: %w", s.name, err)
		}
		defer c.leave()
		contestants[i] = c
	}
	all := make([]measure.Series, len(subjects))
	for round := range n {
		for _, i := range measure.Turns(len(subjects), round) {
			f, err := contestants[i].measure(b.duration)
			if err := cmp.Or(ctx.Err(), err); err != nil {
				return nil, fmt.Errorf("measuring %s: %w", subjects[i].name, err)
			}
			all[i] = append(all[i], f)
		}
		progress(round + 1)
	}
	return all, nil
}

// contestant is a subject with the Caddy that plays it, and the load on it.
type contestant struct {
	caddy *stack.Process
	load  *measure.Load
	stop  func() bool
}

// enter starts a contestant, which keeps to dir, and warms it up.
func (b *bench) enter(ctx context.Context, dir string, s subject) (*contestant, error) {
	upstream, status := b.success, http.StatusOK
	if s.failing {
		upstream, status = b.failure, http.StatusInternalServerError
	}
	caddy, err := b.start(ctx, dir, s, upstream.Addr().String())
	if err != nil {
		return nil, err
	}
	l, err := newLoad(caddy.Addr, status)
	if err != nil {
		caddy.Stop()
		return nil, err
	}
	c := &contestant{caddy, l, context.AfterFunc(ctx, l.Close)}
	if _, err := l.Run(warmUp); err != nil {
		c.leave()
		return nil, fmt.Errorf("%w\n%s", err, caddy.Tail())
	}
	return c, nil
}

func (c *contestant) leave() {
	c.stop()
	c.load.Close()
	c.caddy.Stop()
}

// measure loads the contestant for d.
func (c *contestant) measure(d time.Duration) (measure.Figures, error) {
	before, err := measure.CPUTime(c.caddy.Pid())
	if err != nil {
		return measure.Figures{}, err
	}
	s, err := c.load.Run(d)
	if err != nil {
		return measure.Figures{}, fmt.Errorf("%w\n%s", err, c.caddy.Tail())
	}
	after, err := measure.CPUTime(c.caddy.Pid())
	if err != nil {
		return measure.Figures{}, err
	}
	return measure.NewFigures(s, after-before), nil
}

// start runs Caddy as the subject, which keeps to dir.
func (b *bench) start(ctx context.Context, dir string, s subject, upstream string) (*stack.Process, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	address, err := freeport.Address()
	if err != nil {
		return nil, err
	}
	routes := filepath.Join(dir, "routes.json")
	if err := writeRoutes(routes, manyRoutes); err != nil {
		return nil, err
	}
	caddyfile, err := s.caddyfile(settings{
		Address:  address,
		Upstream: upstream,
		DSN:      b.sentry.DSN(),
		Database: filepath.Join(dir, "errors.db"),
		Routes:   routes,
	})
	if err != nil {
		return nil, err
	}
	config := filepath.Join(dir, "Caddyfile")
	if err := os.WriteFile(config, []byte(caddyfile), 0o600); err != nil {
		return nil, err
	}
	return stack.Start(ctx, stack.Spec{
		Name: "caddy",
		Args: []string{b.binary, "run", "--config", config, "--adapter", "caddyfile"},
		Env:  []string{"HOME=" + dir, "XDG_DATA_HOME=" + dir, "XDG_CONFIG_HOME=" + dir},
		Dir:  dir,
		Addr: address,
	})
}

// ceiling is how many requests a second the load makes of the backend itself,
// with no Caddy between them: what is well below is not bounded by the load.
func (b *bench) ceiling() (float64, error) {
	l, err := newLoad(b.success.Addr().String(), http.StatusOK)
	if err != nil {
		return 0, err
	}
	defer l.Close()
	s, err := l.Run(warmUp)
	if err != nil {
		return 0, fmt.Errorf("measuring the load generator: %w", err)
	}
	return measure.NewFigures(s, 0).Rate, nil
}

// connections that ask at the same time, each for one thing after the other.
const connections = 32

// newLoad asks for all the paths, and expects what the backend answers.
func newLoad(address string, status int) (*measure.Load, error) {
	questions := make([]measure.Question, len(paths))
	for i, path := range paths {
		questions[i] = measure.Question{Path: path, Status: status, Length: bodySize}
	}
	return measure.NewLoad(address, connections, questions...)
}
