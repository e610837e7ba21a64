//go:build unix

package roundtrip

import (
	"bytes"
	"syscall"
)

// silent reports whether an idle connection is open and has nothing to read: what a
// server says unasked is the end of the connection, its last words before it, or the
// rest of a response that was longer than announced.
func (c *conn) silent() bool {
	if c.raw == nil {
		return false
	}
	silent, heard := false, 0
	var b [len("HTTP/1.1 408")]byte
	err := c.raw.Read(func(fd uintptr) bool {
		n, err := syscall.Read(int(fd), b[:])
		silent, heard = err == syscall.EAGAIN, max(n, 0)
		return true // whatever came: do not wait
	})
	if heard > 0 && !lastWords(b[:heard]) {
		c.transport.idle.accuse(c.host)
	}
	return err == nil && silent
}

// lastWords reports whether a server says that it has waited for a request for too long.
func lastWords(b []byte) bool {
	return bytes.HasPrefix(b, []byte("HTTP/1.")) && bytes.HasSuffix(b, []byte(" 408"))
}
