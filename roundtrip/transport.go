// Package roundtrip sends a request and reads its response on the goroutine of
// whoever asks. net/http's Transport has two more for each connection, and every
// request waits for both: most of what a gateway adds to the work of a server
// beside it.
package roundtrip

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/net/http/httpguts"
)

// Transport is an http.RoundTripper for HTTP/1.1 without TLS and for requests that
// Takes accepts. It does what http.Transport does for them, and its fields are those of
// http.Transport, with the same defaults. Of an httptrace.ClientTrace it calls
// Got1xxResponse alone. It must not be copied.
type Transport struct {
	DialContext            func(ctx context.Context, network, addr string) (net.Conn, error)
	ResponseHeaderTimeout  time.Duration // 0: none
	MaxResponseHeaderBytes int64         // 0: 10 MiB
	IdleConnTimeout        time.Duration // 0: none
	MaxIdleConnsPerHost    int           // 0: 2
	ReadBufferSize         int           // bytes; 0: 4096
	WriteBufferSize        int           // bytes; 0: 4096

	idle             idleConns
	readers, writers sync.Pool
}

// Takes reports whether a request is of the kind that RoundTrip can send: without a
// body and not for another protocol. While a body is sent an answer may come, and
// to notice it takes another goroutine.
func Takes(req *http.Request) bool {
	return (req.Body == nil || req.Body == http.NoBody) && req.Method != http.MethodConnect &&
		len(req.Header["Upgrade"]) == 0 && len(req.Header["Expect"]) == 0
}

// RoundTrip implements http.RoundTripper. The response's body has to be closed or read
// to its end.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := validate(req.Header); err != nil {
		return nil, err
	}
	for {
		c, err := t.connect(req)
		if err != nil {
			return nil, err
		}
		resp, err := c.roundTrip(req)
		if err == nil || !c.stale(err) {
			return resp, err
		}
		if !replayable(req) {
			return nil, fmt.Errorf("server closed idle connection: %w", err)
		}
	}
}

// connect returns a connection that nobody else uses: an idle one if there is one,
// which the server has not closed.
func (t *Transport) connect(req *http.Request) (*conn, error) {
	ctx := req.Context()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	host := req.URL.Host
	for c := t.idle.get(host); c != nil; c = t.idle.get(host) {
		if c.silent() {
			c.reused = true
			return c, nil
		}
		c.Close()
	}
	nc, err := t.DialContext(ctx, "tcp", host)
	switch {
	case ctx.Err() != nil:
		if err == nil {
			nc.Close()
		}
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, err
	}
	return newConn(t, nc, host), nil
}

// CloseIdleConnections closes the connections without a request, and the others when
// their request is done.
func (t *Transport) CloseIdleConnections() { t.idle.close() }

// validate refuses what cannot be written, as http.Transport does.
func validate(header http.Header) error {
	for name, values := range header {
		if !httpguts.ValidHeaderFieldName(name) {
			return fmt.Errorf("invalid header field name %q", name)
		}
		for _, value := range values {
			if !httpguts.ValidHeaderFieldValue(value) {
				return fmt.Errorf("invalid header field value for %q", name) // the value may be a secret
			}
		}
	}
	return nil
}

// replayable reports whether a request may come twice to a server (RFC 9110 9.2.2).
func replayable(req *http.Request) bool {
	switch req.Method {
	case "", http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	return false
}

func (t *Transport) reader(c *conn) *bufio.Reader {
	if r, ok := t.readers.Get().(*bufio.Reader); ok {
		r.Reset(c)
		return r
	}
	return bufio.NewReaderSize(c, bufferSize(t.ReadBufferSize))
}

func (t *Transport) writer(c net.Conn) *bufio.Writer {
	if w, ok := t.writers.Get().(*bufio.Writer); ok {
		w.Reset(c)
		return w
	}
	return bufio.NewWriterSize(c, bufferSize(t.WriteBufferSize))
}

func bufferSize(configured int) int {
	if configured > 0 {
		return configured
	}
	return 4 << 10
}
