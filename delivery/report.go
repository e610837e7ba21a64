package delivery

import (
	"cmp"
	"encoding/json"
	"slices"
	"sync"
	"time"
)

// Reason is why something was not sent, in the words of Sentry's client reports, such as "before_send", "sample_rate",
// "queue_overflow" or "internal_sdk_error" (Sentry: develop-docs/sdk/telemetry/client-reports).
type Reason string

// The reasons that delivery has itself.
const (
	SendError     Reason = "send_error"        // the receiver refused it, or it was given up by hand
	RateLimit     Reason = "ratelimit_backoff" // the receiver asked not to be sent any
	CacheOverflow Reason = "cache_overflow"    // it was removed from the outbox to respect a limit
)

// What Sentry calls error events and what belongs to them where it counts. Attachments are counted in bytes.
const (
	CategoryError      = "error"
	CategoryAttachment = "attachment"
)

// Discarded has the receiver told that n of what belonged there were not sent. It goes with the next envelope; what nobody
// delivers to is not told. It waits for nothing.
func (s *Sender) Discarded(destination string, reason Reason, category string, n int64) {
	s.reports.add(destination, map[discard]int64{{reason, category}: n})
}

// discard is what a client report counts by.
type discard struct {
	reason   Reason
	category string
}

// reports count what was not sent, by destination, until a receiver has been told.
type reports struct {
	mu     sync.Mutex
	counts map[string]map[discard]int64
}

func newReports() *reports { return &reports{counts: make(map[string]map[discard]int64)} }

func (r *reports) add(destination string, counts map[discard]int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(counts) == 0 {
		return
	}
	all := r.counts[destination]
	if all == nil {
		all = make(map[discard]int64)
		r.counts[destination] = all
	}
	for d, n := range counts {
		all[d] += n
	}
}

// take returns the counts of a destination and starts them anew.
func (r *reports) take(destination string) map[discard]int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	counts := r.counts[destination]
	delete(r.counts, destination)
	return counts
}

type clientReport struct {
	Timestamp string           `json:"timestamp"`
	Discarded []discardedEvent `json:"discarded_events"`
}

type discardedEvent struct {
	Reason   Reason `json:"reason"`
	Category string `json:"category"`
	Quantity int64  `json:"quantity"`
}

// encodeReport returns counts as a client report, nil if there are none.
func encodeReport(counts map[discard]int64, at time.Time) ([]byte, error) {
	if len(counts) == 0 {
		return nil, nil
	}
	report := clientReport{Timestamp: at.UTC().Format(sentAtLayout)}
	for d, n := range counts {
		report.Discarded = append(report.Discarded, discardedEvent{d.reason, d.category, n})
	}
	slices.SortFunc(report.Discarded, func(a, b discardedEvent) int {
		return cmp.Or(cmp.Compare(a.Category, b.Category), cmp.Compare(a.Reason, b.Reason))
	})
	return json.Marshal(report)
}
