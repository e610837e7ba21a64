package caddymodule

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const get11 = "GET /page/ HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"

// everything turns on what takes part in a request.
const everything = `{
	sentry http://key@127.0.0.1:9/1
	slow 1h
	attach_body
	capture_request_body 1KiB
	propagate_traces
	sdk_duplicates mark
	traces_sample_rate 1
	tag host {http.request.host}
	user header X-User
	send_default_pii
}`

// Every way an exchange can end, through a real Caddy: what the client gets is
// the same with and without the monitor, byte for byte, and the monitor knows
// how it ended. The backend always names a Content-Type: without one net/http
// guesses it from what has arrived when it sends the headers, which is luck.
func TestOutcomesThroughCaddy(t *testing.T) {
	zipped := gzipped("<h1>Server Error (500)</h1>")
	big := strings.Repeat("all of it\n", 100_000)
	file := filepath.Join(t.TempDir(), "big.txt")
	if err := os.WriteFile(file, []byte(big), 0o644); err != nil {
		t.Fatal(err)
	}

	for _, c := range []struct {
		name       string
		script     func(net.Conn, *http.Request) // of the backend; nil: nobody listens
		directives string                        // instead of reverse_proxy; {backend} is its address
		request    string                        // default get11
		outcome    string
		status     string // as labelled in the metrics; empty: not timed
		body       string // captured
		cause      string
		contains   string // in what the client gets
	}{
		{name: "an answer", script: says("HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 5\n\nhello"), outcome: "ok", status: "200", contains: "hello"},
		{name: "an answer without a length", script: says("HTTP/1.1 200 OK\nContent-Type: text/plain\n\nhello"), outcome: "ok", status: "200", contains: "hello"},
		{name: "an answer to HTTP/1.0", script: says("HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 5\n\nhello"), outcome: "ok", status: "200",
			request: "GET /page/ HTTP/1.0\r\nHost: %s\r\n\r\n", contains: "HTTP/1.0 200 OK"},
		{name: "an answer to HEAD", script: says("HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 5\n\n"), outcome: "ok", status: "200",
			request: "HEAD /page/ HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", contains: "Content-Length: 5"},
		{name: "a failing answer to HEAD", script: says("HTTP/1.1 500 No\nContent-Type: text/plain\nContent-Length: 5\n\n"), outcome: "app_error", status: "500",
			request: "HEAD /page/ HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", contains: "Content-Length: 5"},
		{name: "not modified", script: says("HTTP/1.1 304 Not Modified\nEtag: \"x\"\n\n"), outcome: "ok", status: "304", contains: "304 Not Modified"},
		{name: "early hints and an answer", script: says("HTTP/1.1 103 Early Hints\nLink: </a.css>; rel=preload\n\nHTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 5\n\nhello"),
			outcome: "ok", status: "200", contains: "103 Early Hints"},
		{name: "trailers", script: says("HTTP/1.1 200 OK\nContent-Type: text/plain\nTrailer: Checksum\nTransfer-Encoding: chunked\n\n5\nhello\n0\nChecksum: abc\n\n"),
			outcome: "ok", status: "200", contains: "Checksum: abc"},
		{name: "unannounced trailers", script: says("HTTP/1.1 200 OK\nContent-Type: text/plain\nTransfer-Encoding: chunked\n\n5\nhello\n0\nLate: abc\n\n"), outcome: "ok", status: "200", contains: "hello"},
		{name: "a plain failure", script: says("HTTP/1.1 500 Internal Server Error\nContent-Type: text/plain\nContent-Length: 4\n\nboom"),
			outcome: "app_error", status: "500", body: "boom", contains: "boom"},
		{name: "a compressed failure", script: says(fmt.Sprintf("HTTP/1.1 500 No\nContent-Type: text/html\nContent-Encoding: gzip\nContent-Length: %d\n\n", len(zipped)) + zipped),
			request: "GET /page/ HTTP/1.1\r\nHost: %s\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n",
			outcome: "app_error", status: "500", body: "<h1>Server Error (500)</h1>", contains: "Content-Encoding: gzip"},
		{name: "a failure that an encoder around compresses", script: says("HTTP/1.1 500 No\nContent-Type: text/plain\nContent-Length: 2000\n\n" + strings.Repeat("boom", 500)),
			directives: "encode gzip\n\treverse_proxy {backend}",
			request:    "GET /page/ HTTP/1.1\r\nHost: %s\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n",
			outcome:    "app_error", status: "500", body: strings.Repeat("boom", 500), contains: "Content-Encoding: gzip"},
		{name: "nobody listening", outcome: "gateway_error", status: "502", cause: "refused", contains: "502 Bad Gateway"},
		{name: "a status rewritten by handle_errors", outcome: "gateway_error", status: "502", cause: "refused",
			directives: "reverse_proxy {backend}\n\thandle_errors {\n\t\trespond \"sorry\" 503\n\t}", contains: "503 Service Unavailable"},
		{name: "a hanging backend", script: func(net.Conn, *http.Request) { time.Sleep(2 * time.Second) }, outcome: "gateway_error", status: "504", cause: "timeout",
			directives: "reverse_proxy {backend} {\n\t\ttransport http {\n\t\t\tresponse_header_timeout 100ms\n\t\t}\n\t}", contains: "504 Gateway Timeout"},
		{name: "a connection closed before the headers", script: func(net.Conn, *http.Request) {}, outcome: "gateway_error", status: "502", cause: "closed", contains: "502 Bad Gateway"},
		{name: "a connection reset before the headers", script: reset, outcome: "gateway_error", status: "502", cause: "reset", contains: "502 Bad Gateway"},
		{name: "garbage", script: says("this is not HTTP\n\n"), outcome: "gateway_error", status: "502", cause: "bad_response", contains: "502 Bad Gateway"},
		{name: "an endless header", script: says("HTTP/1.1 200 OK\nX-Long: " + strings.Repeat("x", 1<<20) + "\n\n"), outcome: "gateway_error", status: "502", cause: "response_too_large",
			directives: "reverse_proxy {backend} {\n\t\ttransport http {\n\t\t\tmax_response_header 64KiB\n\t\t}\n\t}", contains: "502 Bad Gateway"},
		{name: "a missing socket", directives: "reverse_proxy unix//nonexistent/gunicorn.sock", outcome: "gateway_error", status: "502", cause: "socket_missing", contains: "502 Bad Gateway"},
		{name: "a body cut short", script: says("HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 100\n\nonly this"), outcome: "truncated", status: "200", contains: "only this"},
		{name: "a chunked body cut short", script: says("HTTP/1.1 200 OK\nContent-Type: text/plain\nTransfer-Encoding: chunked\n\n5\nhello\n"), outcome: "truncated", status: "200", contains: "hello"},
		{name: "server-sent events", script: says("HTTP/1.1 200 OK\nContent-Type: text/event-stream\n\ndata: 1\n\n"), outcome: "streamed", contains: "data: 1"},
		{name: "a file", directives: "root * " + filepath.Dir(file) + "\n\trewrite /big.txt\n\tfile_server", outcome: "ok", status: "200", contains: big},
		{name: "a failing handler of Caddy's", directives: "error \"no\" 500", outcome: "gateway_error", status: "500", cause: "other", contains: "500 Internal"},
		{name: "a handler's 404", directives: "error \"no\" 404", outcome: "ok", status: "404", contains: "404 Not Found"},
		{name: "no handler at all", directives: "", outcome: "ok", status: "200", contains: "200 OK"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.directives == "" && c.name != "no handler at all" {
				c.directives = "reverse_proxy {backend}"
			}
			address := freeAddress(t)
			if c.script != nil {
				address = backend(t, c.script)
			}
			for name, monitor := range map[string]string{"by default": "", "with everything on": everything} {
				t.Run(name, func(t *testing.T) {
					g := startGateway(t, monitor, strings.ReplaceAll(c.directives, "{backend}", address))
					request := c.request
					if request == "" {
						request = get11
					}
					bare := g.roundTrip(g.bare, request)
					monitored := g.roundTrip(g.monitored, request)
					if strings.ReplaceAll(monitored, g.monitored, "") != strings.ReplaceAll(bare, g.bare, "") {
						t.Errorf("the monitor changed the response:\n%.600q\nwithout it:\n%.600q", monitored, bare)
					}
					if !strings.Contains(bare, c.contains) {
						t.Errorf("the client got %.600q, want it to contain %.100q", bare, c.contains)
					}
					g.wantOutcome(c.outcome)
					g.wantStatus(c.status)
					if failed := c.outcome != "ok" && c.outcome != "streamed"; failed {
						e := g.events(1)[0]
						if e.Contexts.Gateway.Cause != c.cause {
							t.Errorf("cause %q, want %q (error: %s)", e.Contexts.Gateway.Cause, c.cause, e.Contexts.Gateway.Error)
						}
						if c.body != "" && e.Contexts.Response.Data != c.body {
							t.Errorf("captured %q, want %q", e.Contexts.Response.Data, c.body)
						}
						if hasID := e.Contexts.Gateway.ErrorID != ""; hasID != (c.outcome == "gateway_error") {
							t.Errorf("error id %q with outcome %s", e.Contexts.Gateway.ErrorID, c.outcome)
						}
					}
				})
			}
		})
	}
}

func (g *gateway) wantOutcome(want string) {
	g.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		counts := g.outcomes()
		total := 0.0
		for _, n := range counts {
			total += n
		}
		if total == 1 && counts[want] == 1 {
			return
		}
		if total > 0 || time.Now().After(deadline) {
			g.t.Fatalf("outcomes %v, want one %s", counts, want)
		}
		time.Sleep(5 * time.Millisecond) // the client may be done before the handler
	}
}

func (g *gateway) wantStatus(want string) {
	g.t.Helper()
	timed := g.gather("http_server_request_duration_seconds")
	switch {
	case want == "" && len(timed) != 0:
		g.t.Errorf("a stream was timed: %v", timed)
	case want != "" && (len(timed) != 1 || timed[0]["http_response_status_code"] != want):
		g.t.Errorf("timed %v, want one with status %s", timed, want)
	}
}

// reset closes a connection so that the other side reads ECONNRESET.
func reset(conn net.Conn, _ *http.Request) {
	conn.(bufferedConn).Conn.(*net.TCPConn).SetLinger(0)
}

func gzipped(s string) string {
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	io.WriteString(zw, s)
	zw.Close()
	return b.String()
}

func TestFlushedEventsArriveAtOnce(t *testing.T) {
	second := make(chan struct{})
	address := backend(t, func(conn net.Conn, _ *http.Request) {
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n")
		<-second // sent only after the client has the first
		io.WriteString(conn, "data: 2\n\n")
	})
	g := startGateway(t, "", "reverse_proxy "+address)
	conn := g.dial(g.monitored)
	defer conn.Close()
	fmt.Fprintf(conn, get11, g.monitored)
	r := bufio.NewReader(conn)
	waitFor(t, r, "data: 1")
	close(second)
	waitFor(t, r, "data: 2")
	io.Copy(io.Discard, r)
	g.wantOutcome("streamed")
}

func waitFor(t *testing.T, r *bufio.Reader, text string) {
	t.Helper()
	for {
		line, err := r.ReadString('\n')
		if strings.Contains(line, text) {
			return
		}
		if err != nil {
			t.Fatalf("%q did not come: %v", text, err)
		}
	}
}

func TestWebSocketIsPassedThrough(t *testing.T) {
	address := backend(t, func(conn net.Conn, _ *http.Request) {
		io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		io.CopyN(conn, conn, 4) // echo
	})
	g := startGateway(t, "", "reverse_proxy "+address)
	for _, site := range []string{g.bare, g.monitored} {
		conn := g.dial(site)
		fmt.Fprintf(conn, "GET /ws/ HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", site)
		r := bufio.NewReader(conn)
		resp, err := http.ReadResponse(r, nil)
		if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
			t.Fatalf("%v, %v: want 101", resp, err)
		}
		io.WriteString(conn, "ping")
		echo := make([]byte, 4)
		if _, err := io.ReadFull(r, echo); err != nil || string(echo) != "ping" {
			t.Fatalf("echo %q, %v", echo, err)
		}
		conn.Close()
	}
	g.wantOutcome("streamed")
	g.wantStatus("")
}

func TestHTTP2(t *testing.T) {
	address := backend(t, says("HTTP/1.1 500 No\nTrailer: Checksum\nContent-Type: text/plain\nTransfer-Encoding: chunked\n\n4\nboom\n0\nChecksum: abc\n\n"))
	g := startGateway(t, "", "reverse_proxy "+address)
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetUnencryptedHTTP2(true)
	defer transport.CloseIdleConnections()
	read := func(site string) string {
		resp, err := (&http.Client{Transport: transport}).Get("http://" + site + "/page/")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		resp.Header.Del("Date")
		return fmt.Sprint(resp.Proto, resp.Status, resp.Header, string(body), resp.Trailer)
	}
	bare, monitored := read(g.bare), read(g.monitored)
	if bare != monitored {
		t.Errorf("the monitor changed the response:\n%s\nwithout it:\n%s", monitored, bare)
	}
	for _, want := range []string{"HTTP/2.0", "boom", "Checksum:[abc]"} {
		if !strings.Contains(bare, want) {
			t.Errorf("%s in %s", want, bare)
		}
	}
	g.wantOutcome("app_error")
	if data := g.events(1)[0].Contexts.Response.Data; data != "boom" {
		t.Errorf("captured %q", data)
	}
}

func TestAClientThatLeaves(t *testing.T) {
	for _, c := range []struct {
		name, status string
		respond      func(conn net.Conn, left <-chan struct{})
		leave        func(conn net.Conn)
	}{
		{"before the headers", "499", func(conn net.Conn, left <-chan struct{}) { <-left }, func(conn net.Conn) { time.Sleep(50 * time.Millisecond) }},
		{"in the middle of the body", "200", func(conn net.Conn, left <-chan struct{}) {
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
			chunk := bytes.Repeat([]byte("x"), 1<<16)
			for range 1000 {
				if _, err := conn.Write(chunk); err != nil {
					return
				}
			}
		}, func(conn net.Conn) { io.ReadFull(conn, make([]byte, 1000)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			left := make(chan struct{})
			address := backend(t, func(conn net.Conn, _ *http.Request) { c.respond(conn, left) })
			g := startGateway(t, "", "reverse_proxy "+address)
			conn := g.dial(g.monitored)
			fmt.Fprintf(conn, get11, g.monitored)
			c.leave(conn)
			conn.Close()
			g.wantOutcome("canceled")
			g.wantStatus(c.status)
			close(left)
			if active := g.gather("http_server_active_requests"); len(active) != 1 || active[0].value() != 0 {
				t.Errorf("active requests %v, want none", active)
			}
		})
	}
}

func TestAPanicGoesOn(t *testing.T) {
	g := startGateway(t, "", "test_panic")
	bare, monitored := g.roundTrip(g.bare, get11), g.roundTrip(g.monitored, get11)
	if bare != "" || monitored != "" {
		t.Errorf("net/http closes the connection of a panicking handler; with the monitor %q, without %q", monitored, bare)
	}
	g.wantOutcome("panicked")
	e := g.events(1)[0]
	if !strings.Contains(e.Exception.Values[0].Value, "the handler's own value") || !strings.Contains(e.Contexts.Gateway.Stack, "panicker") {
		t.Errorf("value %q and stack %.200q", e.Exception.Values[0].Value, e.Contexts.Gateway.Stack)
	}
}

func TestTheMonitorTwiceOnTheWayCountsOnce(t *testing.T) {
	g := startGateway(t, "", "route {\n\t\tdjango_monitor\n\t\terror 502\n\t}\n\thandle_errors {\n\t\tdjango_monitor\n\t\trespond 503\n\t}")
	g.roundTrip(g.monitored, get11)
	g.wantOutcome("gateway_error")
}
