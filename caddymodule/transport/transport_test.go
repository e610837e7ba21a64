package transport

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"
)

// The ways to a server, as configurations.
const (
	byNetHTTP = `{}`
	directly  = `{"compression": false}`
)

// dialing makes a transport connect to l, whatever the request says.
func dialing(t *testing.T, config string, l net.Listener) *Transport {
	t.Helper()
	module := loaded(t, config)
	module.Transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, l.Addr().Network(), l.Addr().String())
	}
	if module.direct != nil {
		module.direct.DialContext = module.Transport.DialContext
	}
	return module
}

// request is one as reverse_proxy sends it.
func request(method, body string) *http.Request {
	r := httptest.NewRequest(method, "http://shop.example.com/", strings.NewReader(body))
	if body == "" {
		r.Body = http.NoBody
	}
	r.RequestURI = ""
	ctx := context.WithValue(r.Context(), caddyhttp.VarsCtxKey, make(map[string]any))
	return r.WithContext(context.WithValue(ctx, caddy.ReplacerCtxKey, caddy.NewReplacer()))
}

// listen serves every connection with serve, and closes it then.
func listen(t *testing.T, network string, serve func(net.Conn)) net.Listener {
	t.Helper()
	addr := "127.0.0.1:0"
	if network == "unix" {
		addr = filepath.Join(t.TempDir(), "socket")
	}
	l, err := net.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serve(conn)
			conn.Close()
		}
	}()
	return l
}

// What servers do with a connection before it is closed.
func readNothing(net.Conn)      { time.Sleep(50 * time.Millisecond) } // the request has come by then
func readRequest(conn net.Conn) { http.ReadRequest(bufio.NewReader(conn)) }

func TestWhatMayBeSentAgain(t *testing.T) {
	for _, c := range []struct {
		name   string
		method string
		body   string
		serve  func(net.Conn)
		again  bool
	}{
		{"a GET that nobody has read", "GET", "", readNothing, true},
		{"a HEAD that nobody has read", "HEAD", "", readNothing, true},
		{"a GET that a worker has read", "GET", "", readRequest, false},
		{"a POST that nobody has read", "POST", "a=1", readNothing, false},
		{"a POST without a body", "POST", "", readNothing, false},
		{"a GET with a body", "GET", "a=1", readNothing, false},
	} {
		for _, network := range []string{"tcp", "unix"} {
			for _, way := range []string{byNetHTTP, directly} {
				t.Run(c.name+", on "+network+", "+way, func(t *testing.T) {
					_, err := dialing(t, way, listen(t, network, c.serve)).RoundTrip(request(c.method, c.body))
					if again := isDialError(err); err == nil || again != c.again {
						t.Errorf("%v; it may be sent again: %v", err, again)
					}
					if c.again && !errors.Is(err, syscall.ECONNRESET) {
						t.Errorf("%v hides its cause", err)
					}
				})
			}
		}
	}
}

func isDialError(err error) bool {
	_, is := errors.AsType[reverseproxy.DialError](err)
	return is
}

func TestAServerThatResetsEveryTimeIsNotAskedForEver(t *testing.T) {
	module, r := dialing(t, directly, listen(t, "tcp", readNothing)), request("GET", "")
	for n := range times {
		if _, err := module.RoundTrip(r); !isDialError(err) {
			t.Errorf("%d: %v", n, err)
		}
	}
	if _, err := module.RoundTrip(r); err == nil || isDialError(err) {
		t.Errorf("%v", err)
	}
}

func TestAResponseHasTheIDOfItsRequest(t *testing.T) {
	for _, c := range []struct {
		name     string
		request  http.Header
		response string
		want     []string
	}{
		{"Django sets none", http.Header{"X-Request-Id": {"of-the-request"}}, "", []string{"of-the-request"}},
		{"Django sets another", http.Header{"X-Request-Id": {"of-the-request"}}, "X-Request-ID: of-django\r\n", []string{"of-django"}},
		{"the request has none", http.Header{}, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := listen(t, "tcp", func(conn net.Conn) {
				readRequest(conn)
				conn.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + c.response + "\r\n"))
			})
			r := request("GET", "")
			r.Header = c.request
			resp, err := dialing(t, directly, l).RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if got := resp.Header["X-Request-Id"]; !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestItsConfigurationIsThatOfHTTP(t *testing.T) {
	module := (*Transport)(nil).CaddyModule().New()
	if err := json.Unmarshal([]byte(`{"response_header_timeout": 1000}`), module); err != nil {
		t.Fatal(err)
	}
	if got := module.(*Transport).ResponseHeaderTimeout; got != 1000 {
		t.Errorf("response_header_timeout is %d", got)
	}
}
