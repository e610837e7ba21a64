package measure

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestALoadCountsWhatItAsked(t *testing.T) {
	var mu sync.Mutex
	asked := make(map[string]int)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[r.URL.Path]++
		mu.Unlock()
		io.WriteString(w, r.URL.Path)
	}))
	defer server.Close()
	const connections = 8
	l, err := NewLoad(server.Listener.Addr().String(), connections, Question{"/", 200, 1}, Question{"/about/", 200, 7})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	const d = 50 * time.Millisecond
	requests := 0
	for range 2 { // the connections serve for more than one run
		s, err := l.Run(d)
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Latencies) < connections || s.Elapsed < d {
			t.Errorf("%d requests in %v, want one of each client and %v", len(s.Latencies), s.Elapsed, d)
		}
		requests += len(s.Latencies)
		var total time.Duration
		for i, latency := range s.Latencies {
			total += latency
			if i > 0 && latency < s.Latencies[i-1] {
				t.Fatal("the latencies do not ascend")
			}
		}
		// A closed loop: at any time each client waits for exactly one response.
		if waited := connections * s.Elapsed; total > waited || total < waited/2 {
			t.Errorf("latencies add up to %v, with %d clients in %v", total, connections, s.Elapsed)
		}
	}
	if asked["/"] == 0 || asked["/about/"] == 0 || asked["/"]+asked["/about/"] != requests {
		t.Errorf("%d requests, the server has seen %v", requests, asked)
	}
}

func TestALoadThatIsAnsweredOtherwiseFails(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "no") }))
	defer server.Close()
	for _, c := range []struct {
		name     string
		question Question
	}{
		{"with another status", Question{"/", 404, 2}},
		{"with another length", Question{"/", 200, 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := NewLoad(server.Listener.Addr().String(), 1, c.question)
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			if _, err := l.Run(10 * time.Millisecond); err == nil || !strings.Contains(err.Error(), "status 200 and 2 bytes") {
				t.Errorf("error %v, want one with the answer", err)
			}
		})
	}
}
