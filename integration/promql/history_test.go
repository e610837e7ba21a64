package promql

import (
	"context"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/caddy-django/gateway/integration/promql/run"
)

// history is a run, and what had happened in it when.
type history struct {
	*run.Run
	start   time.Time
	healthy time.Time // customers only: nothing has failed yet
	scanned time.Time // somebody has looked for what is not there
	mixed   time.Time // there was traffic of every kind for about a window
	outage  time.Time // neither Django nor the receiver of events can be reached
}

// window stands for $__rate_interval in a run that lasts a minute.
const window = 30 * time.Second

// live makes the history. Each part has more requests than a rule takes to
// believe in it, and than those before it can hide.
func live(ctx context.Context, dir string) (h history, err error) {
	if h.Run, err = run.Start(ctx, dir); err != nil {
		return h, err
	}
	h.start = time.Now()
	h.Send(ctx, run.Healthy, 20, 6*time.Second)
	h.healthy = h.Settle()
	h.Send(ctx, run.Scan, 150, 8*time.Second)
	h.scanned = h.Settle()
	everything := slices.Concat(run.Healthy, run.Failing)
	h.Send(ctx, everything, 20, window*2/3)
	h.StopSentry() // so that events wait
	h.Send(ctx, everything, 20, window/3)
	h.mixed = h.Settle()
	h.StopShop()
	h.Send(ctx, run.Healthy, 200, 6*time.Second)
	h.outage = h.Settle()
	return h, nil
}

// sharedRun is the history that all tests ask.
type sharedRun struct {
	once sync.Once
	h    history
	dir  string
	err  error
}

var theRun sharedRun

// lived returns the history, which begins with the first test that asks for it.
func lived(t *testing.T) history {
	t.Helper()
	needsTheShop(t)
	theRun.once.Do(theRun.begin)
	if theRun.err != nil {
		t.Fatal(theRun.err)
	}
	return theRun.h
}

func (s *sharedRun) begin() {
	if s.dir, s.err = os.MkdirTemp("", "promql"); s.err == nil {
		s.h, s.err = live(context.Background(), s.dir)
	}
}

func (s *sharedRun) end() {
	if s.h.Run != nil {
		s.h.Close()
	}
	os.RemoveAll(s.dir)
}
