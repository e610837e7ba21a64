package spool

import (
	"io"
	"net/http"
	"strconv"
)

// passes is the size of a response, in bytes, that needs no buffer: the kernel
// takes it from the worker, whatever the client does.
const passes = 32 << 10

// Response returns a writer that takes a response as fast as it is written and
// passes it to w as fast as the client reads. Bodies that are streamed go
// straight to the client: those without a Content-Length, and those of which
// X-Accel-Buffering (nginx) says "no" or Incremental (draft-ietf-httpbis-incremental) "?1".
//
// Whoever calls it calls finish when the handler has returned or panicked, and
// before w is let go: it waits for the client.
func (s *Spool) Response(w http.ResponseWriter, r *http.Request) (rw *ResponseWriter, finish func()) {
	rw = &ResponseWriter{ResponseWriter: w, spool: s, head: r.Method == http.MethodHead}
	return rw, rw.finish
}

// ResponseWriter is what Response returns.
type ResponseWriter struct {
	http.ResponseWriter

	spool *Spool
	head  bool
	began bool
	pipe  *pipe // nil unless this response is buffered
}

// WriteHeader decides what becomes of the body.
func (w *ResponseWriter) WriteHeader(status int) {
	if !w.began && (status >= http.StatusOK || status == http.StatusSwitchingProtocols) {
		w.began = true
		if w.wanted(status) {
			w.pipe = newPipe(w.ResponseWriter, newBuffer(w.spool.Dir, w.spool.Responses))
		}
		for _, name := range toProxies {
			delete(w.Header(), name)
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

const accelBuffering = "X-Accel-Buffering"

// toProxies are headers that Django says to nginx, and to what stands in its place.
var toProxies = []string{accelBuffering, "X-Accel-Charset", "X-Accel-Expires", "X-Accel-Limit-Rate"}

func (w *ResponseWriter) wanted(status int) bool {
	h := w.Header()
	if w.head || w.spool.Responses.Memory <= 0 || status == http.StatusNotModified || status == http.StatusSwitchingProtocols ||
		h.Get(accelBuffering) == "no" || h.Get("Incremental") == "?1" {
		return false
	}
	size, err := strconv.ParseInt(h.Get("Content-Length"), 10, 64)
	return err == nil && size > passes
}

func (w *ResponseWriter) Write(p []byte) (int, error) {
	if !w.began {
		w.WriteHeader(http.StatusOK)
	}
	if w.pipe != nil {
		return w.pipe.Write(p)
	}
	return w.ResponseWriter.Write(p)
}

// ReadFrom keeps the way open on which the kernel copies a file to the client.
func (w *ResponseWriter) ReadFrom(r io.Reader) (int64, error) {
	if !w.began {
		w.WriteHeader(http.StatusOK)
	}
	if w.pipe != nil {
		return io.Copy(struct{ io.Writer }{w.pipe}, r)
	}
	return io.Copy(w.ResponseWriter, r)
}

// FlushError does nothing to a body that is buffered: it goes out as fast as it can.
func (w *ResponseWriter) FlushError() error {
	if w.pipe != nil {
		return nil
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap is for http.ResponseController.
func (w *ResponseWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *ResponseWriter) finish() {
	if w.pipe != nil {
		w.pipe.close()
	}
}
