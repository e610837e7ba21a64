package roundtrip

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caddy-django/gateway/exchange"
)

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

// keeps answers every request, and keeps the connection.
func keeps(response string) func(net.Conn, *http.Request, int) bool {
	return func(conn net.Conn, _ *http.Request, _ int) bool {
		io.WriteString(conn, response)
		return true
	}
}

// must sends a request and returns its body.
func must(t *testing.T, rt http.RoundTripper, req *http.Request) string {
	t.Helper()
	resp, err := rt.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAConnectionIsUsedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		method   string
		response string
		conns    int32
	}{
		"after a length":              {"", ok, 1},
		"after a length of zero":      {"", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 1},
		"after the same length twice": {"", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", 1},
		"after chunks":                {"", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 1},
		"after chunks with a trailer": {"", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n", 1},
		"after a hint and a length":   {"", "HTTP/1.1 103 Early Hints\r\nContent-Length: 3\r\n\r\n" + ok, 1},
		"after HTTP/1.0 that keeps":   {"", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", 1},
		"after chunks of daphne's":    {"", "HTTP/1.1 200 OK\r\nServer: daphne\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 1},

		"not after a length of daphne's, which may send more": {"", "HTTP/1.1 200 OK\r\nServer: daphne\r\nContent-Length: 2\r\n\r\nok", 3},
		"not after 204":                                    {"", "HTTP/1.1 204 No Content\r\n\r\n", 3},
		"not after 204 with a length":                      {"", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", 3},
		"not after 304":                                    {"", "HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n", 3},
		"not after HEAD":                                   {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", 3},
		"not after HEAD and chunks":                        {"HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 3},
		"not after HEAD and no length":                     {"HEAD", "HTTP/1.1 200 OK\r\n\r\n", 3},
		"not after HEAD with a body":                       {"HEAD", ok, 3},
		"not after a length and chunks":                    {"", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 3},
		"not after a length and chunks, written otherwise": {"", "HTTP/1.1 200 OK\r\ntransfer-ENCODING: chunked\r\nX-A: 1\r\ncontent-length:2\r\n\r\n2\r\nok\r\n0\r\n\r\n", 3},
		"not after a hint, a length and chunks":            {"", "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 3},
		"not after HTTP/1.0 with chunks":                   {"", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nok", 3},
		"not if the server closes":                         {"", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", 3},
		"not after HTTP/1.0":                               {"", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 3},
		"not after a broken body":                          {"", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n", 3},
		"not if more came than that":                       {"", ok + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged", 3},
		"not if more came than the chunks":                 {"", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nmore", 3},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, "unix", keeps(c.response))
			tr := newTransport(t, s)
			for range 3 {
				req := get(t, t.Context())
				req.Method = cmp.Or(c.method, req.Method)
				if o := outcomeOf(tr, req); o.status == "" || o.body != "ok" && o.body != "" {
					t.Errorf("the response is %s", shown(o))
				}
			}
			if got := s.conns.Load(); got != c.conns {
				t.Errorf("%d connections, want %d", got, c.conns)
			}
		})
	}
}

// A server that has sent more than it had announced once is not believed again, not even if it sends it late.
func TestAServerThatOverranAResponseIsNotBelieved(t *testing.T) {
	const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
	for name, c := range map[string]struct{ first, then, more string }{
		"a length, more of a body":                    {ok, ok, ", and more"},
		"a length, what passes for a response":        {ok, ok, ok},
		"a last chunk, one more":                      {chunked, chunked, "2\r\nok\r\n"},
		"a last chunk, what passes for a response":    {chunked, chunked, ok},
		"a last chunk, after it has overrun a length": {ok, chunked, ok},
		"a length, after it has overrun a last chunk": {chunked, ok, ok},
	} {
		t.Run(name, func(t *testing.T) {
			sent := make(chan struct{}, 1)
			var requests atomic.Int32
			s := serve(t, "tcp", func(conn net.Conn, _ *http.Request, _ int) bool {
				if requests.Add(1) == 1 {
					io.WriteString(conn, c.first)
					time.Sleep(20 * time.Millisecond)
					io.WriteString(conn, c.more)
				} else {
					io.WriteString(conn, c.then)
				}
				sent <- struct{}{}
				return true
			})
			tr := newTransport(t, s)
			for n := range 3 {
				if got := must(t, tr, get(t, t.Context())); got != "ok" {
					t.Errorf("request %d gets %q", n, got)
				}
				<-sent
				eventually(t, func() bool { // the rest is there
					c := tr.idle.get("shop.example.com")
					if c != nil && c.silent() {
						return !tr.idle.put(c)
					}
					if c != nil {
						c.Close()
					}
					return true
				})
			}
			if got := s.conns.Load(); got != 3 {
				t.Errorf("%d connections", got)
			}
		})
	}
}

func TestAServerThatHasWaitedTooLongIsBelieved(t *testing.T) {
	s := serve(t, "tcp", func(conn net.Conn, _ *http.Request, n int) bool {
		io.WriteString(conn, ok+"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n")
		return false
	})
	tr := newTransport(t, s)
	c, err := tr.connect(get(t, t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	io.WriteString(c.Conn, "GET / HTTP/1.1\r\nHost: shop\r\n\r\n")
	io.ReadFull(c.Conn, make([]byte, len(ok)))
	if c.silent() || tr.idle.suspect(c.host) {
		t.Error("it is silent, or suspect")
	}
}

func TestAConnectionIsNotUsedAgainIfTheRequestSaysSo(t *testing.T) {
	s := serve(t, "unix", keeps(ok))
	tr := newTransport(t, s)
	for range 2 {
		req := get(t, t.Context())
		req.Close = true
		must(t, tr, req)
	}
	if got := s.conns.Load(); got != 2 {
		t.Errorf("%d connections", got)
	}
}

func TestABodyThatIsNotReadClosesItsConnection(t *testing.T) {
	closed := make(chan struct{})
	s := serve(t, "tcp", func(conn net.Conn, _ *http.Request, _ int) bool {
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome")
		io.Copy(io.Discard, conn)
		close(closed)
		return false
	})
	resp, err := newTransport(t, s).RoundTrip(get(t, t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	<-closed
	if _, err := io.ReadAll(resp.Body); err == nil {
		t.Error("it can be read after Close")
	}
}

func TestAConnectionThatTheServerClosedMeanwhileIsNotUsed(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		t.Run(network, func(t *testing.T) {
			left := make(chan struct{}, 1)
			s := serve(t, network, func(conn net.Conn, _ *http.Request, _ int) bool {
				io.WriteString(conn, ok)
				conn.Close()
				left <- struct{}{}
				return false
			})
			tr := newTransport(t, s)
			for range 3 {
				must(t, tr, post(t)) // which nobody sends twice
				<-left
			}
		})
	}
}

func post(t *testing.T) *http.Request {
	req := get(t, t.Context())
	req.Method = http.MethodPost
	return req
}

// deaf closes the second request's connection without having read it, or having read it.
func deaf(conn net.Conn, _ *http.Request, n int) bool {
	if n > 0 {
		return false
	}
	io.WriteString(conn, ok)
	return true
}

func TestARequestOnAConnectionThatEndsIsSentOnANewOne(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		t.Run(network, func(t *testing.T) {
			s := serve(t, network, deaf)
			tr := newTransport(t, s)
			for range 4 {
				if got := must(t, tr, get(t, t.Context())); got != "ok" {
					t.Errorf("the body is %q", got)
				}
			}
		})
	}
}

func TestARequestThatTheServerBeganToAnswerIsNotSentTwice(t *testing.T) {
	s := serve(t, "unix", func(conn net.Conn, _ *http.Request, n int) bool {
		if n > 0 {
			io.WriteString(conn, "HTTP/1.1 200 O")
			return false
		}
		io.WriteString(conn, ok)
		return true
	})
	tr := newTransport(t, s)
	must(t, tr, get(t, t.Context()))
	if _, err := tr.RoundTrip(get(t, t.Context())); err == nil {
		t.Error("half a status line is an answer")
	}
	if got := s.requests.Load(); got != 2 {
		t.Errorf("the server has seen %d requests", got)
	}
}

func TestAPOSTOnAConnectionThatEndsIsNotSentTwice(t *testing.T) {
	s := serve(t, "unix", deaf)
	tr := newTransport(t, s)
	must(t, tr, post(t))
	_, err := tr.RoundTrip(post(t))
	if got := exchange.CauseOf(err); err == nil || got != exchange.CauseIdleClosed {
		t.Errorf("%v: %s", err, got)
	}
	if got := s.requests.Load(); got != 2 {
		t.Errorf("the server has seen %d requests", got)
	}
}

func TestARequestOnANewConnectionThatEndsIsNotSentTwice(t *testing.T) {
	s := serve(t, "unix", says(""))
	if _, err := newTransport(t, s).RoundTrip(get(t, t.Context())); exchange.CauseOf(err) != exchange.CauseClosed {
		t.Errorf("%v", err)
	}
	if got := s.requests.Load(); got != 1 {
		t.Errorf("the server has seen %d requests", got)
	}
}

func TestAnAnswerToHalfARequestIsHeard(t *testing.T) {
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		io.ReadFull(conn, make([]byte, 10)) // and no more of it
		io.WriteString(conn, "HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 2\r\n\r\nno")
		conn.(*net.UnixConn).CloseWrite()
		time.Sleep(100 * time.Millisecond)
		conn.Close()
	}()
	tr := newTransport(t, &server{Listener: l})
	req := get(t, t.Context())
	req.Header.Set("X-A", strings.Repeat("a", 2<<20)) // more than the socket holds
	if got := must(t, tr, req); got != "no" {
		t.Errorf("the body is %q", got)
	}
	if got := tr.idleCount(); got != 0 {
		t.Error("the connection is used again")
	}
}

func TestTheLimitOfTheHeadersIsKept(t *testing.T) {
	for name, first := range map[string]string{"a server that says nothing": "", "a head that stops": "HTTP/1.1 200 OK\r\nX-A: 1\r\n", "hints": "HTTP/1.1 103 Early Hints\r\n\r\n"} {
		t.Run(name, func(t *testing.T) {
			over := make(chan struct{})
			defer close(over)
			s := serve(t, "unix", func(conn net.Conn, _ *http.Request, _ int) bool {
				io.WriteString(conn, first)
				<-over
				return false
			})
			tr := newTransport(t, s)
			tr.ResponseHeaderTimeout = 20 * time.Millisecond
			_, err := tr.RoundTrip(get(t, t.Context()))
			if got := exchange.CauseOf(err); err == nil || got != exchange.CauseTimeout {
				t.Errorf("%v: %s", err, got)
			}
			if got := s.requests.Load(); got != 1 {
				t.Errorf("the server has seen %d requests", got)
			}
		})
	}
}

func TestABodyMayTakeLongerThanTheHeaders(t *testing.T) {
	s := serve(t, "unix", func(conn net.Conn, _ *http.Request, _ int) bool {
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no")
		time.Sleep(100 * time.Millisecond)
		io.WriteString(conn, "k")
		return true
	})
	tr := newTransport(t, s)
	tr.ResponseHeaderTimeout = 50 * time.Millisecond
	if got := must(t, tr, get(t, t.Context())); got != "ok" {
		t.Errorf("the body is %q", got)
	}
}

func TestAClientThatLeavesEndsItsRequest(t *testing.T) {
	for name, first := range map[string]string{
		"before the head": "",
		"in the head":     "HTTP/1.1 200 OK\r\nX-A: 1\r\n",
		"in the body":     "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhello",
		"after a hint":    "HTTP/1.1 103 Early Hints\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			ended := make(chan struct{})
			gone := errors.New("the client has left")
			ctx, leave := context.WithCancelCause(t.Context())
			s := serve(t, "tcp", func(conn net.Conn, _ *http.Request, _ int) bool {
				io.WriteString(conn, first)
				time.AfterFunc(20*time.Millisecond, func() { leave(gone) })
				io.Copy(io.Discard, conn) // until the gateway hangs up
				close(ended)
				return false
			})
			resp, err := newTransport(t, s).RoundTrip(get(t, ctx))
			if err == nil {
				_, err = io.ReadAll(resp.Body)
			}
			if !errors.Is(err, gone) {
				t.Errorf("%v", err)
			}
			<-ended
		})
	}
	t.Run("before it is sent", func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		leave()
		s := serve(t, "unix", keeps(ok))
		tr := newTransport(t, s)
		must(t, tr, get(t, t.Context())) // which leaves an idle connection
		if _, err := tr.RoundTrip(get(t, ctx)); !errors.Is(err, context.Canceled) || s.requests.Load() > 1 {
			t.Errorf("%v after %d requests", err, s.requests.Load())
		}
	})
	t.Run("while it dials", func(t *testing.T) {
		for _, dialled := range []error{nil, errors.New("operation was canceled")} {
			ctx, leave := context.WithCancel(t.Context())
			client, peer := net.Pipe()
			tr := &Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				leave()
				return client, dialled
			}}
			if _, err := tr.RoundTrip(get(t, ctx)); !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
			if dialled == nil {
				io.Copy(io.Discard, peer) // until the connection is closed
			}
		}
	})
}

func TestIdleConnectionsAreFewAndEnd(t *testing.T) {
	s := serve(t, "unix", keeps(ok))
	tr := newTransport(t, s)
	tr.MaxIdleConnsPerHost, tr.IdleConnTimeout = 3, 50*time.Millisecond
	var all []*http.Response
	for range 5 {
		resp, err := tr.RoundTrip(get(t, t.Context()))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, resp)
	}
	for _, resp := range all {
		io.Copy(io.Discard, resp.Body)
	}
	if got := tr.idleCount(); got != 3 {
		t.Errorf("%d are idle", got)
	}
	eventually(t, func() bool { return tr.idleCount() == 0 && s.ended.Load() == 5 })
}

func TestEveryIdleConnectionEndsInItsTime(t *testing.T) {
	s := serve(t, "unix", keeps(ok))
	tr := newTransport(t, s)
	tr.IdleConnTimeout = 100 * time.Millisecond
	first, err := tr.RoundTrip(get(t, t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	must(t, tr, get(t, t.Context()))
	time.Sleep(tr.IdleConnTimeout / 2)
	io.Copy(io.Discard, first.Body)
	eventually(t, func() bool { return s.ended.Load() == 1 })
	if got := tr.idleCount(); got != 1 {
		t.Errorf("%d are idle after the first timed out", got)
	}
	eventually(t, func() bool { return s.ended.Load() == 2 })
}

func eventually(t *testing.T, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not after a minute")
		}
	}
}

func (t *Transport) idleCount() (n int) {
	t.idle.mu.Lock()
	defer t.idle.mu.Unlock()
	for _, conns := range t.idle.conns {
		n += len(conns)
	}
	return n
}

func TestAConnectionInUseEndsWithItsRequestAfterClose(t *testing.T) {
	s := serve(t, "unix", keeps(ok))
	tr := newTransport(t, s)
	must(t, tr, get(t, t.Context()))
	resp, err := tr.RoundTrip(get(t, t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	tr.CloseIdleConnections()
	if b, err := io.ReadAll(resp.Body); string(b) != "ok" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	eventually(t, func() bool { return tr.idleCount() == 0 && s.ended.Load() == s.conns.Load() })
}

func TestManyAtOnceGetTheirOwnAnswers(t *testing.T) {
	s := serve(t, "unix", func(conn net.Conn, r *http.Request, n int) bool {
		body := r.URL.Query().Get("n")
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n"+body[:1]+"\r\n"+"3\r\n"+body[1:]+"\r\n0\r\n\r\n")
		return n < 20 // a worker that is recycled
	})
	tr := newTransport(t, s)
	var clients sync.WaitGroup
	for client := range 8 {
		clients.Go(func() {
			for n := range 100 {
				ctx, cancel := context.WithCancel(t.Context())
				req := get(t, ctx)
				want := string([]byte{byte('a' + client), byte('0' + n/100), byte('0' + n/10%10), byte('0' + n%10)})
				req.URL.RawQuery = "n=" + want
				if n%7 == 0 {
					time.AfterFunc(time.Duration(n)*time.Microsecond, cancel)
				}
				resp, err := tr.RoundTrip(req)
				if err == nil {
					var b []byte
					if b, err = io.ReadAll(resp.Body); err == nil && string(b) != want {
						t.Errorf("the answer to %s is %q", want, b)
					}
					resp.Body.Close()
				}
				if err != nil && !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
				cancel()
			}
		})
	}
	clients.Wait()
}

// Whatever a server says, the next client gets the response to its own request.
func FuzzReuse(f *testing.F) {
	for _, response := range responses {
		if len(response) < 10000 {
			f.Add(response, "GET")
			f.Add(response, "HEAD")
			f.Add(response+ok, "GET")
		}
	}
	f.Fuzz(func(t *testing.T, response, method string) {
		if len(response) > 4<<10 || method != "GET" && method != "HEAD" {
			t.Skip("it does not come at once, or is not a method without a body")
		}
		s := serve(t, "unix", func(conn net.Conn, r *http.Request, _ int) bool {
			if r.URL.Path == "/own" {
				io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nown")
				return true
			}
			io.WriteString(conn, response)
			return len(response) > 0
		})
		tr := newTransport(t, s)
		tr.ResponseHeaderTimeout = 100 * time.Millisecond // a head that does not end
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		first := get(t, ctx)
		first.Method = method
		outcomeOf(tr, first)
		tr.ResponseHeaderTimeout = 5 * time.Second
		second := get(t, t.Context())
		second.URL.Path = "/own"
		if got := must(t, tr, second); got != "own" {
			t.Errorf("the next client gets %q", got)
		}
	})
}
