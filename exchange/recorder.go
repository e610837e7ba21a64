package exchange

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/caddy-django/gateway/probe"
)

// Recorder is the http.ResponseWriter that watches one response go by. The zero
// value is not usable; get one from [Record] and give it back with Release.
type Recorder struct {
	http.ResponseWriter
	x Exchange

	captureLimit int
	upload       *Upload

	requested     *requestBody // nil unless the request's body is captured
	requestBuffer []byte

	trip probe.Trip // sent only if the site has a probe

	status       int    // of the final response; 0 before its headers
	refused      error  // why the client is not sent the response; nil: it is
	announced    string // Content-Length of the response
	upgraded     bool   // to another protocol
	eventStream  bool
	capturing    bool
	clientFailed bool // a write to the client failed
	sourceFailed bool // reading what was to be sent failed
}

var pool = sync.Pool{New: func() any { return new(Recorder) }}

// Record starts to record the exchange of r, whose response goes to w. At most
// captureLimit bytes of the body are kept, and only of a response with a status
// of 500 or above; 0 keeps none.
func Record(w http.ResponseWriter, r *http.Request, captureLimit int) *Recorder {
	rec := pool.Get().(*Recorder)
	rec.ResponseWriter = w
	rec.captureLimit = captureLimit
	rec.x.Request = r
	rec.x.Method = r.Method
	rec.x.Path = r.URL.Path
	rec.x.RequestBytes = max(r.ContentLength, 0)
	rec.upload = Receive(r)
	rec.x.Start = time.Now()
	return rec
}

// Join makes the exchange part of a trace.
func (rec *Recorder) Join(span trace.SpanContext) { rec.x.Trace = span }

// Recording reports whether w, or a writer that it wraps, is a Recorder.
func Recording(w http.ResponseWriter) bool {
	for {
		if _, ok := w.(*Recorder); ok {
			return true
		}
		wrapper, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return false
		}
		w = wrapper.Unwrap()
	}
}

// End is what became of the handlers behind the recorder.
type End struct {
	Err        error
	Status     int    // that Err asks for; 0 without one
	Panic      any    // the recovered value
	Stack      []byte // of that panic
	ClientGone bool   // the request's context was canceled
}

// Finish closes the record. The exchange is valid until Release.
func (rec *Recorder) Finish(end End) *Exchange {
	x := &rec.x
	x.Duration = time.Since(x.Start)
	if !rec.upgraded {
		rec.upload.Settle(rec)
	}
	probe.Remove(rec.Header()) // trailers are sent when the handlers have returned
	x.Outcome = rec.outcome(end)
	x.Status = rec.status
	switch {
	case rec.status != 0:
	case x.Outcome == Canceled:
		x.Status = statusClientClosedRequest
	case x.Outcome == Panicked:
		x.Status = http.StatusInternalServerError
	case end.Status != 0:
		x.Status = end.Status
	default:
		x.Status = http.StatusOK // net/http sends it for a handler that wrote nothing
	}
	if rec.upload != nil && rec.upload.length < 0 {
		x.RequestBytes = rec.upload.received()
	}
	if rec.requested != nil {
		rec.finishRequest()
	}
	rec.finishProbe()
	if x.Outcome.Failed() {
		x.Failure.Err = end.Err
		x.Failure.Stack = end.Stack
		switch x.Outcome {
		case GatewayError:
			x.Failure.Cause = CauseOf(end.Err)
		case Panicked:
			x.Failure.Panic = end.Panic
		case Truncated:
			x.Failure.ResponseLength, _ = strconv.ParseInt(rec.announced, 10, 64)
		}
		if x.Failure.ResponseHeader == nil && rec.status != 0 {
			x.Failure.ResponseHeader = rec.Header().Clone()
		}
	}
	return x
}

// Begun reports whether the final response has begun.
func (rec *Recorder) Begun() bool { return rec.status != 0 || rec.upgraded }

// Release gives the recorder back to the pool. It must not be called when a
// handler has panicked: somebody may still hold the recorder then.
func (rec *Recorder) Release() {
	*rec = Recorder{
		x:             Exchange{Failure: Failure{Body: rec.x.Failure.Body[:0]}},
		requestBuffer: rec.requestBuffer[:0],
	}
	pool.Put(rec)
}

// WriteHeader implements http.ResponseWriter.
func (rec *Recorder) WriteHeader(status int) {
	if rec.refuse(status) {
		return
	}
	if status >= 200 || status == http.StatusSwitchingProtocols {
		rec.begin(status)
	} else {
		probe.Remove(rec.Header())
	}
	rec.ResponseWriter.WriteHeader(status)
}

// begin notes the status of the final response, and whether its body is
// evidence. It must run before the status is passed on, because writers in
// front change the headers then.
func (rec *Recorder) begin(status int) {
	if rec.status != 0 {
		return
	}
	rec.status = status
	if rec.x.Transaction != nil {
		rec.x.Transaction.HeadersAt = time.Now()
	}
	if status != http.StatusSwitchingProtocols {
		rec.upload.Settle(rec)
	}
	header := rec.ResponseWriter.Header()
	probe.Remove(header)
	// RFC 8441: a WebSocket over HTTP/2 is a CONNECT that is answered with 200.
	rec.upgraded = status == http.StatusSwitchingProtocols ||
		status < 300 && rec.x.Method == http.MethodConnect
	if contentType := header["Content-Type"]; len(contentType) > 0 {
		rec.eventStream = strings.HasPrefix(contentType[0], "text/event-stream")
	}
	if length := header["Content-Length"]; len(length) > 0 {
		rec.announced = length[0]
	}
	rec.x.File = isFile(rec.x.Method, rec.x.Path, status, header)
	if status >= 500 {
		rec.capturing = rec.captureLimit > 0
		rec.x.Failure.ResponseHeader = header.Clone()
	}
}

// Write implements http.ResponseWriter.
func (rec *Recorder) Write(p []byte) (int, error) {
	if rec.refused != nil {
		return 0, rec.refused
	}
	rec.begin(http.StatusOK)
	n, err := rec.ResponseWriter.Write(p)
	rec.x.ResponseBytes += int64(n)
	if rec.capturing {
		rec.capture(p)
	}
	if err != nil && !misuse(err) {
		rec.clientFailed = true
	}
	return n, err
}

// ReadFrom implements io.ReaderFrom, so that a file still goes out by sendfile.
func (rec *Recorder) ReadFrom(src io.Reader) (int64, error) {
	if rec.refused != nil {
		return 0, rec.refused
	}
	rec.begin(http.StatusOK)
	if rec.capturing {
		src = io.TeeReader(src, captureWriter{rec})
	}
	n, err := rec.copyFrom(src)
	rec.x.ResponseBytes += n
	if err != nil && !misuse(err) {
		// What is read here is a file or a buffer, so that a network error is
		// the client's.
		op, ok := errors.AsType[*net.OpError](err)
		rec.clientFailed = ok && op.Op != "read"
		rec.sourceFailed = !rec.clientFailed
	}
	return n, err
}

func (rec *Recorder) copyFrom(src io.Reader) (int64, error) {
	if dst, ok := rec.ResponseWriter.(io.ReaderFrom); ok {
		return dst.ReadFrom(src)
	}
	return io.Copy(rec.ResponseWriter, src)
}

// misuse reports whether err is net/http's word on a handler that writes what
// the response cannot hold, such as the body of a HEAD; the connection is fine.
func misuse(err error) bool {
	return errors.Is(err, http.ErrBodyNotAllowed) || errors.Is(err, http.ErrContentLength)
}

// FlushError is what http.ResponseController calls for Flush.
func (rec *Recorder) FlushError() error {
	if rec.refused != nil {
		return rec.refused
	}
	rec.begin(http.StatusOK)
	return http.NewResponseController(rec.ResponseWriter).Flush()
}

// Duplex says that the server sends the response while it reads the request.
func (rec *Recorder) Duplex() { rec.upload.Reading() }

// EnableFullDuplex is what http.ResponseController calls for EnableFullDuplex.
func (rec *Recorder) EnableFullDuplex() error {
	rec.Duplex()
	return http.NewResponseController(rec.ResponseWriter).EnableFullDuplex()
}

// Hijack is what http.ResponseController calls for Hijack.
func (rec *Recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if rec.refused != nil {
		return nil, nil, rec.refused
	}
	conn, rw, err := http.NewResponseController(rec.ResponseWriter).Hijack()
	if err == nil {
		rec.upgraded = true
	}
	return conn, rw, err
}

// Push implements http.Pusher.
func (rec *Recorder) Push(target string, opts *http.PushOptions) error {
	if pusher, ok := rec.ResponseWriter.(http.Pusher); ok {
		return pusher.Push(target, opts)
	}
	return http.ErrNotSupported
}

// Unwrap lets http.ResponseController reach what the recorder has no part in.
func (rec *Recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }

var (
	_ http.ResponseWriter = (*Recorder)(nil)
	_ http.Hijacker       = (*Recorder)(nil)
	_ http.Pusher         = (*Recorder)(nil)
	_ io.ReaderFrom       = (*Recorder)(nil)
)
