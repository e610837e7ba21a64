package spool

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
)

// Request receives the body of r before anybody asks for it, so that it can be
// handed on at once and with its length. What exceeds the limits, or what the disk
// does not take, is handed on as it arrives: a site whose disk is full serves
// uploads as slowly as its clients send them, but it serves them. A body of unknown
// length is not handed on like that, but refused with ErrNoRoom: under WSGI Django
// reads nothing of a body that has no Content-Length, and would take it for empty.
//
// Whoever calls it calls release when the request is done. Any other error is that
// of reading the body: the client has left, or sent more than it may.
func (s *Spool) Request(r *http.Request) (release func(), err error) {
	if r.ContentLength == 0 {
		r.Header.Del("Expect") // nothing is to come
	}
	// A WebSocket over HTTP/2 is a body without an end (RFC 8441). No other header of the client's has a say:
	// slow clients could ask to be spared.
	if s.Requests.Memory <= 0 || r.ContentLength == 0 || r.Body == nil || r.Method == http.MethodConnect {
		return func() {}, nil
	}
	body := &received{buffer: newBuffer(s.Dir, s.Requests), rest: r.Body}
	full, err := body.receive()
	if err == nil && full != nil && r.ContentLength < 0 {
		err = fmt.Errorf("%w: %w", ErrNoRoom, full)
	}
	if err != nil {
		body.release()
		return func() {}, err
	}
	if body.rest == nil {
		setLength(r, body.size)
		r.GetBody = body.open // lets http.Transport repeat what it did not get rid of
	}
	r.Body, _ = body.open()
	return body.release, nil
}

// ErrNoRoom is what Request returns for a body of unknown length that exceeds its
// limits, and then ErrFull is in its chain, or that the disk does not take.
var ErrNoRoom = errors.New("there is no room for a body of unknown length")

// setLength makes r a request with a body of known length. The client need not be
// told to go on any more, and Django's server not be asked.
func setLength(r *http.Request, size int64) {
	r.ContentLength = size
	r.TransferEncoding = nil
	r.Trailer = nil // would have it sent in chunks, whose body WSGI does not show to Django
	r.Header.Del("Trailer")
	r.Header.Set("Content-Length", strconv.FormatInt(size, 10))
	r.Header.Del("Expect")
}

// received is a body, of which the beginning or all of it is in a buffer.
type received struct {
	mu     sync.Mutex // http.Transport may read on after the request is done
	buffer *buffer    // nil once it is released
	size   int64
	last   []byte        // read, but not taken by the buffer
	rest   io.ReadCloser // what comes after that; nil at the end
}

// receive reads until the end, or until the buffer takes no more and says why.
func (b *received) receive() (full, err error) {
	in := chunks.Get().(*chunk)
	defer chunks.Put(in)
	for {
		n, err := b.rest.Read(in[:])
		stored, full := b.buffer.Write(in[:n])
		b.size = b.buffer.size
		if full != nil {
			b.last = append(b.last, in[stored:n]...)
		}
		switch {
		case err == io.EOF && full == nil:
			b.rest = nil
			return nil, nil
		case err != nil && err != io.EOF:
			return nil, err
		case full != nil:
			return full, nil
		}
	}
}

// release gives the memory and the disk back.
func (b *received) release() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.buffer != nil {
		b.buffer.close()
		b.buffer = nil
	}
}

func (b *received) open() (io.ReadCloser, error) { return &receivedReader{body: b}, nil }

type receivedReader struct {
	body *received
	off  int64
}

func (r *receivedReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	n, rest, err := r.kept(p)
	if rest != nil {
		return rest.Read(p) // without the lock: the client may be slow, and release does not wait for it
	}
	return n, err
}

// kept reads from what is in the buffer, or returns what comes after that.
func (r *receivedReader) kept(p []byte) (n int, rest io.Reader, err error) {
	b := r.body
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.buffer == nil:
		return 0, nil, http.ErrBodyReadAfterClose
	case r.off < b.size:
		n, err = b.buffer.ReadAt(p, r.off, b.size)
		r.off += int64(n)
		return n, nil, err
	case len(b.last) > 0:
		n = copy(p, b.last)
		b.last = b.last[n:]
		return n, nil, nil
	case b.rest == nil:
		return 0, nil, io.EOF
	}
	return 0, b.rest, nil
}

// Close leaves the rest to whoever serves the request, who closes it.
func (r *receivedReader) Close() error { return nil }
