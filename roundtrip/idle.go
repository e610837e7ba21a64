package roundtrip

import (
	"cmp"
	"sync"
	"time"
)

// idleConns are the connections without a request, by host.
type idleConns struct {
	mu     sync.Mutex
	conns  map[string][]*conn // the one that was used last is the last
	sweep  *time.Timer        // set while there are any that time out
	closed bool

	// suspects are hosts that have sent something unasked: more of a body than they had announced, most likely. What such
	// a server says of the end of its responses, by a length or a last chunk, is not believed any more.
	suspects sync.Map
}

func (i *idleConns) accuse(host string)       { i.suspects.Store(host, true) }
func (i *idleConns) suspect(host string) bool { _, is := i.suspects.Load(host); return is }

// get takes the connection that was used last, or returns nil.
func (i *idleConns) get(host string) *conn {
	i.mu.Lock()
	defer i.mu.Unlock()
	conns := i.conns[host]
	if len(conns) == 0 {
		return nil
	}
	last := len(conns) - 1
	c := conns[last]
	conns[last] = nil
	i.conns[host] = conns[:last]
	return c
}

// put keeps a connection, or returns false if there are enough.
func (i *idleConns) put(c *conn) bool {
	timeout := c.transport.IdleConnTimeout
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.closed || len(i.conns[c.host]) >= cmp.Or(c.transport.MaxIdleConnsPerHost, 2) {
		return false
	}
	if i.conns == nil {
		i.conns = make(map[string][]*conn)
	}
	i.conns[c.host] = append(i.conns[c.host], c)
	if timeout > 0 {
		c.idleSince = time.Now()
		if i.sweep == nil {
			i.sweep = time.AfterFunc(timeout, func() { i.expire(timeout) })
		}
	}
	return true
}

// expire closes those that have been idle for long, and comes back for the others.
func (i *idleConns) expire(timeout time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	now, next := time.Now(), time.Duration(0)
	for host, conns := range i.conns {
		old := 0
		for old < len(conns) && now.Sub(conns[old].idleSince) >= timeout {
			conns[old].Close()
			conns[old] = nil
			old++
		}
		if old == len(conns) {
			delete(i.conns, host)
			continue
		}
		i.conns[host] = conns[old:]
		if left := timeout - now.Sub(conns[old].idleSince); next == 0 || left < next {
			next = left
		}
	}
	i.sweep = nil
	if next > 0 {
		i.sweep = time.AfterFunc(next, func() { i.expire(timeout) })
	}
}

// close closes all, and keeps none from now on.
func (i *idleConns) close() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.closed = true
	if i.sweep != nil {
		i.sweep.Stop()
	}
	for _, conns := range i.conns {
		for _, c := range conns {
			c.Close()
		}
	}
	i.conns = nil
}
