package measure

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
)

// Sentry stands in for the real one: it takes whatever is delivered, at once.
type Sentry struct {
	listener net.Listener
	received atomic.Int64
}

// StartSentry listens on the loopback interface, until the end of this process.
func StartSentry() (*Sentry, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("starting the receiver of error events: %w", err)
	}
	s := &Sentry{listener: listener}
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		s.received.Add(1)
		w.WriteHeader(http.StatusOK)
	}))
	return s, nil
}

// DSN is where to deliver to.
func (s *Sentry) DSN() string { return "http://key@" + s.listener.Addr().String() + "/1" }

// Received is the number of deliveries so far.
func (s *Sentry) Received() int64 { return s.received.Load() }
