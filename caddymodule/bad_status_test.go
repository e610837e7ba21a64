package caddymodule

import (
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// What a server may write in a status line, but no client can be sent: the client gets a 502 of the gateway's own,
// whatever carries the request and whatever stands around it.
func TestAStatusThatNobodyCanBeSentIsABadGateway(t *testing.T) {
	const sent = "Content-Type: text/plain\nContent-Encoding: gzip\nSet-Cookie: a=b\nX-From: Django\n"
	responses := map[string]string{
		"101 unasked":                   "HTTP/1.1 101 Switching Protocols\nConnection: Upgrade\nUpgrade: h2c\n" + sent + "\n",
		"101 that names no protocol":    "HTTP/1.1 101 Switching Protocols\n" + sent + "\nhello",
		"101 with a body":               "HTTP/1.1 101 Switching Protocols\nContent-Length: 5\n" + sent + "\nhello",
		"hints, and then a bad status":  "HTTP/1.1 103 Early Hints\nLink: </a.css>\n\nHTTP/1.1 099 Odd\nContent-Length: 5\n" + sent + "\nhello",
		"a bad status without an end":   "HTTP/1.1 042 Odd\n" + sent + "\n" + strings.Repeat("hello", 100_000),
		"a bad status with trailers":    "HTTP/1.1 007 Odd\nTransfer-Encoding: chunked\nTrailer: X-Sum\n" + sent + "\n5\nhello\n0\nX-Sum: 1\n\n",
		"a bad status, an event stream": "HTTP/1.1 010 Odd\nContent-Type: text/event-stream\n\ndata: 1\n\n",
	}
	for _, status := range []string{"000", "001", "009", "010", "050", "099"} {
		responses[status] = "HTTP/1.1 " + status + " Odd\nContent-Length: 5\n" + sent + "\nhello"
	}
	ways := map[string]string{
		"reverse_proxy":     "reverse_proxy {backend}",
		"transport django":  "reverse_proxy {backend} {\n\t\ttransport django\n\t}",
		"without net/http":  "reverse_proxy {backend} {\n\t\ttransport django {\n\t\t\tcompression off\n\t\t}\n\t}",
		"encode":            "encode gzip\n\treverse_proxy {backend}",
		"encode, header":    "encode gzip\n\theader >X-Site yes\n\treverse_proxy {backend}",
		"intercept":         "intercept {\n\t\t@none status 600\n\t\thandle_response @none {\n\t\t\trespond no\n\t\t}\n\t}\n\treverse_proxy {backend}",
		"templates":         "templates {\n\t\tmime text/plain\n\t}\n\treverse_proxy {backend}",
		"handle_response":   "reverse_proxy {backend} {\n\t\t@bad status 1xx\n\t\thandle_response {\n\t\t\tcopy_response\n\t\t}\n\t}",
		"a page for errors": "reverse_proxy {backend}\n\thandle_errors {\n\t\trespond \"sorry\" {err.status_code}\n\t}",
	}
	requests := map[string]string{
		"GET":  "GET /page/ HTTP/1.1\r\nHost: %s\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n",
		"POST": "POST /page/ HTTP/1.1\r\nHost: %s\r\nAccept-Encoding: gzip\r\nContent-Length: 3\r\nConnection: close\r\n\r\na=1",
		"HEAD": "HEAD /page/ HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n",
	}
	for way, directives := range ways {
		t.Run(way, func(t *testing.T) {
			var response atomic.Pointer[string]
			address := backend(t, func(conn net.Conn, r *http.Request) { says(*response.Load())(conn, r) })
			g := startGateway(t, "", strings.ReplaceAll(directives, "{backend}", address))
			n := 0
			for name, r := range responses {
				for method, request := range requests {
					if way == "templates" && strings.HasPrefix(name, "101") {
						continue // it makes a response of its own, 200, of the none that it gets
					}
					response.Store(&r)
					got := "HTTP/1.1 " + g.roundTrip(g.monitored, request)
					n++
					final := got[strings.LastIndex(got, "HTTP/1.1 "):] // behind a hint
					if !strings.HasPrefix(final, "HTTP/1.1 502 Bad Gateway\r\n") || strings.Contains(final, "hello") || strings.Contains(final, "Set-Cookie") {
						t.Errorf("%s, %s: the client gets %.300q", method, name, got)
					}
				}
			}
			for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
				got, events := g.outcomes(), readEvents(t, g.app().pipeline.store)
				if got["gateway_error"] == float64(n) && len(events) > 0 {
					for _, e := range events {
						if e.Contexts.Gateway.Cause != "bad_response" {
							t.Errorf("cause %q (%s)", e.Contexts.Gateway.Cause, e.Contexts.Gateway.Error)
						}
					}
					return
				}
				if time.Now().After(deadline) {
					t.Fatalf("the outcomes of %d requests are %v, and there are %d events", n, got, len(events))
				}
			}
		})
	}
}
