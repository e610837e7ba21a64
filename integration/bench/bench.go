package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/caddy-django/gateway/integration/stack"
)

// warmUp opens Caddy's connections, fills its pools and lets its heap find its
// size before anything is measured.
const warmUp = time.Second

// bench is the world around the Caddies that are measured.
type bench struct {
	binary   string
	duration time.Duration // of one run

	success, failure net.Listener
	sentry           net.Listener
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
	if b.sentry, err = startSentry(); err != nil {
		return nil, err
	}
	return b, nil
}

// rounds measures every subject n times, in turn.
func (b *bench) rounds(ctx context.Context, n int, progress func(round int, s subject, f figures)) ([]series, error) {
	all := make([]series, len(subjects))
	for round := range n {
		for _, i := range turns(round) {
			f, err := b.measure(ctx, subjects[i])
			if err != nil {
				return nil, fmt.Errorf("measuring %s: %w", subjects[i].name, err)
			}
			all[i] = append(all[i], f)
			progress(round+1, subjects[i], f)
		}
	}
	return all, nil
}

// turns returns the order of the subjects in a round. Each round begins with
// another one, so that none is always the first, or the last, to be measured.
func turns(round int) []int {
	order := make([]int, len(subjects))
	for i := range order {
		order[i] = (round + i) % len(subjects)
	}
	return order
}

// measure runs a Caddy of its own for one run of a subject, so that no other
// Caddy, and nothing that one has left behind, is in its way.
func (b *bench) measure(ctx context.Context, s subject) (figures, error) {
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return figures{}, err
	}
	defer os.RemoveAll(dir)
	upstream, status := b.success, http.StatusOK
	if s.failing {
		upstream, status = b.failure, http.StatusInternalServerError
	}
	caddy, err := b.start(ctx, dir, s, upstream.Addr().String())
	if err != nil {
		return figures{}, err
	}
	defer caddy.Stop()
	l, err := newLoad(caddy.Addr, status)
	if err != nil {
		return figures{}, err
	}
	defer l.close()
	defer context.AfterFunc(ctx, l.close)()
	f, err := b.run(l, caddy.Pid())
	switch {
	case ctx.Err() != nil:
		return figures{}, ctx.Err()
	case err != nil:
		return figures{}, fmt.Errorf("%w\n%s", err, caddy.Tail())
	}
	return f, nil
}

// start runs Caddy as the subject, which keeps to dir.
func (b *bench) start(ctx context.Context, dir string, s subject, upstream string) (*stack.Process, error) {
	address, err := stack.FreeAddr()
	if err != nil {
		return nil, err
	}
	caddyfile, err := s.caddyfile(settings{
		Address:  address,
		Upstream: upstream,
		DSN:      dsn(b.sentry),
		Database: filepath.Join(dir, "errors.db"),
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

// run warms the Caddy with this process id up and measures it.
func (b *bench) run(l *load, pid int) (figures, error) {
	if _, err := l.run(warmUp); err != nil {
		return figures{}, err
	}
	before, err := cpuTime(pid)
	if err != nil {
		return figures{}, err
	}
	s, err := l.run(b.duration)
	if err != nil {
		return figures{}, err
	}
	after, err := cpuTime(pid)
	if err != nil {
		return figures{}, err
	}
	return newFigures(s, after-before), nil
}

// ceiling is how many requests a second the load makes of the backend itself,
// with no Caddy between them: what is well below is not bounded by the load.
func (b *bench) ceiling() (float64, error) {
	l, err := newLoad(b.success.Addr().String(), http.StatusOK)
	if err != nil {
		return 0, err
	}
	defer l.close()
	s, err := l.run(warmUp)
	if err != nil {
		return 0, fmt.Errorf("measuring the load generator: %w", err)
	}
	return newFigures(s, 0).Rate, nil
}
