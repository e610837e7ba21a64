package capture

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/caddy-django/gateway/exchange"
)

// Options are what one site wants of its events.
type Options struct {
	Policy      *Policy // nil: an event of every failure
	Scrubber    *Scrubber
	Release     string
	Environment string
	ServerName  string
	Destination string // name of where to deliver; empty: keep here only
}

// Site observes the exchanges of one site.
type Site struct {
	rec  *Recorder
	opts Options
}

// Site returns the observer for a site with these options.
func (rec *Recorder) Site(opts Options) *Site { return &Site{rec, opts} }

// failure is a copy of a failed exchange which outlives its request.
type failure struct {
	site          *Site
	x             exchange.Exchange
	host          string
	requestHeader http.Header
	bot           bool  // the client is one; the worker finds out
	size          int64 // in bytes, of what a client or Django can make long
}

// Observe implements exchange.Observer.
func (s *Site) Observe(x *exchange.Exchange) {
	if !x.Outcome.Failed() {
		return
	}
	if s.opts.Policy.ignoresEarly(x) {
		s.count(Ignored)
		return
	}
	size := sizeOf(x)
	if s.rec.queuedBytes.Add(size) > maxQueuedBytes {
		s.rec.queuedBytes.Add(-size)
		s.count(QueueOverflow)
		return
	}
	s.rec.enqueue(s.copy(x, size))
}

// copy takes the evidence from the exchange, whose memory belongs to others.
func (s *Site) copy(x *exchange.Exchange, size int64) *failure {
	f := s.rec.pool.Get().(*failure)
	body := append(f.x.Failure.Body[:0], x.Failure.Body...)
	f.site = s
	f.x = *x
	f.x.Request = nil
	f.x.Failure.Body = body
	// What handlers hold may change when they go on; its text does not.
	if p := x.Failure.Panic; p != nil {
		f.x.Failure.Panic = clip(fmt.Sprint(p), maxText)
	}
	if err := x.Failure.Err; err != nil {
		f.x.Failure.Err = errors.New(clip(fmt.Sprint(err), maxText)) // Sprint survives one that panics
	}
	f.host = x.Request.Host
	f.requestHeader = x.Request.Header.Clone()
	f.size = size
	return f
}

func sizeOf(x *exchange.Exchange) int64 {
	size := len(x.Failure.Body) + len(x.Failure.Stack) + len(x.Failure.URL) + len(x.Path)
	for _, value := range x.Failure.Placeholders {
		size += len(value)
	}
	for _, header := range []http.Header{x.Request.Header, x.Failure.ResponseHeader} {
		for name, values := range header {
			size += len(name)
			for _, value := range values {
				size += len(value)
			}
		}
	}
	return int64(size)
}

func (rec *Recorder) enqueue(f *failure) {
	select {
	case rec.queue <- f:
	default:
		rec.overflow(f)
		return
	}
	select {
	case <-rec.done:
		rec.drain(rec.overflow) // the worker is gone
	default:
	}
}

func (rec *Recorder) overflow(f *failure) {
	f.site.count(QueueOverflow)
	rec.free(f)
}

// free takes a failure off the account and keeps its buffer for the next one.
func (rec *Recorder) free(f *failure) {
	rec.queuedBytes.Add(-f.size)
	body := f.x.Failure.Body[:0]
	*f = failure{}
	f.x.Failure.Body = body
	rec.pool.Put(f)
}

var _ exchange.Observer = (*Site)(nil)
