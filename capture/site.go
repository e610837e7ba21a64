package capture

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/caddy-django/gateway/evidence"
	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/probe"
)

// Options are what one site wants of its events.
type Options struct {
	Policy      *Policy // nil: an event of every failure
	Scrubber    *Scrubber
	Release     string
	Environment string
	ServerName  string
	Destination string // name of where to deliver; empty: keep here only
	ErrorLog    ErrorLog

	// Breadcrumbs add to an event what its visitor asked for before.
	Breadcrumbs bool
	User        User
	InApp       evidence.InApp // of the frames of exceptions
	// SendDefaultPII lets events name who sent the request, as the option of
	// Sentry's SDKs does.
	SendDefaultPII bool
	// AttachBody has the scrubbed body of a failing response follow its event as a
	// file.
	AttachBody bool
	// Noise says what becomes of failures that clients cause by their nature.
	Noise Noise
	// SDKDuplicates needs the trace to be handed on to Django: an SDK that
	// continues it is what reports there.
	SDKDuplicates SDKDuplicates
}

// Site observes the exchanges of one site.
type Site struct {
	rec     *Recorder
	opts    Options
	history *history // nil without breadcrumbs
}

// Site returns the observer for a site with these options.
func (rec *Recorder) Site(opts Options) *Site {
	s := &Site{rec: rec, opts: opts}
	if opts.Breadcrumbs {
		rec.remembering.Do(func() { rec.history = newHistory() })
		s.history = rec.history
	}
	return s
}

// failure is a copy of a failed or slow exchange which outlives its request.
type failure struct {
	site          *Site
	x             exchange.Exchange
	visitor       visitorKey // 0: nobody known
	host, remote  string     // of the request; remote is the address that the connection came from
	requestHeader http.Header
	duplicate     *duplicate // nil if the SDK inside Django is blind to it, or nobody asks
	bot           bool       // the client is one; the worker finds out
	server        string     // what it calls itself; the worker may know
	mask          *mask      // the worker makes it first of all
	masked        bool       // it has

	// What the probe reports, if it does; the worker reads it.
	report *probe.Report
	said   *evidence.Evidence
	noise  noiseReason
	size   int64 // in bytes, of what a client or Django can make long
}

// Observe implements exchange.Observer.
func (s *Site) Observe(x *exchange.Exchange) {
	visitor := s.remember(x)
	if x.Transaction != nil {
		s.observeSampled(x)
	}
	if !x.Notable() {
		return
	}
	if s.opts.Policy.ignoresEarly(x) {
		s.count(x, Ignored)
		return
	}
	size := sizeOf(x)
	if s.rec.queuedBytes.Add(size) > maxQueuedBytes {
		s.rec.queuedBytes.Add(-size)
		s.count(x, QueueOverflow)
		return
	}
	f := s.copy(x, size)
	f.visitor = visitor
	s.rec.enqueue(s.rec.queue, f, s.rec.overflow)
}

// remember notes the exchange for the events of its visitor to come.
func (s *Site) remember(x *exchange.Exchange) visitorKey {
	if s.history == nil {
		return 0
	}
	key := s.history.key(x.Site, x.Visitor)
	s.history.remember(key, x)
	return key
}

// copy takes the evidence from the exchange, whose memory belongs to others.
func (s *Site) copy(x *exchange.Exchange, size int64) *failure {
	f := s.rec.pool.Get().(*failure)
	body := append(f.x.Failure.Body[:0], x.Failure.Body...)
	requestBody := append(f.x.Failure.RequestBody[:0], x.Failure.RequestBody...)
	f.site = s
	f.x = *x
	f.x.Request = nil
	f.x.Visitor = "" // may be a session's secret
	f.x.Failure.Body = body
	f.x.Failure.RequestBody = requestBody
	// What handlers hold may change when they go on; its text does not.
	if p := x.Failure.Panic; p != nil {
		f.x.Failure.Panic = clip(fmt.Sprint(p), maxText)
	}
	if err := x.Failure.Err; err != nil {
		f.x.Failure.Err = errors.New(clip(fmt.Sprint(err), maxText)) // Sprint survives one that panics
	}
	f.host, f.remote = x.Request.Host, x.Request.RemoteAddr
	f.requestHeader = x.Request.Header.Clone()
	f.size = size
	return f
}

func sizeOf(x *exchange.Exchange) int64 {
	size := len(x.Failure.Body) + len(x.Failure.RequestBody) + len(x.Failure.Stack) + len(x.Failure.URL) + len(x.Path)
	for _, line := range x.Probe.Report {
		size += len(line)
	}
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

// enqueue gives to overflow what does not fit.
func (rec *Recorder) enqueue(queue chan *failure, f *failure, overflow func(*failure)) {
	select {
	case queue <- f:
	default:
		overflow(f)
		return
	}
	select {
	case <-rec.done:
		drain(queue, overflow) // the worker is gone
	default:
	}
}

func (rec *Recorder) overflow(f *failure) {
	f.site.count(&f.x, QueueOverflow)
	rec.free(f)
}

// free takes a failure off the account and keeps its buffers for the next one.
func (rec *Recorder) free(f *failure) {
	rec.queuedBytes.Add(-f.size)
	body, requestBody := f.x.Failure.Body[:0], f.x.Failure.RequestBody[:0]
	*f = failure{}
	f.x.Failure.Body, f.x.Failure.RequestBody = body, requestBody
	rec.pool.Put(f)
}

var _ exchange.Observer = (*Site)(nil)
