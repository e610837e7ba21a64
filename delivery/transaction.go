package delivery

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Transactions are telemetry, not evidence: they wait in memory, are sent once, and what cannot be sent is counted and gone.
const (
	maxTransactions     = 1000 // that wait for a destination
	maxTransactionBytes = 16 << 20
	// transactionSenders is how many are sent at the same time, beside the events.
	transactionSenders = 4
)

// The categories in which a transaction is counted where Sentry counts.
const (
	categoryTransaction = "transaction"
	categorySpan        = "span"
)

// Reasons why a transaction was not sent.
const (
	SampleRate       Reason = "sample_rate"       // it was not chosen
	EventProcessor   Reason = "event_processor"   // it would tell nothing: a stream
	QueueOverflow    Reason = "queue_overflow"    // more than can be sent
	RateLimitBackoff Reason = "ratelimit_backoff" // the receiver wants none for a while
	NetworkError     Reason = "network_error"     // there was no answer
	InternalError    Reason = "internal_sdk_error"
)

// Transaction is a transaction in Sentry's schema.
type Transaction struct {
	EventID string
	Payload []byte            // JSON
	Trace   map[string]string // the envelope's description of the trace; nil for none
	Spans   int               // the root included
}

// Transactions are those of one destination on their way. They share nothing with its events but the receiver: neither
// queue nor back-off nor rate limit. It is safe for concurrent use.
type Transactions struct {
	sender      *Sender
	destination string // its name
	current     *atomic.Pointer[Destination]
	queue       chan Transaction
	bytes       atomic.Int64

	unsampled        atomic.Int64 // that the receiver has not been told of
	unsampledCounter prometheus.Counter

	mu       sync.Mutex
	limited  time.Time // until when the receiver wants none
	resume   time.Time // when to try again after failures
	failures int       // in a row
}

func newTransactions(s *Sender, destination string, current *atomic.Pointer[Destination]) *Transactions {
	return &Transactions{
		sender:      s,
		destination: destination,
		current:     current,
		queue:       make(chan Transaction, maxTransactions),
	}
}

// Transactions returns those of a destination that was acquired, and has its counters appear before they count.
func (s *Sender) Transactions(d *Destination) *Transactions {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.workers[d.name].transactions
	if l.unsampledCounter == nil {
		l.unsampledCounter = s.metrics.transactions.WithLabelValues(d.name, string(SampleRate))
		s.metrics.transactions.WithLabelValues(d.name, resultDelivered)
		s.metrics.transactions.WithLabelValues(d.name, string(QueueOverflow))
	}
	return l
}

func (s *Sender) transactionsOf(destination string) *Transactions {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w := s.workers[destination]; w != nil {
		return w.transactions
	}
	return nil
}

// SendTransaction queues a transaction for a destination. It never waits.
func (s *Sender) SendTransaction(destination string, t Transaction) {
	if lane := s.transactionsOf(destination); lane != nil {
		lane.send(t)
	}
}

// DiscardedTransaction counts one that was not made.
func (s *Sender) DiscardedTransaction(destination string, reason Reason) {
	if lane := s.transactionsOf(destination); lane != nil {
		lane.lost(reason, 1)
	}
}

// Unsampled counts a request that becomes no transaction. It allocates nothing and takes no lock.
func (l *Transactions) Unsampled() {
	l.unsampled.Add(1)
	l.unsampledCounter.Inc()
}

func (l *Transactions) send(t Transaction) {
	size := int64(len(t.Payload))
	if l.bytes.Add(size) <= maxTransactionBytes {
		select {
		case l.queue <- t:
			return
		default:
		}
	}
	l.bytes.Add(-size)
	l.lost(QueueOverflow, t.Spans)
}

func (l *Transactions) lost(reason Reason, spans int) {
	l.sender.metrics.transactions.WithLabelValues(l.destination, string(reason)).Inc()
	l.sender.reports.add(l.destination, map[discard]int64{
		{reason, categoryTransaction}: 1,
		{reason, categorySpan}:        int64(spans),
	})
}

// takeReports takes the counts of what was not sent, those of requests that were not sampled with them.
func (s *Sender) takeReports(destination string) map[discard]int64 {
	if l := s.transactionsOf(destination); l != nil {
		if n := l.unsampled.Swap(0); n > 0 {
			s.reports.add(destination, map[discard]int64{{SampleRate, categoryTransaction}: n, {SampleRate, categorySpan}: n})
		}
	}
	return s.reports.take(destination)
}

// resultDelivered stands beside the reasons.
const resultDelivered = "delivered"

func newTransactionCounter() *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "django_transactions_total",
		Help: "Requests of sites that sample traces, by what became of them as transactions: delivered, or why not.",
	}, []string{"destination", "result"})
}
