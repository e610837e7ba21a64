package capture

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/caddy-django/gateway/exchange"
)

// Disposition is what became of a failure or of a slow request. The dispositions
// of all failures add up to the number of failed exchanges; slow requests are
// counted beside them.
type Disposition string

const (
	Captured      Disposition = "captured"       // an event was made, and the group counted
	RateLimited   Disposition = "rate_limited"   // the group was counted; it has had its events
	SampledOut    Disposition = "sampled_out"    // the group was counted; by configuration
	SDKDuplicate  Disposition = "sdk_duplicate"  // the group was counted; the SDK inside Django has reported it
	Ignored       Disposition = "ignored"        // by configuration
	QueueOverflow Disposition = "queue_overflow" // more failures at once than the worker can take
	Broken        Disposition = "broken"         // a bug in making the event; the log says more
)

func newCounters(name, help string) (*prometheus.CounterVec, map[Disposition]prometheus.Counter) {
	vec := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: name,
		Help: help,
	}, []string{"disposition"})
	counters := make(map[Disposition]prometheus.Counter)
	for _, d := range []Disposition{Captured, RateLimited, SampledOut, SDKDuplicate, Ignored, QueueOverflow, Broken} {
		counters[d] = vec.WithLabelValues(string(d))
	}
	return vec, counters
}

// count counts an exchange of the site under what became of it.
func (s *Site) count(x *exchange.Exchange, d Disposition) {
	counters := s.rec.counters
	switch {
	case x.Logged:
		counters = s.rec.loggedCounters
	case x.Slow:
		counters = s.rec.slowCounters
	case x.Repeating:
		counters = s.rec.nPlusOneCounters
	}
	counters[d].Inc()
	if d != Captured && s.rec.discarded != nil {
		s.rec.discarded(s.opts.Destination, d)
	}
}
