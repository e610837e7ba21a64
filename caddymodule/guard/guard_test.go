package guard

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

func TestGuard(t *testing.T) {
	for _, c := range []struct {
		name, method, proto string
		major               int
		protocol            string
		want                int
	}{
		{"what Django answers", "GET", "HTTP/1.1", 1, "", 200},
		{"a method of an extension", "PROPFIND", "HTTP/1.1", 1, "", 200},
		{"TRACE", "TRACE", "HTTP/1.1", 1, "", 405},
		{"a tunnel", "CONNECT", "HTTP/1.1", 1, "", 405},
		{"a tunnel that calls itself a WebSocket", "CONNECT", "HTTP/1.1", 1, "websocket", 405},
		{"a tunnel over HTTP/2", "CONNECT", "HTTP/2.0", 2, "", 405},
		{"a tunnel of another protocol", "CONNECT", "HTTP/2.0", 2, "connect-udp", 405},
		{"a tunnel over HTTP/3", "CONNECT", "HTTP/3.0", 3, "", 405},
		{"a WebSocket over HTTP/2", "CONNECT", "HTTP/2.0", 2, "websocket", 200},
		{"a WebSocket over HTTP/3", "CONNECT", "websocket", 3, "", 200},
		{"a space in the method", "GET /admin", "HTTP/2.0", 2, "", 400},
		{"no method", "", "HTTP/2.0", 2, "", 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := request(false)
			r.Method, r.Proto, r.ProtoMajor = c.method, c.proto, c.major
			if c.protocol != "" {
				r.Header.Set(":protocol", c.protocol)
			}
			w := httptest.NewRecorder()
			got := 200
			if err := new(Guard).ServeHTTP(w, r, caddyhttp.HandlerFunc(func(http.ResponseWriter, *http.Request) error { return nil })); err != nil {
				got = err.(caddyhttp.HandlerError).StatusCode
			}
			if got != c.want {
				t.Errorf("%d, want %d", got, c.want)
			}
			if got == 405 && (w.Header().Get("Allow") == "" || (w.Header().Get("Connection") == "close") != (c.major == 1)) {
				t.Errorf("%v", w.Header())
			}
		})
	}
}

func TestANULInAPathIsRefused(t *testing.T) {
	for target, want := range map[string]int{"/a%00b": 400, "/%00": 400, "/a%01b": 200, "/a%2500b": 200, "/a?b=%00": 200} {
		r := request(false)
		r.URL, _ = url.Parse(target)
		got := 200
		if err := new(Guard).ServeHTTP(httptest.NewRecorder(), r, caddyhttp.HandlerFunc(func(http.ResponseWriter, *http.Request) error { return nil })); err != nil {
			got = err.(caddyhttp.HandlerError).StatusCode
		}
		if got != want {
			t.Errorf("%s: %d, want %d", target, got, want)
		}
	}
}

func TestWhatIsRefusedDoesNotWaitForItsBody(t *testing.T) {
	for length, want := range map[int64]string{0: "", 1000: "close", -1: "close"} {
		r, w := request(false), httptest.NewRecorder()
		r.URL.Path, r.ContentLength = "/\x00", length
		if err := new(Guard).ServeHTTP(w, r, nil); err == nil || w.Header().Get("Connection") != want {
			t.Errorf("with a body of %d: %v, %v", length, err, w.Header())
		}
	}
}

func TestWhatConnectionNamesIsNotTheGatewaysLater(t *testing.T) {
	for _, c := range []struct {
		name       string
		connection []string
		want       []string // headers that are left
	}{
		{"no Connection", nil, []string{"Upgrade", "X-Request-Id"}},
		{"the usual", []string{"keep-alive"}, []string{"Upgrade", "X-Request-Id"}},
		{"a header", []string{"close, x-request-id"}, []string{"Upgrade"}},
		{"a header in a second line", []string{"close", "X-Request-Id"}, []string{"Upgrade"}},
		{"itself", []string{"Connection, X-Request-Id"}, []string{"Upgrade"}},
		{"an upgrade", []string{"keep-alive, upgrade"}, []string{"Connection", "Upgrade", "X-Request-Id"}},
	} {
		h := http.Header{"Upgrade": {"websocket"}, "X-Request-Id": {"chosen"}}
		if c.connection != nil {
			h["Connection"] = c.connection
		}
		removeHopByHop(h)
		if got := slices.Sorted(maps.Keys(h)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v are left, want %v", c.name, got, c.want)
		}
		if got := h.Get("Connection"); got != "" && got != "Upgrade" {
			t.Errorf("%s: Connection: %s", c.name, got)
		}
	}
}
