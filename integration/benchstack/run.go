package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"time"

	"github.com/caddy-django/gateway/integration/measure"
)

// connections that ask at the same time, each for one thing after the other.
const connections = 16

// warmUp opens connections, imports what views import late and fills caches before
// anything is measured.
const warmUp = 200 * time.Millisecond

// settle is for what a stack does after its answers, such as to deliver traces: it is
// part of its cost, and must not be in the way of the next one.
const settle = 200 * time.Millisecond

// measure measures every view of every subject, in turn.
func (b *bench) measure(ctx context.Context, progress func(round int)) (report, error) {
	results := make([][]measure.Series, len(views))
	load := make([][]float64, len(views)) // µs per request, of all subjects
	for v := range views {
		results[v] = make([]measure.Series, len(subjects))
	}
	for round := range b.rounds {
		for v := range views {
			for _, s := range measure.Turns(len(subjects), round) {
				if !views[v].served(subjects[s]) {
					continue
				}
				if round == 0 {
					if _, _, err := b.once(v, s, warmUp); err != nil {
						return report{}, err
					}
				}
				f, own, err := b.once(v, s, b.duration)
				if err := cmp.Or(ctx.Err(), err); err != nil {
					return report{}, err
				}
				results[v][s] = append(results[v][s], f)
				load[v] = append(load[v], own)
			}
		}
		progress(round + 1)
	}
	return newReport(results, load), nil
}

// once loads a subject for d. It returns as well what the load itself took, in
// microseconds of CPU time for a request.
func (b *bench) once(view, subject int, d time.Duration) (measure.Figures, float64, error) {
	fail := func(err error) (measure.Figures, float64, error) {
		return measure.Figures{}, 0, fmt.Errorf("measuring %s, %s: %w\n%s", subjects[subject].name, views[view].name, err, b.proxies[subject].Tail())
	}
	l, err := measure.NewLoad(b.proxies[subject].Addr, connections, b.questions[view])
	if err != nil {
		return fail(err)
	}
	defer l.Close()
	before, err := b.cpu(subject)
	if err != nil {
		return fail(err)
	}
	ownBefore, err := measure.CPUTime(os.Getpid())
	if err != nil {
		return fail(err)
	}
	sample, err := l.Run(d)
	if err != nil {
		return fail(err)
	}
	ownAfter, err := measure.CPUTime(os.Getpid())
	if err != nil {
		return fail(err)
	}
	time.Sleep(settle)
	after, err := b.cpu(subject)
	if err != nil {
		return fail(err)
	}
	own := float64(ownAfter-ownBefore) / float64(time.Microsecond) / float64(len(sample.Latencies))
	return measure.NewFigures(sample, after-before), own, nil
}

// cpu returns what the proxy and Django of a subject have used so far, with their
// workers.
func (b *bench) cpu(subject int) (time.Duration, error) {
	proxy, err := measure.GroupCPUTime(b.proxies[subject].Pid())
	if err != nil {
		return 0, err
	}
	django, err := measure.GroupCPUTime(b.gunicorns[subjects[subject].django].Pid())
	return proxy + django, err
}
