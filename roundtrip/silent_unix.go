//go:build unix

package roundtrip

import "syscall"

// silent reports whether an idle connection is open and has nothing to read: what a
// server says unasked is the end of the connection, or its last words before it.
func (c *conn) silent() bool {
	if c.raw == nil {
		return true
	}
	silent := false
	err := c.raw.Read(func(fd uintptr) bool {
		var b [1]byte
		_, err := syscall.Read(int(fd), b[:])
		silent = err == syscall.EAGAIN
		return true // whatever came: do not wait
	})
	return err == nil && silent
}
