package capture

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/store"
)

// heap returns how many bytes the heap takes, garbage included.
func heap() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse)
}

// A minute in which one bug fires 100,000 times, and a thousand others once each.
func TestAFloodOfOneBugHidesNoOther(t *testing.T) {
	const (
		flood  = 100_000
		others = 1_000
	)
	counted, events := make(map[string]int), make(map[string]int)
	var last string
	r := &recording{Recorder: New(Config{Record: func(o store.Occurrence) {
		counted[o.Group.Route]++
		if o.Event != nil {
			events[o.Group.Route]++
			last = string(o.Event.Payload)
		}
	}})}
	r.Start()
	site := r.Site(Options{Scrubber: newScrubber(t)})
	page := fixture(t, "debug.txt")
	fail := func(route string, after time.Duration) {
		// The minute is over in seconds here, so the worker is waited for.
		for len(r.queue) == maxQueued || r.queuedBytes.Load() > maxQueuedBytes/2 {
			time.Sleep(time.Millisecond)
		}
		site.Observe(with(asText(page), func(x *exchange.Exchange) { x.Route, x.Start = route, start.Add(after) }))
	}

	runtime.GC() // of what other tests have left
	before, most := heap(), int64(0)
	for i := range flood {
		after := time.Duration(i) * time.Minute / flood
		fail("/flood/", after)
		if i%(flood/others) == 0 {
			fail(fmt.Sprintf("/bugs/%d/", i), after)
			most = max(most, heap())
		}
	}
	fail("/flood/", time.Minute)
	r.close(t)

	r.want(t, map[Disposition]int{Captured: eventBurst + 1 + others, RateLimited: flood - eventBurst})
	if counted["/flood/"] != flood+1 || events["/flood/"] != eventBurst+1 {
		t.Errorf("the flood: counted %d times, %d events", counted["/flood/"], events["/flood/"])
	}
	if want := fmt.Sprintf(`"suppressed_since_last":%d}`, flood-eventBurst); !strings.Contains(last, want) {
		t.Errorf("the event after the minute does not say %s", want)
	}
	for route, n := range counted {
		if route != "/flood/" && (n != 1 || events[route] != 1) {
			t.Errorf("%s: counted %d times, %d events", route, n, events[route])
		}
	}
	if len(counted) != 1+others {
		t.Errorf("%d groups, want %d", len(counted), 1+others)
	}
	if grown := most - before; grown > 64<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	} else {
		t.Logf("the heap grew by %d MiB", grown>>20)
	}
}
