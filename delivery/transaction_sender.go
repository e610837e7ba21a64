package delivery

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

// run sends transactions until ctx ends, or until it would have to wait when the sender has no patience left. What is left
// then is lost: a transaction that is late tells little.
func (l *Transactions) run(ctx context.Context) {
	patience, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(l.sender.patience, cancel)()
	var senders sync.WaitGroup
	for range transactionSenders {
		senders.Go(func() {
			for {
				select {
				case t := <-l.queue:
					l.deliver(patience, t)
					continue
				default:
				}
				select {
				case t := <-l.queue:
					l.deliver(patience, t)
				case <-patience.Done():
					return
				}
			}
		})
	}
	senders.Wait()
}

// deliver sends one transaction, once.
func (l *Transactions) deliver(patience context.Context, t Transaction) {
	l.bytes.Add(-int64(len(t.Payload)))
	limited, resume := l.pauses()
	wait := time.Until(resume)
	switch {
	case time.Now().Before(limited):
		l.lost(RateLimitBackoff, t.Spans)
	case l.sender.work.Err() != nil, wait > 0 && !rest(patience, wait, nil):
		l.lost(QueueOverflow, t.Spans) // the gateway ends
	default:
		if reason := l.attempt(t); reason != "" {
			l.lost(reason, t.Spans)
			return
		}
		l.sender.metrics.transactions.WithLabelValues(l.destination, resultDelivered).Inc()
	}
}

// attempt returns why a transaction was not taken, or nothing. What else the receiver is told goes with it.
func (l *Transactions) attempt(t Transaction) (lost Reason) {
	ctx, cancel := context.WithTimeout(l.sender.requests, l.sender.timeout)
	defer cancel()
	to := l.current.Load()
	discarded := l.sender.takeReports(l.destination)
	defer func() {
		if lost != "" {
			l.sender.reports.add(l.destination, discarded)
		}
	}()
	request, err := l.sender.request(ctx, to, item{kind: "transaction", eventID: t.EventID, payload: t.Payload, trace: t.Trace}, discarded)
	if err != nil {
		return InternalError
	}
	response, err := l.sender.clientFor(to).Do(request)
	if err != nil {
		l.fail(time.Now())
		return NetworkError
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxAnswerBytes))
	l.limit(response.StatusCode, response.Header, time.Now())
	switch {
	case response.StatusCode < 300 && isReceipt(body):
		l.succeed()
		return ""
	case response.StatusCode == http.StatusTooManyRequests:
		return RateLimitBackoff
	case response.StatusCode < 300, response.StatusCode >= 500:
		l.fail(time.Now())
	}
	return SendError
}

// limit heeds what any answer of the receiver says of transactions.
func (l *Transactions) limit(status int, header http.Header, now time.Time) {
	pause := requestedTransactionPause(status, header, now)
	if l == nil || pause == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if until := now.Add(pause); until.After(l.limited) {
		l.limited = until
	}
}

// fail keeps a receiver that fails from being asked again at once. Attempts that were under way together count as one.
func (l *Transactions) fail(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.After(l.resume) {
		l.failures++
		l.resume = now.Add(l.sender.backoff(l.failures))
	}
}

func (l *Transactions) succeed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failures = 0
}

// pauses returns until when the receiver wants none, and when to try again after failures.
func (l *Transactions) pauses() (limited, resume time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.limited, l.resume
}
