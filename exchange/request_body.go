package exchange

import (
	"io"
	"net/http"
	"sync"
)

// CaptureRequest keeps at most limit bytes of the request's body, while the
// handlers behind read it, for the case that the exchange fails.
func (rec *Recorder) CaptureRequest(limit int) {
	r := rec.x.Request
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 || r.Method == http.MethodConnect {
		return
	}
	rec.requested = &requestBody{
		ReadCloser: r.Body,
		limit:      limit,
		length:     r.ContentLength,
		kept:       rec.requestBuffer[:0],
	}
	r.Body = rec.requested
}

// finishRequest ends the capture, and keeps its buffer for the next one.
func (rec *Recorder) finishRequest() {
	kept, cut := rec.requested.take()
	rec.requestBuffer = kept
	if rec.x.Outcome.Failed() {
		rec.x.Failure.RequestBody, rec.x.Failure.RequestBodyCut = kept, cut
	}
}

// requestBody keeps the beginning of what is read. The transport may still be
// reading when the handlers have returned and the buffer belongs to another
// exchange, so that it is given back under a lock.
type requestBody struct {
	io.ReadCloser
	limit  int
	length int64 // announced; -1: none

	mu    sync.Mutex
	taken bool
	kept  []byte
	n     int64 // bytes read
	ended bool
}

// Read implements io.Reader.
func (b *requestBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.taken {
		return n, err
	}
	b.n += int64(n)
	b.ended = b.ended || err == io.EOF || b.n == b.length
	b.kept = append(b.kept, p[:min(n, b.limit-len(b.kept))]...)
	return n, err
}

// take ends the capture. cut tells that there was more than what is returned, or
// may have been: not all was read.
func (b *requestBody) take() (kept []byte, cut bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.taken = true
	return b.kept, !b.ended || b.n > int64(len(b.kept))
}
