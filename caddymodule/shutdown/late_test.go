package shutdown

import (
	"io"
	"net/http"
	"testing"
	"time"
)

// The response to a request that came before the end of Caddy may begin after it.
func TestWhatBeginsAfterTheEndEndsAtOnce(t *testing.T) {
	running.end(time.Nanosecond, time.Hour)
	t.Cleanup(func() {
		running.mu.Lock()
		defer running.mu.Unlock()
		running.timer, running.over = nil, false
	})
	for over := false; !over; time.Sleep(time.Millisecond) { // the time of streams
		running.mu.Lock()
		over = running.over
		running.mu.Unlock()
	}
	for _, c := range []struct {
		name   string
		status int
		header http.Header
		want   string
	}{
		{"an event stream", 200, http.Header{"Content-Type": {"text/event-stream"}}, ""},
		{"a WebSocket", 101, http.Header{"Upgrade": {"websocket"}}, string(goingAway)},
	} {
		t.Run(c.name, func(t *testing.T) {
			resp, server := response(c.status, c.header)
			defer server.Close()
			go io.Copy(io.Discard, server)
			Wrap(resp)
			if rest, err := io.ReadAll(resp.Body); err != nil || string(rest) != c.want {
				t.Errorf("%q, %v", rest, err)
			}
		})
	}
}

func TestAnEventStreamHasItsTimeWhenCaddyEnds(t *testing.T) {
	r := registry{streams: make(map[*Stream]struct{}), sockets: make(map[*Socket]struct{})}
	r.end(0, time.Hour)
	defer r.timer.Stop()
	resp, server := response(200, nil)
	defer server.Close()
	s := &Stream{ReadCloser: resp.Body}
	r.addStream(s)
	go io.WriteString(server, "data: 1\n\n")
	if n, err := s.Read(make([]byte, 64)); n != 9 || err != nil || s.ended.Load() {
		t.Errorf("%d bytes, %v, ended: %v", n, err, s.ended.Load())
	}
}
