// Package exchange records what happened to one request.
//
// A [Recorder] stands between the client and the handlers that answer it. It is
// the http.ResponseWriter they write to, and passes everything on untouched:
// informational responses, flushes, trailers, upgrades, sendfile. When the
// handlers have returned, [Recorder.Finish] turns what it saw into an
// [Exchange], which every [Observer] then reads.
//
// A recorder comes from a pool and allocates nothing for a request that goes
// well. The price is a rule: an exchange and all that it refers to belong to
// the recorder, and an observer keeps copies only.
package exchange

import (
	"net/http"
	"time"

	"go.opentelemetry.io/otel/trace"
)

// Exchange is the record of one request and its response.
type Exchange struct {
	// Request as it came to the recorder. The handlers behind may have
	// rewritten it since, so Method and Path are kept apart.
	Request *http.Request
	Method  string
	Path    string // decoded, as Django will see it

	// Site is the configured host that the request was for, or "_other".
	Site string
	// Route is the label of the Django route that answered, such as
	// "/users/<int:pk>/".
	Route string
	// EventRoute names the route in events where Route is one label for many.
	EventRoute string

	// File tells that the response looks like a file, which no view has made.
	File bool

	// Visitor is what tells those apart who send requests: a session's key or an
	// address. It is a secret; an observer may compare its hash, no more. Empty
	// if nobody wants to know.
	Visitor string

	// Trace identifies the span of the exchange; not valid if nothing traces it.
	Trace trace.SpanContext
	// Transaction is nil unless the exchange was sampled.
	Transaction *Transaction

	Start    time.Time
	Duration time.Duration // until the last byte was handed to the client

	// TimeToHeaders is how long Django took to send its response headers. A slow
	// download does not add to it; a slow upload does, because it is handed on
	// while it arrives. Zero when no proxied response came.
	TimeToHeaders time.Duration

	// Status is what was sent to the client or, when a handler returned an
	// error instead of a response, the status which that error asks for.
	Status  int
	Outcome Outcome
	// Slow tells that it did not fail, but took longer than its site allows.
	Slow bool
	// Logged tells that it did not fail, but the probe reports an error that was
	// logged meanwhile.
	Logged bool
	// Repeating tells that it did not fail, but Django ran one statement more often
	// than its site allows.
	Repeating bool

	// Probe is what the probe in Django told of it.
	Probe Probe

	RequestBytes  int64 // body only
	ResponseBytes int64 // body only, as sent by the handlers behind

	// Failure holds the evidence when Notable(), else its zero value. Of a sampled
	// exchange it holds what describes the request in either case.
	Failure Failure
}

// Notable reports whether x is worth an event.
func (x *Exchange) Notable() bool { return x.Outcome.Failed() || x.Slow || x.Logged || x.Repeating }

// Failure is the evidence that only an exchange worth an event carries.
type Failure struct {
	// Err is what the handlers returned instead of a response.
	Err   error
	Cause Cause // why there was no answer; empty unless Outcome is GatewayError

	Panic any    // the value a handler panicked with
	Stack []byte // of that panic, as runtime/debug prints it

	// ResponseHeader is the header as the handlers behind wrote it, before an
	// encoder in front changed it. Nil if no response was started. It is a copy
	// made for this exchange, and the one thing that an observer may keep.
	ResponseHeader http.Header
	// Body is the beginning of the response body, still in its content
	// coding. BodyCut tells that there was more.
	Body    []byte
	BodyCut bool

	// ResponseLength is how long the body of a truncated response was to be, in
	// bytes; 0 if that was not announced.
	ResponseLength int64

	// RequestBody is the beginning of the request's body, if it is captured and
	// as far as somebody has read it. RequestBodyCut tells that it is not whole.
	RequestBody    []byte
	RequestBodyCut bool

	URL       string // path and query as the client sent them
	Scheme    string // "http" or "https"
	ClientIP  string
	RequestID string
	Upstream  string // the address that was dialled last
	Retries   int
	ErrorID   string // the code that an error page can show to the user
	Tags      map[string]string
	// Placeholders are the values of those that the site's rules ask for.
	Placeholders map[string]string
}

// Observer consumes finished exchanges. Observe is called on the request's own
// goroutine: it must not block, and it must not keep x.
type Observer interface {
	Observe(x *Exchange)
}
