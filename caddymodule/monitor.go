package caddymodule

import (
	"net/http"
	"os"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/zap"

	"github.com/caddy-django/gateway/capture"
	"github.com/caddy-django/gateway/delivery"
	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/metrics"
	"github.com/caddy-django/gateway/route"
	"github.com/caddy-django/gateway/urlconf"
)

// Monitor watches the exchanges of a site with Django and changes none of them.
// It calls the next handler.
//
// It measures every request by its Django route, and turns what fails, be it a
// response with a status of 500 or above, a response cut short, no response at
// all, or a panic, into an error event with its evidence.
//
// In the Caddyfile it is ordered just inside `encode`, so that it sees bodies as
// Django wrote them.
type Monitor struct {
	// Routes are the routes of the Django project in the syntax of path(), with
	// a leading slash, such as "/users/<int:pk>/". The first that matches names
	// a request's route. Where neither they nor a URLconf name it, it is learned
	// from the shape of the path; at most 200 names are learned.
	Routes []string `json:"routes,omitempty"`

	// URLConfs are where to take the routes of the Django project from, for the
	// paths that no line of Routes matches. With several, each names its hosts.
	URLConfs []URLConf `json:"urlconfs,omitempty"`

	// LabelStyle is how the route of a URLconf is written in metrics and traces:
	// "django" (/users/<int:pk>/), "openapi" (/users/{pk}/) or "view"
	// (shop.views.user). Default: django.
	LabelStyle string `json:"label_style,omitempty"`

	// CaptureBody is how much of a failing response's body is kept, in bytes;
	// -1 keeps none. Default: 65536.
	CaptureBody int64 `json:"capture_body,omitempty"`

	// Which failures make error events, and how these are grouped. All are
	// counted.
	capture.Rules

	// Scrub adds to the terms that hide a value from error events, wherever the
	// name of the value contains one of them.
	Scrub []string `json:"scrub,omitempty"`

	// Tags are added to error events. Values may hold placeholders.
	Tags map[string]string `json:"tags,omitempty"`

	// Release that is running, for error events. May hold global placeholders,
	// such as {file./srv/shop/REVISION}.
	Release string `json:"release,omitempty"`

	// Environment that this is, for error events. May hold global placeholders.
	Environment string `json:"environment,omitempty"`

	// Sentry is the DSN of where to deliver error events, for Sentry or anything
	// that speaks its protocol. May hold global placeholders, such as
	// {env.SENTRY_DSN}. Without it events are kept in the store only.
	Sentry string `json:"sentry,omitempty"`

	app          *App
	logger       *zap.Logger
	sites        sites
	sources      []*urlconf.Source
	placeholders []string // that the rules need
	captureLimit int
	capture      *capture.Site
	destination  *delivery.Destination
}

// defaultCaptureBody is in bytes.
const defaultCaptureBody = 64 << 10

// CaddyModule returns the Caddy module information.
func (*Monitor) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.handlers.django_monitor",
		New: func() caddy.Module { return new(Monitor) },
	}
}

// Provision sets up m.
func (m *Monitor) Provision(ctx caddy.Context) error {
	app, err := ctx.App("django")
	if err != nil {
		return err
	}
	m.app = app.(*App)
	m.logger = ctx.Logger()
	options, err := m.resolve()
	if err != nil {
		return err
	}
	if err := m.provisionRoutes(); err != nil {
		return err
	}
	m.sites.metrics = m.app.instruments.metrics
	m.captureLimit = int(max(m.CaptureBody, 0))
	if m.CaptureBody == 0 {
		m.captureLimit = defaultCaptureBody
	}
	if m.destination != nil {
		m.app.pipeline.sender.Acquire(m.destination)
	}
	m.placeholders = options.Policy.Placeholders()
	m.capture = m.app.pipeline.recorder.Site(options)
	return nil
}

// resolve checks the options and fills in their placeholders.
func (m *Monitor) resolve() (capture.Options, error) {
	var options capture.Options
	if err := validateCaptureBody(m.CaptureBody); err != nil {
		return options, err
	}
	policy, err := capture.NewPolicy(m.Rules)
	if err != nil {
		return options, err
	}
	scrubber, err := capture.NewScrubber(m.Scrub)
	if err != nil {
		return options, err
	}
	release, err := resolve("release", m.Release)
	if err != nil {
		return options, err
	}
	environment, err := resolve("environment", m.Environment)
	if err != nil {
		return options, err
	}
	if m.Sentry != "" {
		if m.destination, err = parseSentry(m.Sentry); err != nil {
			return options, err
		}
		options.Destination = m.destination.Name()
	}
	options.Policy = policy
	options.Scrubber = scrubber
	options.Release = release
	options.Environment = environment
	options.ServerName, _ = os.Hostname() // an event without it is still an event
	return options, nil
}

// Cleanup gives back what Provision took.
func (m *Monitor) Cleanup() error {
	for _, source := range m.sources {
		m.app.instruments.sources.Release(source)
	}
	if m.capture != nil && m.destination != nil {
		m.app.pipeline.sender.Release(m.destination)
	}
	return nil
}

// ServeHTTP implements caddyhttp.MiddlewareHandler.
func (m *Monitor) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) (err error) {
	// One request is one exchange, however often the directive is on its way:
	// further in, or among the routes that answer an error.
	if exchange.Recording(w) || r.Context().Value(caddyhttp.ErrorCtxKey) != nil {
		return next.ServeHTTP(w, r)
	}
	repl := r.Context().Value(caddy.ReplacerCtxKey).(*caddy.Replacer)
	before := lastProxied(repl)
	site, routes := m.sites.of(r)
	active := site.Begin(r.Method)
	rec := exchange.Record(w, r, m.captureLimit)
	defer func() {
		panicked := recover()
		active.Dec()
		m.observe(site, routes, rec, r, repl, before, err, panicked)
		if panicked != nil {
			panic(panicked)
		}
		rec.Release()
	}()
	return next.ServeHTTP(rec, r)
}

// observe closes the record and shows it to the observers.
func (m *Monitor) observe(site *metrics.Site, routes *route.Table, rec *exchange.Recorder, r *http.Request, repl *caddy.Replacer, before proxied, err error, panicked any) {
	defer m.survive()
	after := lastProxied(repl)
	x := rec.Finish(end(r, err, panicked))
	x.Site = site.Name()
	x.Route = routes.Label(x.Path, x.Status)
	site.AddRoutes(routes.Catalog())
	joinTrace(x, trace.SpanFromContext(r.Context()))
	if after.latency != before.latency {
		x.TimeToHeaders = after.latency
	}
	if x.Outcome.Failed() {
		m.describe(x, r, err, repl)
		if after.duration != before.duration {
			describeUpstream(&x.Failure, repl)
		}
	}
	site.Observe(x)
	m.capture.Observe(x)
}

// survive makes a bug of ours cost what it would have told, and not the request.
func (m *Monitor) survive() {
	if v := recover(); v != nil {
		m.logger.Error("observing a request panicked", zap.Any("panic", v), zap.Stack("stack"))
	}
}

// Interface guards
var (
	_ caddy.Provisioner           = (*Monitor)(nil)
	_ caddy.CleanerUpper          = (*Monitor)(nil)
	_ caddyhttp.MiddlewareHandler = (*Monitor)(nil)
)
