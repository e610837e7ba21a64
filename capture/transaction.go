package capture

import (
	"sync/atomic"

	"github.com/caddy-django/gateway/exchange"
)

// Bounds of the queue of transactions. They are telemetry: what does not fit is
// counted and gone, and failures have a queue of their own and go first.
const (
	maxQueuedTransactions     = 1024
	maxQueuedTransactionBytes = 8 << 20
)

// Transaction is a sampled exchange in Sentry's schema.
type Transaction struct {
	EventID string
	Payload []byte            // JSON
	Trace   map[string]string // what its envelope says of the trace; nil if nobody has said it
	Spans   int               // the root included
}

// transactionQueue holds sampled exchanges until the worker has time for them.
type transactionQueue struct {
	queue chan *failure
	bytes atomic.Int64
}

func newTransactionQueue() transactionQueue {
	return transactionQueue{queue: make(chan *failure, maxQueuedTransactions)}
}

// observeSampled copies what a transaction tells of the exchange.
func (s *Site) observeSampled(x *exchange.Exchange) {
	if !x.Outcome.Timed() {
		s.discardTransaction(Ignored)
		return
	}
	f := &failure{site: s, x: *x, host: x.Request.Host, remote: x.Request.RemoteAddr}
	f.x.Visitor = ""
	f.x.Failure = exchange.Failure{
		Cause:     x.Failure.Cause,
		URL:       x.Failure.URL,
		Scheme:    x.Failure.Scheme,
		ClientIP:  x.Failure.ClientIP,
		RequestID: x.Failure.RequestID,
		Upstream:  x.Failure.Upstream,
		Retries:   x.Failure.Retries,
		ErrorID:   x.Failure.ErrorID,
		Tags:      x.Failure.Tags,
	}
	q := &s.rec.transactions
	f.size = sizeOf(&f.x)
	if q.bytes.Add(f.size) > maxQueuedTransactionBytes {
		q.bytes.Add(-f.size)
		s.discardTransaction(QueueOverflow)
		return
	}
	f.requestHeader = x.Request.Header.Clone()
	f.x.Request = nil
	s.rec.enqueue(q.queue, f, s.rec.overflowTransaction)
}

func (s *Site) discardTransaction(d Disposition) {
	if s.rec.transactionDiscarded != nil {
		s.rec.transactionDiscarded(s.opts.Destination, d)
	}
}

// processTransaction makes a transaction of a sampled exchange and hands it over.
// A bug in that costs the transaction and nothing else.
func (rec *Recorder) processTransaction(f *failure) {
	rec.transactions.bytes.Add(-f.size)
	defer func() {
		if v := recover(); v != nil {
			rec.log.Error("making a transaction panicked", "panic", v, "route", f.x.Route)
			f.site.discardTransaction(Broken)
		}
	}()
	f.bot = rec.agents.isBot(f.requestHeader.Get("User-Agent"))
	t, err := newTransaction(f)
	if err != nil {
		rec.log.Error("encoding a transaction failed", "error", err, "route", f.x.Route)
		f.site.discardTransaction(Broken)
		return
	}
	rec.transaction(f.site.opts.Destination, t)
}

func (rec *Recorder) overflowTransaction(f *failure) {
	rec.transactions.bytes.Add(-f.size)
	f.site.discardTransaction(QueueOverflow)
}
