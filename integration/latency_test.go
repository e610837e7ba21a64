package integration

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caddy-django/gateway/store"
)

// requestsPerSecond is a load that leaves both cores of a small machine idle most
// of the time: at its limit a test measures the scheduler.
const requestsPerSecond = 120

// A request waits for nothing that delivery or the store wait for. In make test the slowest request shows that, for what
// they wait for takes longer; how much slower requests are at all is measured in the long tests.
func TestNoRequestIsSlowerWhateverFails(t *testing.T) {
	needs(t)
	if _, err := exec.LookPath("prlimit"); err != nil {
		t.Skip("no prlimit, which makes a disk full")
	}
	const blocked = 10 * time.Second // less than any time limit of a delivery
	pairs, window := 4, time.Second
	if long() {
		pairs, window = 40, 3*time.Second
	}
	backend := httptest.NewServer(http.HandlerFunc(django))
	t.Cleanup(backend.Close)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) }))
	t.Cleanup(receiver.Close)
	p := newPassage(t, receiver.URL)
	f := &faultyWay{matrix: &matrix{random: rand.New(rand.NewPCG(seed(t), 0))}, passage: p, client: newClient(t)}
	f.gateway = newGatewayWith(t, "faults.Caddyfile", backend.Listener.Addr().String(),
		"DSN=https://key@"+p.addr+"/1", "FAULTS_CA="+p.certificates.file)

	f.measure(window) // what is done once is done
	well, faulty := make(map[string][]time.Duration), make(map[string][]time.Duration)
	slowest := make(map[string][]time.Duration)
	note := func(all, worst map[string][]time.Duration) {
		for class, took := range all {
			slowest[class] = append(slowest[class], slices.Max(took))
			worst[class] = append(worst[class], percentile(took, 0.99))
		}
	}
	for i, broken := range f.draw(pairs) {
		// Each comes first as often as the other, on a machine that is never the same.
		for _, whole := range []bool{i%2 == 0, i%2 == 1} {
			if whole {
				note(f.measure(window), well)
				continue
			}
			p.become(broken)
			heal := func() {}
			if broken.gateway != nil {
				heal = broken.gateway(f)
			}
			note(f.measure(window), faulty)
			heal()
			p.become(fault{})
			f.recovered()
		}
	}
	for _, class := range []string{"answers", "failures"} {
		without, with := percentile(well[class], 0.5), percentile(faulty[class], 0.5)
		ratio := float64(with) / float64(without)
		t.Logf("%s: the p99 is %v without faults, %v with them, %.3f times that (medians of %d windows of %v each)",
			class, without, with, ratio, pairs, window)
		if slowest := slices.Max(slowest[class]); slowest > blocked {
			t.Errorf("one of the %s took %v", class, slowest)
		}
		if ratio > 1.1 && long() {
			t.Errorf("%s are slower during faults: %.3f times", class, ratio)
		}
	}
}

// django takes as long as a fast view does.
func django(w http.ResponseWriter, r *http.Request) {
	time.Sleep(5 * time.Millisecond)
	if r.URL.Query().Has("because") {
		jammed(w, r)
	}
}

// measure sends requests for a while, of which every fourth fails, and returns how
// long they took by how they ended.
func (f *faultyWay) measure(window time.Duration) map[string][]time.Duration {
	var (
		mu      sync.Mutex
		took    = make(map[string][]time.Duration)
		clients sync.WaitGroup
	)
	send := func(path, class string, want int) {
		began := time.Now()
		resp, err := f.client.Get(f.site + path)
		if err != nil {
			f.t.Error(err)
			return
		}
		_, err = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		duration := time.Since(began)
		if err != nil || resp.StatusCode != want {
			f.t.Errorf("%s is answered with %s (%v)", path, resp.Status, err)
		}
		mu.Lock()
		defer mu.Unlock()
		took[class] = append(took[class], duration)
	}
	tick := time.NewTicker(time.Second / requestsPerSecond)
	defer tick.Stop()
	for i := range int(window.Seconds() * requestsPerSecond) {
		<-tick.C
		if i%4 == 0 {
			title := reason(len(f.matrix.failures))
			f.matrix.failures = append(f.matrix.failures, &jam{title: title})
			clients.Go(func() {
				send("/crash/jam/?because="+url.QueryEscape(title), "failures", http.StatusInternalServerError)
			})
		} else {
			clients.Go(func() { send("/", "answers", http.StatusOK) })
		}
		if i%24 == 12 {
			f.hurry() // a fault is met more than once
		}
	}
	clients.Wait()
	return took
}

// recovered waits until nothing is left of a fault.
func (f *faultyWay) recovered() {
	f.t.Helper()
	eventually(f.t, func() error {
		f.retry("")
		for _, state := range []store.DeliveryState{store.Waiting, store.SetAside} {
			if n := len(f.queued(state)); n > 0 {
				return fmt.Errorf("%d events are %s", n, strings.ReplaceAll(string(state), "_", " "))
			}
		}
		return nil
	})
}

// percentile returns the smallest duration that a share of them does not exceed.
func percentile(durations []time.Duration, share float64) time.Duration {
	sorted := slices.Sorted(slices.Values(durations))
	return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)]
}
