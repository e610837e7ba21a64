package integration

import (
	"bufio"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"
)

// checkEventStream reads the shop's server-sent events, of which the first must
// be there long before the last is sent.
func checkEventStream(t *testing.T, g *gateway) {
	t.Helper()
	resp, err := newClient(t).Get(g.site + "/events/")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var data []string
	var arrived []time.Time
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			data = append(data, value)
			arrived = append(arrived, time.Now())
		}
	}
	if got := fmt.Sprint(data); got != "[1 2 3]" {
		t.Fatalf("the events are %s", got)
	}
	// The shop sends them 0.4 s apart.
	if apart := arrived[2].Sub(arrived[0]); apart < 300*time.Millisecond {
		t.Errorf("the first event came %s before the last: they were held back", apart)
	}
	checkStreamed(t, g)
}

// checkStreamed waits for the end of the only exchange, which was a stream:
// counted, and not timed.
func checkStreamed(t *testing.T, g *gateway) {
	t.Helper()
	want := map[string]float64{"streamed": 1}
	eventually(t, func() error {
		if got := g.outcomes(); !maps.Equal(got, want) {
			return fmt.Errorf("the outcomes are %v", got)
		}
		return nil
	})
	if timed := g.counts("http_server_request_duration_seconds"); len(timed) > 0 {
		t.Errorf("a stream was timed: %v", timed)
	}
	if active := withoutZeros(g.counts("http_server_active_requests")); len(active) > 0 {
		t.Errorf("the stream has ended, but is active: %v", active)
	}
}
