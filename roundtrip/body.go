package roundtrip

import (
	"context"
	"io"
	"sync/atomic"
)

// body is that of a response. Its end frees the connection.
type body struct {
	io.ReadCloser
	conn  *conn
	ctx   context.Context
	stop  func() bool // ends the watch over ctx; false if that is done
	keep  bool        // the connection may be used again
	ended atomic.Bool
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == nil {
		return n, nil
	}
	if err != io.EOF && b.ctx.Err() != nil {
		err = context.Cause(b.ctx)
	}
	b.end(err == io.EOF)
	return n, err
}

// Close implements io.Closer. It does not read what is left: that may never come.
func (b *body) Close() error {
	b.end(false)
	return nil
}

// end gives the connection back if the response was read to its end, and nothing after it.
func (b *body) end(complete bool) {
	if b.ended.Swap(true) {
		return
	}
	c, r := b.conn, b.conn.r
	watched := b.stop()
	if !complete {
		c.Close() // another goroutine may still read from r
		return
	}
	over := r.Buffered() > 0
	if over && b.keep {
		c.transport.idle.accuse(c.host)
	}
	c.r = nil
	r.Reset(nil)
	c.transport.readers.Put(r)
	if !watched || !b.keep || over || !c.transport.idle.put(c) {
		c.Close()
	}
}
