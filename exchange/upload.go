package exchange

import (
	"io"
	"net/http"
	"sync/atomic"
)

// Upload is the body of a request on its way to whoever reads it. It counts the body's bytes, and keeps what is left of
// a body that nobody reads to its end from being parsed as the next request on an HTTP/1 connection.
//
// net/http itself ends such a connection, but only while Request.Body is the body that it made. Caddy puts its own in
// that place (IdleTimeoutReader). What is left is then read, and thrown away, before the response is sent, unless a
// proxy has closed the body by then: net/http takes a closed body for one that was read to its end.
//
// A transport may still read an Upload when the handlers have returned, so it does not belong in a pool.
type Upload struct {
	body io.ReadCloser

	http1   bool
	length  int64 // announced; -1: unknown
	begun   atomic.Bool
	ended   atomic.Bool
	closed  atomic.Bool
	settled atomic.Bool
	n       atomic.Int64
}

// Receive puts an Upload in front of the body of a request. It returns nil, which is an Upload like any other, if there
// is none, or nothing to know of it: HTTP/2 and HTTP/3 have frames that tell requests apart.
func Receive(r *http.Request) *Upload {
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 || r.Method == http.MethodConnect {
		return nil
	}
	if r.ProtoMajor != 1 && r.ContentLength > 0 {
		return nil
	}
	if u, ok := r.Body.(*Upload); ok {
		return u // of a handler in front, or of the request whose error is answered
	}
	u := &Upload{body: r.Body, http1: r.ProtoMajor == 1, length: r.ContentLength}
	if len(r.Header["Expect"]) > 0 {
		// A client that is not asked to go on may send the body all the same, or the next request.
		u.begun.Store(true)
	}
	r.Body = u
	return u
}

// Read implements io.Reader.
func (u *Upload) Read(p []byte) (int, error) {
	if u.closed.Load() {
		return 0, http.ErrBodyReadAfterClose
	}
	if len(p) > 0 {
		u.begun.Store(true)
	}
	n, err := u.body.Read(p)
	if total := u.n.Add(int64(n)); err == io.EOF || total == u.length {
		u.ended.Store(true)
	}
	return n, err
}

// Close implements io.Closer. It leaves the body to net/http, which closes it when the response is sent.
func (u *Upload) Close() error {
	u.begun.Store(true)
	u.closed.Store(true)
	return nil
}

// Reading says that the body is read while the response is sent, so that net/http does not throw away what is left of it
// before.
func (u *Upload) Reading() {
	if u != nil {
		u.begun.Store(true)
	}
}

// Settle ends the client's connection with this response, if somebody has begun to read the body and has not come to
// its end. It has to be called before the head of the response is written, and when the handlers have returned. What
// nobody has begun to read is net/http's, which either reads it or ends the connection.
func (u *Upload) Settle(w http.ResponseWriter) {
	if u == nil || !u.http1 || !u.begun.Load() || u.ended.Load() || u.settled.Swap(true) {
		return
	}
	EndConnection(w)
}

// received is how many bytes of the body were read.
func (u *Upload) received() int64 { return u.n.Load() }

// EndConnection ends the client's HTTP/1 connection with the response that w is about to begin, or has begun. The
// connection stays open for long enough that the client can read the response, although it may still be sending its
// request: net/http does that for a body over the limit of http.MaxBytesReader, which is the one way to ask for it.
func EndConnection(w http.ResponseWriter) {
	w.Header().Set("Connection", "close")
	for {
		wrapper, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			break
		}
		w = wrapper.Unwrap()
	}
	var one [1]byte
	_, _ = http.MaxBytesReader(w, tooLarge{}, 0).Read(one[:]) // always fails
}

// tooLarge is a body without an end.
type tooLarge struct{}

func (tooLarge) Read(p []byte) (int, error) { return len(p), nil }
func (tooLarge) Close() error               { return nil }
