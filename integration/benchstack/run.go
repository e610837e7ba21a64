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
	shares := make([][][]share, len(views))
	for v := range views {
		results[v] = make([]measure.Series, len(subjects))
		shares[v] = make([][]share, len(subjects))
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
				f, cpu, err := b.once(v, s, b.duration)
				if err := cmp.Or(ctx.Err(), err); err != nil {
					return report{}, err
				}
				results[v][s] = append(results[v][s], f)
				shares[v][s] = append(shares[v][s], cpu)
			}
		}
		progress(round + 1)
	}
	return newReport(results, shares), nil
}

// share is what a part of it all took, in microseconds of CPU time for a request.
type share struct{ proxy, load float64 }

// once loads a subject for d.
func (b *bench) once(view, subject int, d time.Duration) (measure.Figures, share, error) {
	fail := func(err error) (measure.Figures, share, error) {
		return measure.Figures{}, share{}, fmt.Errorf("measuring %s, %s: %w\n%s", subjects[subject].name, views[view].name, err, b.proxies[subject].Tail())
	}
	l, err := measure.NewLoad(b.proxies[subject].Addr, connections, b.questions[view])
	if err != nil {
		return fail(err)
	}
	defer l.Close()
	before, err := b.clock(subject)
	if err != nil {
		return fail(err)
	}
	sample, err := l.Run(d)
	if err != nil {
		return fail(err)
	}
	time.Sleep(settle)
	after, err := b.clock(subject)
	if err != nil {
		return fail(err)
	}
	each := func(d time.Duration) float64 {
		return float64(d) / float64(time.Microsecond) / float64(len(sample.Latencies))
	}
	proxy := after.proxy - before.proxy
	return measure.NewFigures(sample, proxy+after.django-before.django), share{each(proxy), each(after.load - before.load)}, nil
}

// clock is the CPU time that was used so far.
type clock struct{ proxy, django, load time.Duration }

// clock reads the time of a subject, with its workers, and of this process.
func (b *bench) clock(subject int) (c clock, err error) {
	if c.proxy, err = measure.GroupCPUTime(b.proxies[subject].Pid()); err != nil {
		return c, err
	}
	if c.django, err = measure.GroupCPUTime(b.gunicorns[subjects[subject].django].Pid()); err != nil {
		return c, err
	}
	c.load, err = measure.CPUTime(os.Getpid())
	return c, err
}
