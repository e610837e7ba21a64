package caddymodule

import (
	"net/http"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/zap"

	"github.com/caddy-django/gateway/caddymodule/guard"
	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/metrics"
	"github.com/caddy-django/gateway/probe"
	"github.com/caddy-django/gateway/route"
)

// ServeHTTP implements caddyhttp.MiddlewareHandler.
func (m *Monitor) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) (err error) {
	// One request is one exchange, however often the directive is on its way:
	// further in, or among the routes that answer an error.
	probe.Remove(r.Header)
	if exchange.Recording(w) || r.Context().Value(caddyhttp.ErrorCtxKey) != nil {
		return guard.HideProbe(w, r, next)
	}
	repl := r.Context().Value(caddy.ReplacerCtxKey).(*caddy.Replacer)
	before := lastProxied(repl)
	site, routes := m.sites.of(r)
	active := site.Begin(r.Method)
	rec := exchange.Record(w, r, m.captureLimit)
	if guard.FullDuplex(r) {
		rec.Duplex()
	}
	if m.CaptureRequestBody > 0 {
		rec.CaptureRequest(int(m.CaptureRequestBody))
	}
	if m.propagator != nil || m.traces != nil {
		m.beginTrace(rec, r, routes)
	}
	if m.question != nil {
		m.ask(rec, r)
	}
	defer func() {
		panicked := recover()
		returned := panicked == nil
		if bad := m.badResponse(rec, repl, before, err, panicked); bad != nil {
			err, panicked = caddyhttp.Error(http.StatusBadGateway, bad), nil
		}
		active.Dec()
		m.observe(site, routes, rec, r, repl, before, err, panicked)
		if m.question != nil {
			asked(r)
		}
		if panicked != nil {
			panic(panicked)
		}
		if returned {
			rec.Release()
		}
	}()
	return next.ServeHTTP(rec, r)
}

// badResponse returns why there is no response for the client although the handlers made one: it cannot be sent, or
// reverse_proxy, which does not say so, has thrown away a change of protocols that nobody asked for.
func (m *Monitor) badResponse(rec *exchange.Recorder, repl *caddy.Replacer, before proxied, err error, panicked any) error {
	if panicked != nil && panicked != http.ErrAbortHandler {
		return nil
	}
	if bad := rec.Refused(); bad != nil {
		return bad
	}
	if rec.Begun() || err != nil || panicked != nil {
		return nil
	}
	status, _ := repl.Get("http.reverse_proxy.status_code")
	if status == http.StatusSwitchingProtocols && lastProxied(repl).latency != before.latency {
		return exchange.ErrUnaskedSwitch
	}
	return nil
}

// beginTrace finds the trace of the request, and hands it on to Django if that is
// wanted.
func (m *Monitor) beginTrace(rec *exchange.Recorder, r *http.Request, routes *route.Table) {
	defer m.survive()
	if m.traces != nil {
		m.traces.begin(rec, r, routes)
		return
	}
	rec.Join(m.propagator.Propagate(r.Header, trace.SpanContextFromContext(r.Context())))
}

// observe closes the record and shows it to the observers.
func (m *Monitor) observe(site *metrics.Site, routes *route.Table, rec *exchange.Recorder, r *http.Request, repl *caddy.Replacer, before proxied, err error, panicked any) {
	defer m.survive()
	after := lastProxied(repl)
	x := rec.Finish(end(r, err, panicked))
	x.Site = site.Name()
	x.Route = m.label(routes, x)
	if m.visitorCookie != "" {
		x.Visitor = visitor(r, m.visitorCookie)
	}
	site.AddRoutes(routes.Catalog())
	joinTrace(x, trace.SpanFromContext(r.Context()))
	if after.latency != before.latency {
		x.TimeToHeaders = after.latency
	}
	if m.Slow > 0 {
		rec.MarkSlow(time.Duration(m.Slow))
	}
	if m.question != nil {
		rec.MarkRepeating(m.Probe.NPlusOne)
		m.probeNotes.note(m.logger, &x.Probe, x.TimeToHeaders > 0)
	}
	if x.Transaction != nil && after.duration != before.duration {
		x.Transaction.Proxied = after.duration
	}
	if x.Notable() || x.Transaction != nil {
		x.EventRoute = routes.EventName(x.Path, x.Route)
		m.describe(x, r, err, repl)
		if after.duration != before.duration {
			describeUpstream(&x.Failure, repl)
		}
	}
	site.Observe(x)
	m.capture.Observe(x)
}

// label returns the route of an exchange. A bug of ours in that must not cost
// more: the exchange is counted all the same.
func (m *Monitor) label(routes *route.Table, x *exchange.Exchange) (label string) {
	defer func() {
		if v := recover(); v != nil {
			m.logger.Error("resolving a path panicked", zap.String("path", x.Path), zap.Any("panic", v), zap.Stack("stack"))
			label = route.Other
		}
	}()
	if x.Probe.Result == exchange.ProbeOK {
		return told(routes, x)
	}
	return routes.Label(x.Path, route.Answer{Status: routeStatus(x), Method: x.Method, File: x.File})
}

// survive makes a bug of ours cost what it would have told, and not the request.
func (m *Monitor) survive() {
	if v := recover(); v != nil {
		m.logger.Error("observing a request panicked", zap.Any("panic", v), zap.Stack("stack"))
	}
}
