package shutdown

import (
	"crypto/rand"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// Socket is a WebSocket's connection to the server. Both sides learn of the end of Caddy by a Close frame with 1001, going
// away (RFC 6455 7.4.1).
type Socket struct {
	io.ReadWriteCloser
	frames frames // that the server sends
	ended  atomic.Bool
	told   bool          // the client has the Close frame; of the reader
	once   sync.Once     // for over
	over   chan struct{} // nobody reads any more
}

func newSocket(conn io.ReadWriteCloser) *Socket {
	s := &Socket{ReadWriteCloser: conn, over: make(chan struct{})}
	running.addSocket(s)
	return s
}

// goingAway is the Close frame of a server: final, opcode 8, two bytes, 1001.
var goingAway = []byte{0x88, 2, 1001 >> 8, 1001 & 0xff}

// Read implements io.Reader.
func (s *Socket) Read(p []byte) (int, error) {
	if s.told {
		s.forget()
		return 0, io.EOF
	}
	n, err := s.ReadWriteCloser.Read(p)
	s.frames.pass(p[:n])
	if err == nil {
		return n, nil
	}
	if s.ended.Load() && n == 0 && s.frames.between() && len(p) >= len(goingAway) {
		s.told = true
		return copy(p, goingAway), nil
	}
	s.forget()
	return n, err
}

// CloseWrite ends the server's direction alone, as far as its connection can.
func (s *Socket) CloseWrite() error {
	if half, ok := s.ReadWriteCloser.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return s.ReadWriteCloser.Close()
}

// Close implements io.Closer.
func (s *Socket) Close() error {
	s.forget()
	return s.ReadWriteCloser.Close()
}

// end returns when the client has been told, or has had its time.
func (s *Socket) end() {
	if s.ended.Swap(true) {
		return
	}
	frame := []byte{0x88, 0x80 | 2, 0, 0, 0, 0, 1001 >> 8, 1001 & 0xff} // masked, as a client's must be
	_, _ = rand.Read(frame[2:6])                                        // never fails
	frame[6], frame[7] = frame[6]^frame[2], frame[7]^frame[3]
	done := make(chan struct{})
	go func() { // the server may take nothing
		defer close(done)
		_, _ = s.ReadWriteCloser.Write(frame) // it may be gone
	}()
	timeout := time.NewTimer(farewell)
	defer timeout.Stop()
	select {
	case <-done:
	case <-timeout.C:
	}
	s.ReadWriteCloser.Close()
	select {
	case <-s.over:
	case <-timeout.C:
	}
}

func (s *Socket) forget() {
	s.once.Do(func() {
		close(s.over)
		running.mu.Lock()
		defer running.mu.Unlock()
		delete(running.sockets, s)
	})
}

// frames knows whether what has passed ends where a frame does (RFC 6455 5.2). A Close frame inside another one would be
// part of that.
type frames struct {
	head    [10]byte // of the current frame, without a mask: servers have none
	n       int      // bytes of head that have passed
	payload uint64   // bytes that are still to come
}

func (f *frames) between() bool { return f.n == 0 && f.payload == 0 }

func (f *frames) pass(p []byte) {
	for len(p) > 0 {
		if f.payload > 0 {
			n := min(f.payload, uint64(len(p)))
			f.payload -= n
			p = p[n:]
			continue
		}
		f.head[f.n] = p[0]
		f.n++
		p = p[1:]
		if f.n < 2 || f.n < f.size() {
			continue
		}
		f.payload = uint64(f.head[1] & 0x7f)
		if extended := f.head[2:f.n]; len(extended) > 0 {
			f.payload = 0
			for _, b := range extended {
				f.payload = f.payload<<8 | uint64(b)
			}
		}
		f.n = 0
	}
}

// size is that of the head, as its first two bytes say.
func (f *frames) size() int {
	switch f.head[1] & 0x7f {
	case 126:
		return 4
	case 127:
		return 10
	default:
		return 2
	}
}
