package roundtrip

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"os"
	"syscall"
	"time"
)

// conn is a connection that carries one request at a time.
type conn struct {
	net.Conn
	transport *Transport
	host      string
	raw       syscall.RawConn // nil if it is no socket
	r         *bufio.Reader   // only while there is a request
	left      int64           // bytes that may still be read: a response's head is limited
	heard     bool            // the server has said something since the request
	reused    bool            // it has carried a request before this one
	head      head            // of the response
	idleSince time.Time
}

func newConn(t *Transport, nc net.Conn, host string) *conn {
	c := &conn{Conn: nc, transport: t, host: host}
	if socket, ok := nc.(syscall.Conn); ok {
		c.raw, _ = socket.SyscallConn() // fails on a closed one, which the first Write tells
	}
	return c
}

// Read implements io.Reader, within the limit.
func (c *conn) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, fmt.Errorf("server response headers exceeded %d bytes", c.headLimit())
	}
	n, err := c.Conn.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	c.head.scan(p[:n])
	c.heard = c.heard || n > 0
	return n, err
}

func (c *conn) headLimit() int64 {
	if limit := c.transport.MaxResponseHeaderBytes; limit > 0 {
		return limit
	}
	return 10 << 20
}

// stale reports whether err says that the server has closed an idle connection while the
// request was on its way.
func (c *conn) stale(err error) bool {
	return c.reused && !c.heard &&
		(errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE))
}

// roundTrip sends a request and reads the head of its response. The connection goes
// back to the idle ones with the end of the body, and is closed after an error.
func (c *conn) roundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	stop := context.AfterFunc(ctx, func() { c.Close() })
	c.heard, c.head = false, head{}
	resp, err := c.exchange(req)
	if err != nil {
		stop()
		c.Close()
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, err
	}
	b := &body{ReadCloser: resp.Body, conn: c, ctx: ctx, stop: stop, keep: c.reusable(req, resp)}
	if resp.Body == http.NoBody {
		b.end(true)
	} else {
		resp.Body = b
	}
	return resp, nil
}

func (c *conn) exchange(req *http.Request) (*http.Response, error) {
	sent := c.send(req)
	timeout := c.transport.ResponseHeaderTimeout
	if timeout > 0 {
		if err := c.SetReadDeadline(time.Now().Add(timeout)); err != nil {
			return nil, err
		}
	}
	c.r = c.transport.reader(c)
	resp, err := c.receive(req)
	switch {
	case err != nil && sent != nil:
		return nil, sent // which came first
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, timeoutError{}
	case err != nil:
		return nil, err
	}
	if timeout > 0 {
		if err := c.SetReadDeadline(time.Time{}); err != nil {
			return nil, err
		}
	}
	if sent != nil {
		resp.Close = true
	}
	c.left = math.MaxInt64
	return resp, nil
}

// send writes the request. A server may have answered before it failed.
func (c *conn) send(req *http.Request) error {
	w := c.transport.writer(c.Conn)
	err := req.Write(w)
	if err == nil {
		err = w.Flush()
	}
	w.Reset(nil)
	c.transport.writers.Put(w)
	if err != nil {
		return fmt.Errorf("sending the request: %w", err)
	}
	return nil
}

// receive reads responses until one is the answer and no information on the way to it.
func (c *conn) receive(req *http.Request) (*http.Response, error) {
	trace := httptrace.ContextClientTrace(req.Context())
	c.left = c.headLimit()
	for {
		resp, err := http.ReadResponse(c.r, req)
		if err != nil && !c.heard && errors.Is(err, io.ErrUnexpectedEOF) {
			err = io.EOF // the connection ended before the response, and not in it
		}
		if err != nil {
			return nil, fmt.Errorf("reading the response: %w", err)
		}
		switch {
		case resp.StatusCode < http.StatusContinue:
			return nil, fmt.Errorf("malformed response: invalid status code %03d", resp.StatusCode) // WriteHeader would panic
		case resp.StatusCode == http.StatusSwitchingProtocols:
			return nil, errors.New("malformed response: the server switched protocols unasked")
		case resp.StatusCode >= http.StatusOK:
			return resp, nil
		case trace != nil && trace.Got1xxResponse != nil:
			if err := trace.Got1xxResponse(resp.StatusCode, textproto.MIMEHeader(resp.Header)); err != nil {
				return nil, err
			}
			c.left = c.headLimit() // whoever is told of each counts them
		}
	}
}

// timeoutError says the same as net/http's.
type timeoutError struct{}

func (timeoutError) Error() string   { return "timeout awaiting response headers" }
func (timeoutError) Timeout() bool   { return true }
func (timeoutError) Temporary() bool { return true }
