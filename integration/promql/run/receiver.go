package run

import (
	"io"
	"net"
	"net/http"
	"sync/atomic"
)

// receiver takes error events as Sentry does, refuses some of them, or is down
// and says so.
type receiver struct {
	server http.Server
	addr   string
	down   atomic.Bool
	events atomic.Int64
}

// refused is every how manyth event the receiver does not want.
const refused = 10

func startReceiver() (*receiver, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &receiver{addr: listener.Addr().String()}
	r.server.Handler = http.HandlerFunc(r.take)
	go r.server.Serve(listener)
	return r, nil
}

func (r *receiver) dsn() string { return "http://key@" + r.addr + "/42" }

func (r *receiver) take(w http.ResponseWriter, req *http.Request) {
	io.Copy(io.Discard, req.Body)
	switch {
	case r.down.Load():
		w.WriteHeader(http.StatusServiceUnavailable)
	case r.events.Add(1)%refused == 0:
		w.WriteHeader(http.StatusBadRequest)
	default:
		io.WriteString(w, "{}")
	}
}
