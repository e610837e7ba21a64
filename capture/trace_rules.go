package capture

import (
	"fmt"
	"net/http"
	"sync"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/route"
)

// TraceRules say which exchanges of a site become transactions. The zero value
// makes none.
type TraceRules struct {
	// TracesSampleRate is the fraction of requests, from 0 to 1, that become
	// transactions. A client that sends sentry-trace or traceparent decides
	// itself, also at a rate of 0. Needs Sentry. Default: none, whatever they send.
	TracesSampleRate *float64 `json:"traces_sample_rate,omitempty"`

	// TracesSamplers replace TracesSampleRate for some requests. The first whose
	// conditions all hold counts. Conditions are what is known when a request
	// comes in: paths, routes, user_agents, networks and bots.
	TracesSamplers []SampleRule `json:"traces_samplers,omitempty"`
}

// TraceSampler applies TraceRules. It is safe for concurrent use.
type TraceSampler struct {
	rate  float64
	rules []traceRule
}

// traceRule is a sampler that says what it needs to know.
type traceRule struct {
	sampler
	asksRoute, asksBots bool
}

// NewTraceSampler returns the sampler of rules, nil if there are none, and refuses
// those that make no sense.
func NewTraceSampler(r TraceRules) (*TraceSampler, error) {
	if r.TracesSampleRate == nil && len(r.TracesSamplers) == 0 {
		return nil, nil
	}
	s := new(TraceSampler)
	if r.TracesSampleRate != nil {
		s.rate = *r.TracesSampleRate
		if err := validateRate(s.rate); err != nil {
			return nil, fmt.Errorf("traces_sample_rate %w", err)
		}
	}
	for _, rule := range r.TracesSamplers {
		compiled, err := rule.compileForTraces()
		if err != nil {
			return nil, err
		}
		s.rules = append(s.rules, compiled)
	}
	return s, nil
}

// ValidateForTraces refuses what Validate does, and conditions of what nobody
// knows when a request comes in.
func (r SampleRule) ValidateForTraces() error {
	_, err := r.compileForTraces()
	return err
}

func (r SampleRule) compileForTraces() (traceRule, error) {
	if err := validateRate(r.Rate); err != nil {
		return traceRule{}, fmt.Errorf("traces_sampler %w", err)
	}
	for _, late := range []struct {
		name  string
		given []string
	}{{"status", r.Statuses}, {"exception", r.Exceptions}, {"message", r.Messages}} {
		if len(late.given) > 0 {
			return traceRule{}, fmt.Errorf("traces_sampler %v asks for the %s, which nobody knows when a request comes in: use path, route, user_agent, network or bots", r.Rate, late.name)
		}
	}
	m, err := r.Conditions.compile()
	if err != nil {
		return traceRule{}, fmt.Errorf("traces_sampler %v: %w", r.Rate, err)
	}
	if m.empty() {
		return traceRule{}, fmt.Errorf("traces_sampler %v has no conditions: for all requests write traces_sample_rate %[1]v", r.Rate)
	}
	return traceRule{sampler{m, r.Rate}, len(r.Routes) > 0, r.Bots}, nil
}

// Arrival is a request that comes in, as far as rules may ask for it.
type Arrival struct {
	Request  *http.Request
	ClientIP string
	Routes   *route.Table
}

// Rate returns the fraction of requests like this one that become transactions.
// It allocates nothing without rules.
func (s *TraceSampler) Rate(a Arrival) float64 {
	if len(s.rules) == 0 {
		return s.rate
	}
	e := arrivals.Get().(*arrival)
	defer func() {
		*e = arrival{}
		arrivals.Put(e)
	}()
	e.x.Path, e.x.Failure.ClientIP = a.Request.URL.Path, a.ClientIP
	e.facts = facts{x: &e.x, userAgent: a.Request.UserAgent()}
	for _, rule := range s.rules {
		if rule.asksRoute && e.x.Route == "" {
			e.x.Route = a.Routes.Foretell(e.x.Path)
		}
		if rule.asksBots {
			e.bot = isBot(e.userAgent)
		}
		if rule.all(&e.facts) {
			return rule.rate
		}
	}
	return s.rate
}

// arrival is what conditions look at before there is an exchange.
type arrival struct {
	facts
	x exchange.Exchange // that facts point to
}

var arrivals = sync.Pool{New: func() any { return new(arrival) }}
