package capture

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/store"
)

// recording is a recorder whose occurrences are kept for the test.
type recording struct {
	*Recorder
	mu  sync.Mutex
	all []store.Occurrence
	log bytes.Buffer
}

func newRecording() *recording {
	r := &recording{}
	r.Recorder = New(Config{
		Record: func(o store.Occurrence) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.all = append(r.all, o)
		},
		Logger: slog.New(slog.NewTextHandler(&r.log, nil)),
	})
	return r
}

func (r *recording) close(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := r.Close(ctx); err != nil {
		t.Fatal(err)
	}
}

// counts returns how many failures ended in each disposition, and in any.
func (r *recording) counts() (by map[Disposition]int, sum int) {
	by = make(map[Disposition]int)
	for d, counter := range r.counters {
		var m dto.Metric
		if err := counter.Write(&m); err != nil {
			panic(err)
		}
		if n := int(m.Counter.GetValue()); n > 0 {
			by[d] = n
			sum += n
		}
	}
	return by, sum
}

func (r *recording) want(t *testing.T, want map[Disposition]int) {
	t.Helper()
	got, _ := r.counts()
	if len(got) != len(want) {
		t.Errorf("dispositions %v, want %v", got, want)
	}
	for d, n := range want {
		if got[d] != n {
			t.Errorf("%d %s, want %d", got[d], d, n)
		}
	}
}

// An error whose message cannot be had.
type treacherous struct{}

func (treacherous) Error() string { panic("out of the blue") }

func TestABugCostsOneEventOnly(t *testing.T) {
	r := newRecording()
	r.Start()
	site := r.Site(Options{Scrubber: newScrubber(t)})
	site.Observe(with(asText("first"), func(x *exchange.Exchange) { x.Failure.Err = treacherous{} }))
	// Without a scrubber the first panics when the group is known, and the second before.
	r.Site(Options{}).Observe(with(asText(""), func(x *exchange.Exchange) { x.Failure.URL = "/?token=x" }))
	r.Site(Options{}).Observe(asText("token=x"))
	site.Observe(asText("last"))
	r.close(t)
	r.want(t, map[Disposition]int{Broken: 2, Captured: 2})
	if !strings.Contains(r.log.String(), "nil pointer") {
		t.Errorf("the log says %q", r.log.String())
	}
	if len(r.all) != 3 || r.all[0].Group.Title != "first" || r.all[1].Event != nil || r.all[1].Group.ID == "" || r.all[2].Group.Title != "last" {
		t.Errorf("occurrences %+v", r.all)
	}
	if payload := string(r.all[0].Event.Payload); !strings.Contains(payload, "out of the blue") {
		t.Errorf("the error is not told: %s", payload)
	}
}

func TestCloseFinishesWhatIsQueued(t *testing.T) {
	r := newRecording()
	site := r.Site(Options{Scrubber: newScrubber(t)})
	for range 100 {
		site.Observe(asText("boom"))
	}
	r.close(t)
	if len(r.all) != 100 {
		t.Errorf("%d occurrences", len(r.all))
	}
	r.close(t) // again
}

func TestCloseWaitsNoLongerThanItMay(t *testing.T) {
	release := make(chan struct{})
	rec := New(Config{Record: func(store.Occurrence) { <-release }})
	rec.Site(Options{Scrubber: newScrubber(t)}).Observe(asText("boom"))
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if err := rec.Close(ctx); err != context.DeadlineExceeded {
		t.Errorf("Close: %v", err)
	}
	close(release)
	if err := rec.Close(context.Background()); err != nil {
		t.Errorf("Close: %v", err)
	}
}

func TestObservingAfterCloseIsCounted(t *testing.T) {
	r := newRecording()
	r.close(t)
	r.Site(Options{Scrubber: newScrubber(t)}).Observe(asText("boom"))
	r.want(t, map[Disposition]int{QueueOverflow: 1})
	if left := r.queuedBytes.Load(); left != 0 {
		t.Errorf("%d bytes are still accounted for", left)
	}
}

// The dispositions of all failures add up, whoever comes when.
func TestEveryFailureIsCountedOnce(t *testing.T) {
	rounds := 200
	if testing.Short() {
		rounds = 20
	}
	for round := range rounds {
		r := newRecording()
		r.Start()
		sites := []*Site{
			r.Site(Options{Scrubber: newScrubber(t)}),
			r.Site(Options{Scrubber: newScrubber(t), Policy: newPolicy(t, Rules{Ignore: Conditions{Paths: []string{"/ignored"}}})}),
		}
		const goroutines, each = 8, 50
		var wg sync.WaitGroup
		for g := range goroutines {
			wg.Go(func() {
				for i := range each {
					x := asText([]string{"one", "two", "three"}[i%3])
					if i%5 == 0 {
						x.Path = "/ignored"
					}
					if i%7 == 0 {
						x.Failure.Err = treacherous{}
					}
					sites[g%2].Observe(x)
				}
			})
		}
		if round%2 == 0 {
			time.Sleep(time.Millisecond)
		}
		r.close(t) // in the middle of it
		wg.Wait()
		deadline := time.Now().Add(time.Minute)
		by, sum := r.counts()
		for sum != goroutines*each && time.Now().Before(deadline) { // the last are drained after Close
			time.Sleep(time.Millisecond)
			by, sum = r.counts()
		}
		if sum != goroutines*each || r.queuedBytes.Load() != 0 {
			t.Fatalf("%d failures are counted of %d: %v; %d bytes left", sum, goroutines*each, by, r.queuedBytes.Load())
		}
	}
}

func TestCollectors(t *testing.T) {
	r := newRecording()
	r.Site(Options{Scrubber: newScrubber(t)}).Observe(asText("boom"))
	r.close(t)
	const want = `
# HELP django_errors_total Failed requests by what became of them as error events.
# TYPE django_errors_total counter
django_errors_total{disposition="broken"} 0
django_errors_total{disposition="captured"} 1
django_errors_total{disposition="ignored"} 0
django_errors_total{disposition="queue_overflow"} 0
django_errors_total{disposition="rate_limited"} 0
django_errors_total{disposition="sampled_out"} 0
django_errors_total{disposition="sdk_duplicate"} 0
# HELP django_logged_errors_total Requests that did not fail, and for which an error was logged, by what became of them as events.
# TYPE django_logged_errors_total counter
django_logged_errors_total{disposition="broken"} 0
django_logged_errors_total{disposition="captured"} 0
django_logged_errors_total{disposition="ignored"} 0
django_logged_errors_total{disposition="queue_overflow"} 0
django_logged_errors_total{disposition="rate_limited"} 0
django_logged_errors_total{disposition="sampled_out"} 0
django_logged_errors_total{disposition="sdk_duplicate"} 0
# HELP django_n_plus_one_total Requests for which one statement ran too often, by what became of them as events.
# TYPE django_n_plus_one_total counter
django_n_plus_one_total{disposition="broken"} 0
django_n_plus_one_total{disposition="captured"} 0
django_n_plus_one_total{disposition="ignored"} 0
django_n_plus_one_total{disposition="queue_overflow"} 0
django_n_plus_one_total{disposition="rate_limited"} 0
django_n_plus_one_total{disposition="sampled_out"} 0
django_n_plus_one_total{disposition="sdk_duplicate"} 0
# HELP django_slow_requests_total Slow requests by what became of them as events.
# TYPE django_slow_requests_total counter
django_slow_requests_total{disposition="broken"} 0
django_slow_requests_total{disposition="captured"} 0
django_slow_requests_total{disposition="ignored"} 0
django_slow_requests_total{disposition="queue_overflow"} 0
django_slow_requests_total{disposition="rate_limited"} 0
django_slow_requests_total{disposition="sampled_out"} 0
django_slow_requests_total{disposition="sdk_duplicate"} 0
`
	reg := prometheus.NewPedanticRegistry()
	reg.MustRegister(r.Collectors()...)
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, family := range families {
		if _, err := expfmt.MetricFamilyToText(&got, family); err != nil {
			t.Fatal(err)
		}
	}
	if "\n"+got.String() != want {
		t.Errorf("got %s\nwant %s", got.String(), want)
	}
}
