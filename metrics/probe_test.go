package metrics

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/probe"
)

// told is the record of a request of which the probe has told.
func told() *exchange.Exchange {
	x := answered()
	x.Start = time.Now()
	x.Probe = exchange.Probe{Result: exchange.ProbeOK, Upstream: "app:8000", Answered: x.Start, Answer: probe.Answer{
		HasQueries: true, Queries: 12, QueryTime: 5 * time.Millisecond, Total: 20 * time.Millisecond, ViewTime: 15 * time.Millisecond,
		PID: 7, Age: time.Hour, RSS: 100 << 20, Busy: 3,
	}}
	return x
}

func TestWhatTheProbeTellsIsMeasured(t *testing.T) {
	m := New()
	site := m.Site("shop.example")
	for range 2 {
		x := told()
		x.Probe.RouteDisagrees = true
		site.Observe(x)
	}
	for _, result := range []exchange.ProbeResult{exchange.ProbeNone, exchange.ProbeForeign} {
		x := answered()
		x.Probe = exchange.Probe{Result: result, Err: errors.New("no")}
		site.Observe(x)
	}
	families := gather(t, m)
	for _, c := range []struct {
		name   string
		labels []string
		want   float64
	}{
		{DatabaseQueries, []string{"server_address=shop.example", "http_route=/orders/<int:pk>/"}, 24},
		{DatabaseDuration, []string{"http_route=/orders/<int:pk>/"}, 0.01},
		{ViewDuration, []string{"http_route=/orders/<int:pk>/"}, 0.03},
		{ProbeAnswers, []string{"server_address=shop.example", "result=ok"}, 2},
		{ProbeAnswers, []string{"result=none"}, 1},
		{ProbeAnswers, []string{"result=foreign"}, 1},
		{ProbeAnswers, []string{"result=version"}, 0},
		{ProbeRouteDisagreements, []string{"server_address=shop.example"}, 2},
		{Workers, []string{"server_address=shop.example"}, 1},
		{WorkersBusy, nil, 2},
		{WorkersMemory, nil, 100 << 20},
		{WorkerMemoryMax, nil, 100 << 20},
		{WorkerStarts, nil, 0},
		{WorkerSeconds, nil, 0.04},
	} {
		got := series(families[c.name], c.labels...)
		if got == nil {
			t.Errorf("there is no %s of %v", c.name, c.labels)
			continue
		}
		value := got.GetCounter().GetValue() + got.GetGauge().GetValue() + got.GetHistogram().GetSampleSum()
		if value < c.want*0.999 || value > c.want*1.001 {
			t.Errorf("%s of %v is %v, want %v", c.name, c.labels, value, c.want)
		}
	}
}

func TestASiteWithoutAProbeHasNoSeriesOfOne(t *testing.T) {
	m := New()
	m.Site("shop.example").Observe(answered())
	for _, name := range []string{DatabaseQueries, DatabaseDuration, ViewDuration, ProbeAnswers, ProbeRouteDisagreements, Workers, WorkerStarts} {
		if family := gather(t, m)[name]; family != nil {
			t.Errorf("there is %v", family)
		}
	}
}

func TestWhatWasNotToldIsNotMeasured(t *testing.T) {
	m := New()
	x := told()
	x.Probe.Answer.HasQueries, x.Probe.Answer.ViewTime = false, 0
	m.Site("shop.example").Observe(x)
	for _, name := range []string{DatabaseQueries, DatabaseDuration, ViewDuration} {
		if got := series(gather(t, m)[name]); got.GetHistogram().GetSampleCount() != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// state is what workers tell when they are scraped.
func state(w *workers, now time.Time) (alive, starts float64) {
	metrics := make(chan prometheus.Metric, 10)
	w.collect(metrics, "shop.example", now)
	close(metrics)
	for metric := range metrics {
		var told dto.Metric
		metric.Write(&told)
		switch metric.Desc() {
		case workersDesc:
			alive = told.GetGauge().GetValue()
		case workerStartsDesc:
			starts = told.GetCounter().GetValue()
		}
	}
	return alive, starts
}

func TestWorkersComeAndGo(t *testing.T) {
	begin := time.Now()
	type answer struct {
		at       time.Duration
		upstream string
		pid      int
		age      time.Duration
	}
	for _, c := range []struct {
		name          string
		answers       []answer
		scraped       time.Duration
		alive, starts float64
	}{
		{"two of one start", []answer{{0, "a", 1, 10 * time.Second}, {time.Second, "a", 2, 11 * time.Second}}, time.Second, 2, 0},
		{"one takes the place of another", []answer{{0, "a", 1, time.Hour}, {time.Minute, "a", 2, 5 * time.Second}}, time.Minute, 2, 1},
		{"a new one with the same number", []answer{{0, "a", 1, time.Hour}, {time.Minute, "a", 1, 0}}, time.Minute, 1, 1},
		{"the same one, a second older or younger", []answer{{0, "a", 1, 10 * time.Second}, {900 * time.Millisecond, "a", 1, 10 * time.Second}, {1100 * time.Millisecond, "a", 1, 12 * time.Second}}, time.Second, 1, 0},
		{"an answer that was long on its way, of the one before", []answer{{time.Minute, "a", 1, 0}, {0, "a", 1, time.Hour}, {2 * time.Minute, "a", 1, time.Minute}}, 2 * time.Minute, 1, 0},
		{"an answer that was long on its way does not make silent", []answer{{5 * time.Minute, "a", 1, time.Hour}, {0, "a", 1, time.Hour}}, 6 * time.Minute, 1, 0},
		{"one is silent for long, and comes back", []answer{{0, "a", 1, time.Hour}, {time.Minute, "a", 2, 5 * time.Second}, {6 * time.Minute, "a", 1, 66 * time.Minute}, {11 * time.Minute, "a", 2, 10*time.Minute + 5*time.Second}}, 11 * time.Minute, 2, 1},
		{"all are silent for long, and one was started meanwhile", []answer{{0, "a", 1, time.Hour}, {time.Hour, "a", 2, time.Minute}}, time.Hour, 1, 1},
		{"two machines", []answer{{0, "a", 1, time.Hour}, {time.Minute, "b", 1, time.Second}}, time.Minute, 2, 0},
		{"one falls silent", []answer{{0, "a", 1, time.Hour}, {time.Minute, "a", 2, time.Hour}}, 5*time.Minute + time.Second, 1, 0},
		{"all fall silent", []answer{{0, "a", 1, time.Hour}}, time.Hour, 0, 0},
		{"none says its number", []answer{{0, "a", 0, time.Hour}}, 0, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var w workers
			for _, a := range c.answers {
				state(&w, begin.Add(a.at))
				w.heard(&exchange.Probe{Upstream: a.upstream, Answered: begin.Add(a.at), Answer: probe.Answer{PID: a.pid, Age: a.age}})
			}
			if alive, starts := state(&w, begin.Add(c.scraped)); alive != c.alive || starts != c.starts {
				t.Errorf("%v are there, %v were started, want %v and %v", alive, starts, c.alive, c.starts)
			}
		})
	}
}

// A download that takes minutes says nothing of when the worker was started.
func TestAResponseThatTakesLongStartsNoWorker(t *testing.T) {
	m := New()
	site := m.Site("shop.example")
	for _, took := range []time.Duration{0, time.Minute} {
		x := told()
		x.Duration = took
		site.Observe(x)
	}
	if got := series(gather(t, m)[WorkerStarts]).GetCounter().GetValue(); got != 0 {
		t.Errorf("%v workers were started", got)
	}
}

func TestWorkersAreBounded(t *testing.T) {
	var w workers
	now := time.Now()
	for i := range 2 * maxWorkers {
		w.heard(&exchange.Probe{Upstream: "a", Answered: now, Answer: probe.Answer{PID: i + 1}})
	}
	for i := range 2 * maxUpstreams {
		w.heard(&exchange.Probe{Upstream: fmt.Sprint(i), Answered: now, Answer: probe.Answer{PID: 1}})
	}
	if len(w.known) != maxWorkers || len(w.since) > maxUpstreams {
		t.Errorf("%d workers of %d upstreams", len(w.known), len(w.since))
	}
	later := now.Add(workerSilent + time.Second)
	w.heard(&exchange.Probe{Upstream: "b", Answered: later, Answer: probe.Answer{PID: 1}})
	if len(w.known) != 1 || len(w.since) != 1 {
		t.Errorf("%d workers of %d upstreams, when all others are silent", len(w.known), len(w.since))
	}
}

func TestObservingAnAnswerAllocatesNothing(t *testing.T) {
	site := New().Site("shop.example")
	x := told()
	site.Observe(x)
	if n := testing.AllocsPerRun(1000, func() { site.Observe(x) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
