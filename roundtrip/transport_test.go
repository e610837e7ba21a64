package roundtrip

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caddy-django/gateway/exchange"
)

// server answers every request on its connections with what answer says, and counts both.
type server struct {
	net.Listener
	conns, requests, ended atomic.Int32
}

// serve calls answer for each request, with its number on the connection from 0. False
// closes the connection.
func serve(t testing.TB, network string, answer func(conn net.Conn, r *http.Request, n int) bool) *server {
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
	s := &server{Listener: l}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.conns.Add(1)
			go s.serve(conn, answer)
		}
	}()
	return s
}

func (s *server) serve(conn net.Conn, answer func(net.Conn, *http.Request, int) bool) {
	defer s.ended.Add(1)
	defer conn.Close()
	r := bufio.NewReader(conn)
	for n := 0; ; n++ {
		req, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		s.requests.Add(1)
		if !answer(conn, req, n) {
			return
		}
	}
}

func (s *server) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, s.Addr().Network(), s.Addr().String())
}

func says(response string) func(net.Conn, *http.Request, int) bool {
	return func(conn net.Conn, _ *http.Request, _ int) bool {
		io.WriteString(conn, response)
		return false
	}
}

// newTransport returns one for a server, with a limit that no test reaches unless it wants to.
func newTransport(t testing.TB, s *server) *Transport {
	t.Helper()
	tr := &Transport{DialContext: s.dial, ResponseHeaderTimeout: 5 * time.Second, MaxIdleConnsPerHost: 32, IdleConnTimeout: time.Minute}
	t.Cleanup(tr.CloseIdleConnections)
	return tr
}

func get(t testing.TB, ctx context.Context) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://shop.example.com/cart/?page=2", nil)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// outcome is all that a proxy sees of a response.
type outcome struct {
	status   string
	proto    string
	header   http.Header
	length   int64
	encoding []string
	body     string
	trailer  http.Header
	infos    []int
	cause    exchange.Cause // of an error before the response
	cut      string         // the error at the end of the body
}

func outcomeOf(rt http.RoundTripper, req *http.Request) (o outcome) {
	trace := &httptrace.ClientTrace{Got1xxResponse: func(code int, _ textproto.MIMEHeader) error {
		o.infos = append(o.infos, code)
		return nil
	}}
	resp, err := rt.RoundTrip(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil {
		o.cause = exchange.CauseOf(err)
		return o
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		o.cut = err.Error()
	}
	o.status, o.proto, o.header, o.length, o.encoding = resp.Status, resp.Proto, resp.Header, resp.ContentLength, resp.TransferEncoding
	o.body, o.trailer = string(body), resp.Trailer
	return o
}

var responses = map[string]string{
	"a length":                         "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\nx-a: 2\r\n\r\nhello",
	"no body":                          "HTTP/1.1 204 No Content\r\n\r\n",
	"length zero":                      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
	"not modified":                     "HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\nETag: \"1\"\r\n\r\n",
	"until the end of the connection":  "HTTP/1.1 200 OK\r\n\r\nhello",
	"HTTP/1.0":                         "HTTP/1.0 200 OK\r\n\r\nhello",
	"HTTP/1.0 kept alive":              "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello",
	"chunks":                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
	"chunks with a trailer":            "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n",
	"chunks and a length":              "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
	"early hints":                      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
	"continue unasked":                 "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
	"more than its length":             "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok, and more",
	"less than its length":             "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhello",
	"a chunk that stops":               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhello",
	"chunks that stop":                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
	"a chunk without a length":         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
	"an unknown transfer encoding":     "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello",
	"two lengths":                      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
	"a length that is no number":       "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello",
	"a header without a colon":         "HTTP/1.1 200 OK\r\nnonsense\r\n\r\nhello",
	"a folded header":                  "HTTP/1.1 200 OK\r\nX-A: 1\r\n  2\r\nContent-Length: 2\r\n\r\nok",
	"a status without a reason":        "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok",
	"a status of two digits":           "HTTP/1.1 20 OK\r\n\r\n",
	"no HTTP":                          "SSH-2.0-OpenSSH_9.2\r\n",
	"nothing":                          "",
	"half a status line":               "HTTP/1.1 2",
	"half a head":                      "HTTP/1.1 200 OK\r\nX-A: 1\r\n",
	"early hints and nothing else":     "HTTP/1.1 103 Early Hints\r\n\r\n",
	"a head of 11 MiB":                 "HTTP/1.1 200 OK\r\nX-A: " + strings.Repeat("a", 11<<20) + "\r\n\r\n",
	"a head of 200 KB":                 "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-A: " + strings.Repeat("a", 200<<10) + "\r\n\r\n",
	"a body of 1 MB":                   "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + strings.Repeat("b", 1000000),
	"Connection: close":                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
	"a body in answer to HEAD as well": "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
}

func TestItDoesWhatNetHTTPDoes(t *testing.T) {
	for name, response := range responses {
		for _, method := range []string{"GET", "HEAD", "POST", "DELETE"} {
			for _, network := range []string{"tcp", "unix"} {
				t.Run(strings.Join([]string{method, name, network}, ", "), func(t *testing.T) {
					t.Parallel()
					s := serve(t, network, says(response))
					theirs := &http.Transport{DialContext: s.dial, DisableCompression: true}
					t.Cleanup(theirs.CloseIdleConnections)
					req := get(t, t.Context())
					req.Method = method
					if got, want := outcomeOf(newTransport(t, s), req), outcomeOf(theirs, req); !reflect.DeepEqual(got, want) {
						t.Errorf("got  %s\nwant %s", shown(got), shown(want))
					}
				})
			}
		}
	}
}

func shown(o outcome) string { return fmt.Sprintf("%.400s", fmt.Sprintf("%+v", o)) }

func TestWhatIsSentIsWhatNetHTTPSends(t *testing.T) {
	for name, change := range map[string]func(*http.Request){
		"a GET":                     func(*http.Request) {},
		"a HEAD":                    func(r *http.Request) { r.Method = "HEAD" },
		"a POST without a body":     func(r *http.Request) { r.Method = "POST" },
		"another host":              func(r *http.Request) { r.Host = "other.example.com:8000" },
		"headers":                   func(r *http.Request) { r.Header = http.Header{"X-A": {"1", "2"}, "Cookie": {"a=b"}} },
		"no user agent":             func(r *http.Request) { r.Header.Set("User-Agent", "") },
		"an encoded path":           func(r *http.Request) { r.URL.Path, r.URL.RawPath = "/a b/ü", "/a%20b/%C3%BC" },
		"the end of the connection": func(r *http.Request) { r.Close = true },
	} {
		t.Run(name, func(t *testing.T) {
			heard := make(chan string, 2)
			s := serve(t, "unix", func(conn net.Conn, r *http.Request, _ int) bool {
				heard <- fmt.Sprint(r.Method, r.RequestURI, r.Host, r.Header, r.ContentLength, r.Close)
				io.WriteString(conn, "HTTP/1.1 204 No Content\r\n\r\n")
				return false
			})
			theirs := &http.Transport{DialContext: s.dial, DisableCompression: true}
			for _, rt := range []http.RoundTripper{newTransport(t, s), theirs} {
				req := get(t, t.Context())
				change(req)
				resp, err := rt.RoundTrip(req)
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
			}
			if got, want := <-heard, <-heard; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestWhatCannotBeWrittenIsNotSent(t *testing.T) {
	s := serve(t, "unix", says("HTTP/1.1 204 No Content\r\n\r\n"))
	for name, header := range map[string]http.Header{
		"a line break in a value": {"X-A": {"1\r\nX-B: 2"}},
		"a space in a name":       {"X A": {"1"}},
	} {
		t.Run(name, func(t *testing.T) {
			req := get(t, t.Context())
			req.Header = header
			if _, err := newTransport(t, s).RoundTrip(req); err == nil || s.requests.Load() > 0 {
				t.Errorf("%v, and the server has %d requests", err, s.requests.Load())
			}
		})
	}
}

func TestWhatItTakes(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*http.Request)
		want   bool
	}{
		"a request without a body": {func(*http.Request) {}, true},
		"http.NoBody":              {func(r *http.Request) { r.Body = http.NoBody }, true},
		"a body":                   {func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader("a=1")) }, false},
		"a WebSocket":              {func(r *http.Request) { r.Header.Set("Upgrade", "websocket") }, false},
		"an expectation":           {func(r *http.Request) { r.Header.Set("Expect", "100-continue") }, false},
		"a tunnel":                 {func(r *http.Request) { r.Method = "CONNECT" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			req := get(t, t.Context())
			c.change(req)
			if got := Takes(req); got != c.want {
				t.Errorf("%v", got)
			}
		})
	}
}

// mute is a connection that takes nothing.
type mute struct {
	net.Conn
	err error
}

func (m mute) Write([]byte) (int, error) { return 0, m.err }

func TestWhatFailsFirstIsTold(t *testing.T) {
	failed := errors.New("failed")
	for name, dial := range map[string]func() (net.Conn, error){
		"the dial":    func() (net.Conn, error) { return nil, failed },
		"the request": func() (net.Conn, error) { client, peer := net.Pipe(); peer.Close(); return mute{client, failed}, nil },
	} {
		t.Run(name, func(t *testing.T) {
			tr := &Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return dial() }}
			if _, err := tr.RoundTrip(get(t, t.Context())); !errors.Is(err, failed) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestWhatNoClientCanBeToldIsNoAnswer(t *testing.T) {
	for name, response := range map[string]string{
		"a protocol that nobody asked for": "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
		"a status below 100":               "HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newTransport(t, serve(t, "unix", says(response))).RoundTrip(get(t, t.Context()))
			if got := exchange.CauseOf(err); err == nil || got != exchange.CauseBadResponse {
				t.Errorf("%v: %s", err, got)
			}
		})
	}
}

func TestHintsAreLimitedByWhoeverHearsThem(t *testing.T) {
	hints := strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </"+strings.Repeat("a", 500)+">\r\n\r\n", 50)
	s := serve(t, "unix", says(hints+ok))
	tr := newTransport(t, s)
	tr.ReadBufferSize, tr.MaxResponseHeaderBytes = 512, 4<<10
	if o := outcomeOf(tr, get(t, t.Context())); len(o.infos) != 50 || o.body != "ok" {
		t.Errorf("%d hints, then %s", len(o.infos), shown(o))
	}
	_, err := tr.RoundTrip(get(t, t.Context()))
	if got := exchange.CauseOf(err); err == nil || got != exchange.CauseResponseTooLarge {
		t.Errorf("with nobody who hears them: %v: %s", err, got)
	}
}

func FuzzResponses(f *testing.F) {
	for _, response := range responses {
		if len(response) < 10000 {
			f.Add(response)
		}
	}
	f.Fuzz(func(t *testing.T, response string) {
		s := serve(t, "unix", says(response))
		theirs := &http.Transport{DialContext: s.dial, DisableCompression: true}
		defer theirs.CloseIdleConnections()
		want := outcomeOf(theirs, get(t, t.Context()))
		if want.status != "" && want.status < "102" {
			t.Skip("net/http leaves it to its caller")
		}
		if got := outcomeOf(newTransport(t, s), get(t, t.Context())); !reflect.DeepEqual(got, want) {
			t.Errorf("got  %s\nwant %s", shown(got), shown(want))
		}
	})
}
