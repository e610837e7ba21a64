package shutdown

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
)

// Wrap makes an event stream and a WebSocket end with Caddy. Other bodies are left alone: the end of a download that is
// not whole must not look like one.
func Wrap(resp *http.Response) {
	switch {
	case resp.StatusCode == http.StatusSwitchingProtocols:
		if conn, ok := resp.Body.(io.ReadWriteCloser); ok && strings.EqualFold(resp.Header.Get("Upgrade"), "websocket") {
			resp.Body = newSocket(conn)
		}
	case len(resp.Header["Content-Type"]) > 0 && strings.HasPrefix(resp.Header["Content-Type"][0], "text/event-stream"):
		resp.Body = newStream(resp.Body)
	}
}

// Stream is the body of an event stream.
type Stream struct {
	io.ReadCloser
	ended atomic.Bool
}

func newStream(body io.ReadCloser) *Stream {
	s := &Stream{ReadCloser: body}
	running.addStream(s)
	return s
}

// Read implements io.Reader. A stream that Caddy ends has come to its end.
func (s *Stream) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	if err != nil {
		s.forget()
		if s.ended.Load() {
			err = io.EOF
		}
	}
	return n, err
}

// Close implements io.Closer.
func (s *Stream) Close() error {
	s.forget()
	return s.ReadCloser.Close()
}

func (s *Stream) end() {
	s.ended.Store(true)
	s.ReadCloser.Close() // which ends a Read that waits for the server
}

func (s *Stream) forget() {
	running.mu.Lock()
	defer running.mu.Unlock()
	delete(running.streams, s)
}
