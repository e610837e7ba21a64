package exchange

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestMarkSlow(t *testing.T) {
	const limit = 5 * time.Second
	for _, c := range []struct {
		name    string
		respond func(w http.ResponseWriter)
		end     End
		lasted  time.Duration // whole exchange
		headers time.Duration // until Django's; 0: none came
		want    bool
	}{
		{"an answer at the limit is not slow", status(200), End{}, limit, limit, false},
		{"an answer after the limit is slow", status(200), End{}, limit + 1, limit + 1, true},
		{"a 404 is as slow as another", status(404), End{}, time.Minute, time.Minute, true},
		{"a slow download is the client's affair", status(200), End{}, time.Minute, time.Second, false},
		{"so is that of a file of the gateway's", status(200), End{}, time.Minute, 0, false},
		{"so is an error of the gateway's that is no failure", nothing, End{Err: io.EOF, Status: 413}, time.Minute, 0, false},
		{"a client that leaves after the limit waited", nothing, End{ClientGone: true}, time.Minute, 0, true},
		{"also if Caddy writes that down", status(499), End{ClientGone: true}, time.Minute, 0, true},
		{"one that leaves before it did not", nothing, End{ClientGone: true}, time.Second, 0, false},
		{"one that leaves while it downloads got its answer", status(200), End{Panic: http.ErrAbortHandler, ClientGone: true}, time.Minute, time.Second, false},
		{"a stream is slow to begin", eventStream(200), End{}, time.Hour, time.Minute, true},
		{"and not because it lasts", eventStream(200), End{}, time.Hour, time.Second, false},
		{"a failure is a failure", status(500), End{}, time.Minute, time.Minute, false},
		{"also without an answer", nothing, End{Err: io.EOF, Status: 502}, time.Minute, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := Record(httptest.NewRecorder(), httptest.NewRequest("POST", "/", strings.NewReader("name=Ada")), 64)
			rec.CaptureRequest(64)
			io.ReadAll(rec.x.Request.Body)
			rec.Header().Set("Server", "gunicorn")
			c.respond(rec)
			x := rec.Finish(c.end)
			x.Duration, x.TimeToHeaders = c.lasted, c.headers
			rec.MarkSlow(limit)
			if x.Slow != c.want || x.Notable() != (c.want || x.Outcome.Failed()) {
				t.Errorf("slow: %v, notable: %v", x.Slow, x.Notable())
			}
			answered := x.Notable() && rec.status != 0 && rec.status != 499
			if (x.Failure.ResponseHeader.Get("Server") != "") != answered || (string(x.Failure.RequestBody) == "name=Ada") != x.Notable() {
				t.Errorf("header %v, body of the request %q", x.Failure.ResponseHeader, x.Failure.RequestBody)
			}
			rec.Release()
			if again := Record(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), 64).Finish(End{}); again.Slow || len(again.Failure.RequestBody) > 0 {
				t.Errorf("the next exchange: %+v", again)
			}
		})
	}
}
