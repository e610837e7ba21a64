package integration

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/caddy-django/gateway/store"
)

// uncommitted is how long before a kill a failure may have been answered and
// still be lost: 100 ms, or as long as a busy machine takes to commit.
func uncommitted() time.Duration {
	if long() {
		return 100 * time.Millisecond
	}
	return 2 * time.Second
}

func TestAKillLosesNothingThatWasCommitted(t *testing.T) {
	needs(t)
	rounds := 1
	if long() {
		rounds = 10
	}
	for n := range rounds {
		t.Run(fmt.Sprintf("round %d", n+1), func(t *testing.T) {
			l := newLoad()
			killAfter := len(l.requests)/4 + rand.N(len(l.requests)/2)
			t.Logf("the gateway is killed after %d of %d requests", killAfter, len(l.requests))
			killedUnderLoad(t, l, int64(killAfter))
		})
	}
}

// killedUnderLoad kills the gateway after a number of failures, in the middle of
// others, while Sentry refuses connections.
func killedUnderLoad(t *testing.T, l *load, killAfter int64) {
	backend := httptest.NewServer(http.HandlerFunc(jammed))
	t.Cleanup(backend.Close)
	receiver := newSentry(t)
	g := newGateway(t, backend.Listener.Addr().String(), delivering(receiver.dsn())...)

	done := make(chan struct{})
	go func() {
		defer close(done)
		l.send(t, g.site)
	}()
	for l.answered.Load() < killAfter {
		time.Sleep(time.Millisecond)
	}
	killed := time.Now()
	g.crash()
	<-done
	g.restart()

	kept := countsByTitle(g.issues())
	answered, sent := l.counts(killed.Add(-uncommitted()))
	for reason := range sent {
		if kept[reason] < answered[reason] || kept[reason] > sent[reason] {
			t.Errorf("%q is counted %d times; it was sent %d times and answered %d times more than %s before the kill",
				reason, kept[reason], sent[reason], answered[reason], uncommitted())
		}
	}
	committed := storedEvents(g)
	t.Logf("%d failures were answered, %d of them in time; the store has %d events", killAfter, sum(answered), len(committed))

	_, before := l.counts(time.Now())
	l.send(t, g.site)
	_, after := l.counts(time.Now())
	for reason, n := range after {
		if since := n - before[reason]; since > 0 {
			kept[reason] += since
		}
	}
	eventually(t, func() error {
		if got := countsByTitle(g.issues()); !maps.Equal(got, kept) {
			return fmt.Errorf("%d failures in %d groups are counted, not %d in %d", sum(got), len(got), sum(kept), len(kept))
		}
		return nil
	})

	receiver.listen()
	stored := storedEvents(g)
	delivered(t, g, len(stored))
	received := receiver.events()
	if len(received) != len(stored) {
		t.Errorf("%d events arrived, %d are stored", len(received), len(stored))
	}
	for id := range stored {
		if received[id] != 1 {
			t.Errorf("event %s arrived %d times", id, received[id])
		}
	}
	for id := range committed {
		if !stored[id] {
			t.Errorf("event %s was there before and is not any more", id)
		}
	}
}

func countsByTitle(issues []store.Issue) map[string]int64 {
	counts := make(map[string]int64)
	for _, issue := range issues {
		counts[issue.Title] += issue.Count
	}
	return counts
}

// storedEvents are the ids of all events in the store.
func storedEvents(g *gateway) map[string]bool {
	g.t.Helper()
	ids := make(map[string]bool)
	for _, issue := range g.issues() {
		for _, id := range g.eventIDs(issue.ID) {
			ids[id] = true
		}
	}
	return ids
}

func sum(counts map[string]int64) (n int64) {
	for _, count := range counts {
		n += count
	}
	return n
}
