package caddymodule

import (
	"errors"
	"net/http"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.opentelemetry.io/otel/trace"

	"github.com/caddy-django/gateway/capture"
	"github.com/caddy-django/gateway/delivery"
	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/route"
	"github.com/caddy-django/gateway/sentrytrace"
)

// errTracesNowhere: unlike events, transactions are not kept here.
var errTracesNowhere = errors.New("traces_sample_rate and traces_sampler have nowhere to send to: add sentry <dsn>, or leave them out")

func (m *Monitor) parseTracesSampleRate(d *caddyfile.Dispenser) error {
	rate, err := parseRate(d, noTransactions)
	m.TracesSampleRate = &rate
	return err
}

func (m *Monitor) parseTracesSampler(d *caddyfile.Dispenser) (err error) {
	var rule capture.SampleRule
	if rule.Rate, err = parseRate(d, noTransactions); err != nil {
		return err
	}
	if err := parseBlock(d, conditions(&rule.Conditions)); err != nil {
		return err
	}
	m.TracesSamplers = append(m.TracesSamplers, rule)
	return wrap(d, rule.ValidateForTraces())
}

// noTransactions is what a rate of 0 stands for.
const noTransactions = "none"

// traces makes transactions of a site's exchanges.
type traces struct {
	sampler      *capture.TraceSampler
	transactions *delivery.Transactions
	propagator   *sentrytrace.Propagator // of the project, whether Django is told or not
	handedOn     bool
}

// resolveTraces returns nil if the site samples no traces.
func (m *Monitor) resolveTraces(release, environment string) (*traces, error) {
	sampler, err := capture.NewTraceSampler(m.TraceRules)
	if err != nil || sampler == nil {
		return nil, err
	}
	if m.destination == nil {
		return nil, errTracesNowhere
	}
	return &traces{
		sampler:    sampler,
		propagator: sentrytrace.New(m.destination.PublicKey(), release, environment),
		handedOn:   m.PropagateTraces,
	}, nil
}

// begin decides whether the exchange becomes a transaction, before Django is
// asked, so that the SDK there decides likewise.
func (t *traces) begin(rec *exchange.Recorder, r *http.Request, routes *route.Table) {
	in := sentrytrace.Read(r.Header, trace.SpanContextFromContext(r.Context()))
	if !in.Decided {
		clientIP, _ := caddyhttp.GetVar(r.Context(), caddyhttp.ClientIPVarKey).(string)
		in.Sample(t.sampler.Rate(capture.Arrival{Request: r, ClientIP: clientIP, Routes: routes}))
	}
	if !in.Sampled {
		t.transactions.Unsampled()
		if !t.handedOn {
			return
		}
	}
	span := in.Begin()
	rec.Join(span)
	if !in.Sampled {
		in.HandOn(r.Header, span.SpanID(), t.propagator.Describe(r.Header, &in, ""))
		return
	}
	name := routes.Foretell(r.URL.Path)
	if name == route.Unmatched || name == route.Other {
		name = ""
	}
	told := &exchange.Transaction{
		Parent:   in.Parent,
		Upstream: sentrytrace.NewSpanID(),
		Baggage:  t.propagator.Describe(r.Header, &in, name),
	}
	rec.Trace(told)
	if t.handedOn {
		in.HandOn(r.Header, told.Upstream, told.Baggage)
	}
}
