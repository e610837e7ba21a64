package exchange

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestWhatCannotBeSentIsRefused(t *testing.T) {
	upgrade := http.Header{"Connection": {"keep-alive, Upgrade"}, "Upgrade": {"websocket"}}
	for _, c := range []struct {
		name    string
		request http.Header
		major   int
		status  int
		refused bool
	}{
		{"0", nil, 1, 0, true},
		{"a negative number", nil, 1, -1, true},
		{"99", nil, 1, 99, true},
		{"1000", nil, 1, 1000, true},
		{"999", nil, 1, 999, false},
		{"599", nil, 1, 599, false},
		{"101 unasked", nil, 1, 101, true},
		{"101 to an Upgrade without its Connection", http.Header{"Upgrade": {"websocket"}}, 1, 101, true},
		{"101 to HTTP/2", upgrade, 2, 101, true},
		{"101 that was asked for", upgrade, 1, 101, false},
		{"an informational one", nil, 1, 103, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, w := httptest.NewRequest("POST", "/", strings.NewReader("a=1")), httptest.NewRecorder()
			r.ProtoMajor, r.Header = c.major, c.request
			if c.refused {
				w.Code = 0
			}
			rec := Record(w, r, 0)
			rec.Header().Set("Content-Length", "5")
			rec.Header().Set("Server", "Caddy")
			rec.Header().Set(http.TrailerPrefix+"X-Sum", "1")
			rec.WriteHeader(c.status)
			if (rec.Refused() != nil) != c.refused {
				t.Fatalf("%v", rec.Refused())
			}
			if !c.refused {
				return
			}
			rec.WriteHeader(200)
			_, written := rec.Write([]byte("hello"))
			_, copied := rec.ReadFrom(strings.NewReader("hello"))
			_, _, hijacked := rec.Hijack()
			if written == nil || copied == nil || hijacked == nil || rec.FlushError() == nil || w.Code != 0 || w.Body.Len() > 0 {
				t.Errorf("the client gets %d %q", w.Code, w.Body)
			}
			if h := rec.Header(); len(h) != 1 || h.Get("Server") != "Caddy" {
				t.Errorf("%v is left", h)
			}
			x := rec.Finish(End{Err: rec.Refused(), Status: 502})
			if x.Outcome != GatewayError || x.Failure.Cause != CauseBadResponse || x.Status != 502 {
				t.Errorf("%s, %s, %d", x.Outcome, x.Failure.Cause, x.Status)
			}
			io.Copy(io.Discard, r.Body)
		})
	}
}
