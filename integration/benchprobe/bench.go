package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/caddy-django/gateway/integration/measure"
	"github.com/caddy-django/gateway/integration/stack"
	"github.com/caddy-django/gateway/probe"
	"github.com/caddy-django/gateway/probe/probetest"
)

const secret = "the-secret-of-the-probe-and-the-gateway"

// subject is what runs in a gunicorn beside Django.
type subject struct {
	name  string
	probe bool
	sdk   bool
	env   []string
}

const (
	plain = iota
	probed
	errorsOnly
	traced
)

var subjects = []subject{
	plain:      {name: "Django"},
	probed:     {name: "Django with the probe", probe: true},
	errorsOnly: {name: "Django with sentry-sdk, errors only", sdk: true},
	traced:     {name: "Django with sentry-sdk, all traces", sdk: true, env: []string{"BENCH_TRACES=1.0"}},
}

// view is what is asked for.
type view struct {
	name, path string
	status     int
	slow       int // how many times fewer requests a measurement makes
}

const (
	trivial = iota
	queries
	failing
)

var views = []view{
	trivial: {"trivial view", "/bench/trivial/", http.StatusOK, 1},
	queries: {"20 queries", "/bench/queries/", http.StatusOK, 10},
	failing: {"exception", "/bench/failing/", http.StatusInternalServerError, 6},
}

// leastRequests leave the slowest view some.
const leastRequests = 30

type comparison struct {
	view int
	measure.Comparison
}

func against(view, of, against int, atMost float64) comparison {
	return comparison{view, measure.Comparison{
		Name: views[view].name + ", " + subjects[of].name + " / " + subjects[against].name,
		Of:   of, Against: against, Figure: measure.CPUOf, Target: measure.Target{AtMost: atMost},
	}}
}

var comparisons = []comparison{
	against(trivial, probed, plain, 1.02),
	against(queries, probed, plain, 1.02),
	against(failing, probed, errorsOnly, 1),
	against(trivial, errorsOnly, plain, 0),
	against(queries, errorsOnly, plain, 0),
	against(trivial, traced, plain, 0),
	against(queries, traced, plain, 0),
}

// bench is all the servers; those whose turn it is not, rest.
type bench struct {
	dir       string
	gunicorns []*stack.Process
	clients   []*http.Client
	asked     uint64 // the number of requests, which the probe repeats
}

func (b *bench) start(ctx context.Context) error {
	data, library := filepath.Join(b.dir, "data"), filepath.Join(b.dir, "probe")
	for _, dir := range []string{data, library} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if _, err := probe.Install(library); err != nil {
		return fmt.Errorf("installing the probe: %w", err)
	}
	sentry, err := measure.StartSentry()
	if err != nil {
		return err
	}
	project := stack.Root("integration", "benchstack", "project")
	env := []string{"DJANGO_SETTINGS_MODULE=bench.settings", "SHOP_HOSTS=" + measure.Host, "SHOP_DATA=" + data, "SHOP_WORKERS=1"}
	python := stack.Root(".build", "sentry-sdk", "bin", "python") // the same for all
	shop := stack.Shop{Dir: data, Python: python, Env: append(env, "PYTHONPATH="+project)}
	if err := shop.Prepare(ctx); err != nil {
		return fmt.Errorf("preparing Django: %w", err)
	}
	for i, s := range subjects {
		socket := filepath.Join(b.dir, fmt.Sprint(i, ".sock"))
		client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		}}}
		path := project
		with := append(env, s.env...)
		if s.probe {
			path = library + ":" + path
			with = append(with, "DJANGO_PROBE_SECRET="+secret)
		}
		if s.sdk {
			with = append(with, "SENTRY_DSN="+sentry.DSN(), "BENCH_PROMETHEUS=0")
		}
		p, err := stack.Start(ctx, stack.Spec{
			Name: "gunicorn" + fmt.Sprint(i),
			Args: []string{python, "-m", "gunicorn", "-c", stack.Root("integration", "shop", "gunicorn.conf.py")},
			Env:  append(with, "SHOP_BIND=unix:"+socket, "PYTHONPATH="+path),
			Dir:  b.dir,
			Ready: func(ctx context.Context) error {
				return b.ask(ctx, client, s, views[trivial])
			},
		})
		if err != nil {
			return fmt.Errorf("starting %s: %w", s.name, err)
		}
		b.gunicorns, b.clients = append(b.gunicorns, p), append(b.clients, client)
	}
	return nil
}

func (b *bench) stop() {
	for _, p := range b.gunicorns {
		p.Stop()
	}
}

// ask asks as the gateway does.
func (b *bench) ask(ctx context.Context, client *http.Client, s subject, v view) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+measure.Host+v.path, nil)
	if err != nil {
		return err
	}
	b.asked++
	if s.probe {
		header, _ := probetest.Header(secret, req.Method)
		req.Header.Set(probe.RequestHeader, header)
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != v.status {
		return fmt.Errorf("%s, %s is answered with %s", s.name, v.path, resp.Status)
	}
	if told := resp.Header.Get(probe.AnswerHeader) != ""; told != s.probe {
		return fmt.Errorf("%s, %s: the probe answers: %v", s.name, v.path, told)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// settle is for what a worker does after its answers, such as to deliver events.
const settle = 60 * time.Millisecond

// measure measures every view of every subject, in turn.
func (b *bench) measure(ctx context.Context, rounds, requests int) ([][]measure.Series, error) {
	results := make([][]measure.Series, len(views))
	for v := range views {
		results[v] = make([]measure.Series, len(subjects))
	}
	for round := -1; round < rounds; round++ { // the first is to warm up
		for v := range views {
			for _, s := range measure.Turns(len(subjects), max(round, 0)) {
				cpu, err := b.once(ctx, v, s, requests/views[v].slow)
				if err := cmp.Or(ctx.Err(), err); err != nil {
					return nil, err
				}
				if round >= 0 {
					results[v][s] = append(results[v][s], measure.Figures{CPU: cpu})
				}
			}
		}
	}
	return results, nil
}

// once returns the microseconds of CPU time that a request takes.
func (b *bench) once(ctx context.Context, view, subject, requests int) (float64, error) {
	before, err := measure.GroupRunTime(b.gunicorns[subject].Pid())
	if err != nil {
		return 0, err
	}
	for range requests {
		if err := b.ask(ctx, b.clients[subject], subjects[subject], views[view]); err != nil {
			return 0, fmt.Errorf("%w\n%s", err, b.gunicorns[subject].Tail())
		}
	}
	time.Sleep(settle)
	after, err := measure.GroupRunTime(b.gunicorns[subject].Pid())
	return float64(after-before) / float64(time.Microsecond) / float64(requests), err
}
