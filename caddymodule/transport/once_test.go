package transport

import (
	"bufio"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// A server may send what belongs to nobody, and may send it late. Whoever comes next must not get it, by either way.
func TestNobodyGetsWhatAServerSentToOthers(t *testing.T) {
	const own, foreign = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nown", "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nforeign"
	for _, c := range []struct{ name, method, body, response string }{
		{"HEAD", "HEAD", "", "HTTP/1.1 200 OK\r\n\r\n"},
		{"HEAD with a length", "HEAD", "", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n"},
		{"HEAD with chunks", "HEAD", "", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"},
		{"204", "GET", "", "HTTP/1.1 204 No Content\r\n\r\n"},
		{"304", "GET", "", "HTTP/1.1 304 Not Modified\r\n\r\n"},
		{"204 to a form", "POST", "a=1", "HTTP/1.1 204 No Content\r\n\r\n"},
		{"204 to a POST without a body", "POST", "", "HTTP/1.1 204 No Content\r\n\r\n"},
		{"304 to a form", "PUT", "a=1", "HTTP/1.1 304 Not Modified\r\n\r\n"},
		{"HEAD with a body", "HEAD", "a=1", "HTTP/1.1 200 OK\r\n\r\n"},
		{"a body longer than announced to a form", "POST", "a=1", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nown"},
		{"an upgrade that is refused", "UPGRADE", "", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nown"},
		{"an expectation", "EXPECT", "a=1", "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 3\r\n\r\nown"},
	} {
		for _, way := range []string{byNetHTTP, directly} {
			t.Run(c.name+", "+way, func(t *testing.T) {
				release := make(chan struct{})
				l := pipelining(t, func(conn net.Conn, r *http.Request, n int) {
					if r.URL.Path == "/own" {
						io.WriteString(conn, own)
						return
					}
					io.WriteString(conn, c.response)
					<-release
					io.WriteString(conn, foreign)
				})
				module := dialing(t, way, l)
				first := request(c.method, c.body)
				switch c.method {
				case "UPGRADE":
					first.Method = "GET"
					first.Header.Set("Connection", "Upgrade")
					first.Header.Set("Upgrade", "websocket")
				case "EXPECT":
					first.Method = "POST"
					first.Header.Set("Expect", "100-continue")
				}
				trip(t, module, first)
				second := request("GET", "")
				second.URL.Path = "/own"
				answered := make(chan string)
				go func() { answered <- trip(t, module, second) }()
				close(release)
				if got := <-answered; got != "own" {
					t.Errorf("the next client gets %q", got)
				}
			})
		}
	}
}

// trip sends a request and returns the body of its response.
func trip(t *testing.T, rt http.RoundTripper, r *http.Request) string {
	t.Helper()
	resp, err := rt.RoundTrip(r)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	return string(body)
}

// pipelining answers the requests of a connection one after the other.
func pipelining(t *testing.T, answer func(conn net.Conn, r *http.Request, n int)) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
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
			go func() {
				defer conn.Close()
				in := bufio.NewReader(conn)
				for n := 0; ; n++ {
					r, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					io.Copy(io.Discard, r.Body)
					answer(conn, r, n)
				}
			}()
		}
	}()
	return l
}

func TestConnectionsWithTLSAreUsedAgainOverHTTP2Only(t *testing.T) {
	for _, c := range []struct {
		name   string
		http2  bool
		config string
		many   bool // connections
	}{
		{"a server with HTTP/2", true, `{"tls": {"insecure_skip_verify": true}}`, false},
		{"a server without", false, `{"tls": {"insecure_skip_verify": true}}`, true},
		{"HTTP/1.1 is wanted", true, `{"tls": {"insecure_skip_verify": true}, "versions": ["1.1"]}`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var conns atomic.Int32
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Proto) }))
			s.EnableHTTP2, s.Config.ErrorLog = c.http2, log.New(io.Discard, "", 0)
			s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateNew {
					conns.Add(1)
				}
			}
			s.StartTLS()
			defer s.Close()
			module := loaded(t, c.config)
			const requests = 6
			for range requests {
				r := request("GET", "")
				r.URL.Scheme, r.URL.Host = "", strings.TrimPrefix(s.URL, "https://")
				r.Host = r.URL.Host
				trip(t, module, r)
			}
			if got := conns.Load(); c.many && got != requests || !c.many && got > 2 {
				t.Errorf("%d connections for %d requests", got, requests)
			}
		})
	}
}
