package main

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestALoadCountsWhatItAsked(t *testing.T) {
	backend, err := startBackend(http.StatusOK)
	if err != nil {
		t.Fatal(err)
	}
	defer backend.Close()
	l, err := newLoad(backend.Addr().String(), http.StatusOK)
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	const d = 50 * time.Millisecond
	for range 2 { // the connections serve for more than one run
		s, err := l.run(d)
		if err != nil {
			t.Fatal(err)
		}
		if len(s.latencies) < connections || s.elapsed < d {
			t.Errorf("%d requests in %v, want one of each client and %v", len(s.latencies), s.elapsed, d)
		}
		var total time.Duration
		for i, latency := range s.latencies {
			total += latency
			if i > 0 && latency < s.latencies[i-1] {
				t.Fatal("the latencies do not ascend")
			}
		}
		// A closed loop: at any time each client waits for exactly one response.
		if waited := connections * s.elapsed; total > waited || total < waited/2 {
			t.Errorf("latencies add up to %v, with %d clients in %v", total, connections, s.elapsed)
		}
	}
}

func TestALoadThatIsAnsweredOtherwiseFails(t *testing.T) {
	backend, err := startBackend(http.StatusInternalServerError)
	if err != nil {
		t.Fatal(err)
	}
	defer backend.Close()
	l, err := newLoad(backend.Addr().String(), http.StatusOK)
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	if _, err := l.run(10 * time.Millisecond); err == nil || !strings.Contains(err.Error(), "status 500") {
		t.Errorf("error %v, want one with the status", err)
	}
}
