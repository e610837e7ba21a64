package capture

import (
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/caddy-django/gateway/exchange"
)

func TestASuccessIsNoFailure(t *testing.T) {
	r := newRecording()
	site := r.Site(Options{Scrubber: newScrubber(t)})
	for _, outcome := range exchange.Outcomes() {
		if !outcome.Failed() {
			site.Observe(&exchange.Exchange{Outcome: outcome})
		}
	}
	r.close(t)
	r.want(t, nil)
}

func TestObservingASuccessAllocatesNothing(t *testing.T) {
	site := newRecording().Site(Options{Scrubber: newScrubber(t), Policy: newPolicy(t, Rules{Ignore: Conditions{Paths: []string{"/x"}}}), Breadcrumbs: true})
	x := &exchange.Exchange{Outcome: exchange.OK, Status: 200, Site: "shop", Visitor: "ada"}
	if n := testing.AllocsPerRun(1000, func() { site.Observe(x) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestAFailureBecomesAnEvent(t *testing.T) {
	r := newRecording()
	r.Start()
	r.Start() // once
	site := r.Site(Options{Scrubber: newScrubber(t), Destination: "sentry"})
	x := asText("boom")
	site.Observe(x)
	r.close(t)
	r.want(t, map[Disposition]int{Captured: 1})
	if len(r.all) != 1 {
		t.Fatalf("%d occurrences", len(r.all))
	}
	o := r.all[0]
	if o.Group.Title != "boom" || len(o.Group.ID) != 32 || !o.Time.Equal(x.Start.Add(x.Duration)) {
		t.Errorf("occurrence %+v", o)
	}
	if o.Event == nil || o.Event.Destination != "sentry" || !o.Event.Time.Equal(o.Time) || !strings.Contains(string(o.Event.Payload), o.Event.ID) {
		t.Errorf("event %+v", o.Event)
	}
}

func TestTheEvidenceOutlivesTheRequest(t *testing.T) {
	r := newRecording() // not started yet
	site := r.Site(Options{Scrubber: newScrubber(t)})
	x := asText("boom")
	x.Request.Header.Set("Accept", "*/*")
	site.Observe(x)
	copy(x.Failure.Body, "good")
	x.Request.Header.Set("Accept", "none")
	x.Request.Host = "elsewhere.example"
	*x = exchange.Exchange{}
	r.close(t)
	if len(r.all) != 1 || r.all[0].Group.Title != "boom" {
		t.Fatalf("occurrences %+v", r.all)
	}
	for _, evidence := range []string{`"data":"boom"`, `"Accept":"*/*"`, "https://shop.example/"} {
		if !strings.Contains(string(r.all[0].Event.Payload), evidence) {
			t.Errorf("%s is lost", evidence)
		}
	}
}

func TestWhatIsIgnoredIsCounted(t *testing.T) {
	r := newRecording()
	site := r.Site(Options{Scrubber: newScrubber(t), Policy: newPolicy(t, Rules{Ignore: Conditions{Statuses: []string{"500"}}})})
	site.Observe(asText("boom"))
	r.close(t)
	r.want(t, map[Disposition]int{Ignored: 1})
	if len(r.all) != 0 {
		t.Errorf("%d occurrences", len(r.all))
	}
}

func TestALimitedFailureIsAnOccurrenceWithoutAnEvent(t *testing.T) {
	r := newRecording()
	site := r.Site(Options{Scrubber: newScrubber(t)})
	const n = 100
	for range n {
		site.Observe(asText("boom"))
	}
	r.close(t)
	r.want(t, map[Disposition]int{Captured: eventBurst, RateLimited: n - eventBurst})
	events := 0
	for _, o := range r.all {
		if o.Event != nil {
			events++
		}
		if o.Group.ID != r.all[0].Group.ID {
			t.Error("another group")
		}
	}
	if len(r.all) != n || events != eventBurst {
		t.Errorf("%d occurrences, %d events", len(r.all), events)
	}
}

func TestSitesOfOneRecorderScrubDifferently(t *testing.T) {
	r := newRecording()
	for _, term := range []string{"colour", "shape"} {
		x := asText("colour: s3cr3t-1\nshape: s3cr3t-2")
		x.Site = term
		r.Site(Options{Scrubber: newScrubber(t, term)}).Observe(x)
	}
	r.close(t)
	for i, hidden := range []string{"s3cr3t-1", "s3cr3t-2"} {
		shown := []string{"s3cr3t-2", "s3cr3t-1"}[i]
		if payload := string(r.all[i].Event.Payload); strings.Contains(payload, hidden) || !strings.Contains(payload, shown) {
			t.Errorf("site %d: %s", i, payload)
		}
	}
}

func TestAQueueThatIsFullOverflows(t *testing.T) {
	r := newRecording() // nobody takes anything yet
	site := r.Site(Options{Scrubber: newScrubber(t)})
	const more = 10
	for range maxQueued + more {
		site.Observe(asText("boom"))
	}
	r.want(t, map[Disposition]int{QueueOverflow: more})
	r.close(t)
	r.want(t, map[Disposition]int{QueueOverflow: more, Captured: eventBurst, RateLimited: maxQueued - eventBurst})
	if left := r.queuedBytes.Load(); left != 0 {
		t.Errorf("%d bytes are still accounted for", left)
	}
}

func TestTheQueueHoldsABoundedNumberOfBytes(t *testing.T) {
	large := strings.Repeat("a", 1<<20)
	for name, x := range map[string]*exchange.Exchange{
		"of bodies":           asText(large),
		"of request headers":  with(asText(""), func(x *exchange.Exchange) { x.Request.Header.Set("X-Large", large) }),
		"of response headers": with(asText(""), func(x *exchange.Exchange) { x.Failure.ResponseHeader.Set("X-Large", large) }),
		"of header names":     with(asText(""), func(x *exchange.Exchange) { x.Request.Header = http.Header{large: {""}} }),
		"of addresses":        with(asText(""), func(x *exchange.Exchange) { x.Failure.URL = large }),
		"of placeholders":     with(asText(""), func(x *exchange.Exchange) { x.Failure.Placeholders = map[string]string{"x": large} }),
		"of stacks":           with(asText(""), func(x *exchange.Exchange) { x.Failure.Stack = []byte(large) }),
	} {
		t.Run(name, func(t *testing.T) {
			r := newRecording()
			site := r.Site(Options{Scrubber: newScrubber(t)})
			const n = 64
			for range n {
				site.Observe(x)
			}
			if queued := r.queuedBytes.Load(); queued > maxQueuedBytes || queued < maxQueuedBytes/2 {
				t.Errorf("%d bytes are queued", queued)
			}
			got, _ := r.counts()
			if got[QueueOverflow]+len(r.queue) != n {
				t.Errorf("%d queued and %d overflown of %d", len(r.queue), got[QueueOverflow], n)
			}
			r.close(t)
			if _, sum := r.counts(); sum != n || r.queuedBytes.Load() != 0 {
				t.Errorf("%d counted, %d bytes left", sum, r.queuedBytes.Load())
			}
		})
	}
}

func TestEveryFailureWithoutAnEventIsToldOf(t *testing.T) {
	r := newRecording()
	var mu sync.Mutex
	discarded := make(map[Disposition]int)
	r.discarded = func(destination string, reason Disposition) {
		mu.Lock()
		defer mu.Unlock()
		discarded[reason]++
		if destination != "sentry" {
			t.Errorf("destination %q", destination)
		}
	}
	rules := Rules{Ignore: Conditions{Paths: []string{"/ignored/"}}, Samples: []SampleRule{{Rate: 0, Conditions: Conditions{Routes: []string{"/sampled/"}}}}}
	site := r.Site(Options{Scrubber: newScrubber(t), Destination: "sentry", Policy: newPolicy(t, rules)})
	site.Observe(with(asText("boom"), func(x *exchange.Exchange) { x.Path = "/ignored/" }))
	for range 3 {
		site.Observe(with(asText("boom"), func(x *exchange.Exchange) { x.Route = "/sampled/" }))
	}
	for len(r.queue) < maxQueued {
		site.Observe(asText("boom"))
	}
	site.Observe(asText("boom"))
	r.close(t)
	by, _ := r.counts()
	delete(by, Captured)
	if !maps.Equal(discarded, by) || len(by) != 4 {
		t.Errorf("told of %v, counted %v", discarded, by)
	}
}
