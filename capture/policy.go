package capture

import (
	"fmt"

	"github.com/caddy-django/gateway/exchange"
)

// Rules say which failures of a site make events, and how they are grouped. The
// zero value makes an event of every failure, within the limits of its group.
type Rules struct {
	// Ignore selects failures that make no event and are in no group. One kind
	// of condition that holds is enough.
	Ignore Conditions `json:"ignore,omitzero"`

	// SampleRate is the fraction of a group's failures, from 0 to 1, that may
	// become events. The first of a group always may. Default: 1.
	SampleRate *float64 `json:"sample_rate,omitempty"`

	// Samples replace SampleRate for some failures. The first whose conditions
	// all hold counts.
	Samples []SampleRule `json:"samples,omitempty"`

	// Groups replace what failures are grouped by. The first whose conditions
	// all hold counts.
	Groups []GroupRule `json:"groups,omitempty"`
}

// Policy applies Rules. A nil one is that of no rules. It is safe for concurrent
// use.
type Policy struct {
	ignore  matcher
	rate    float64
	samples []sampler
	groups  []grouper
}

// NewPolicy returns the policy of rules, and refuses those that make no sense.
func NewPolicy(r Rules) (*Policy, error) {
	p := &Policy{rate: 1}
	var err error
	if p.ignore, err = r.Ignore.compile(); err != nil {
		return nil, fmt.Errorf("ignore: %w", err)
	}
	if r.SampleRate != nil {
		p.rate = *r.SampleRate
		if err := validateRate(p.rate); err != nil {
			return nil, fmt.Errorf("sample_rate %w", err)
		}
	}
	for _, rule := range r.Samples {
		s, err := rule.compile()
		if err != nil {
			return nil, err
		}
		p.samples = append(p.samples, s)
	}
	for _, rule := range r.Groups {
		g, err := rule.compile()
		if err != nil {
			return nil, err
		}
		p.groups = append(p.groups, g)
	}
	return p, nil
}

// ignoresEarly reports whether the request alone shows that its failure is to be
// ignored, so that it takes no room in the queue.
func (p *Policy) ignoresEarly(x *exchange.Exchange) bool {
	if p == nil || len(p.ignore.early) == 0 {
		return false
	}
	return anyHolds(p.ignore.early, &facts{x: x, userAgent: x.Request.UserAgent()})
}

// ignoresLate reports whether what the worker has found out shows it.
func (p *Policy) ignoresLate(e *facts) bool { return p != nil && anyHolds(p.ignore.late, e) }

// sampleRate returns the fraction of failures like e that may become events.
func (p *Policy) sampleRate(e *facts) float64 {
	if p == nil {
		return 1
	}
	for _, s := range p.samples {
		if s.all(e) {
			return s.rate
		}
	}
	return p.rate
}

// regroup returns what e is grouped by where g is what it would be without rules.
func (p *Policy) regroup(g grouping, e *facts, scrub *Scrubber) grouping {
	if p == nil {
		return g
	}
	for _, rule := range p.groups {
		if rule.all(e) {
			return rule.fingerprint.group(g, e, scrub)
		}
	}
	return g
}
