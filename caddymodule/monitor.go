package caddymodule

import (
	"cmp"
	"os"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/caddy-django/gateway/caddymodule/clientip"
	"github.com/caddy-django/gateway/capture"
	"github.com/caddy-django/gateway/delivery"
	"github.com/caddy-django/gateway/evidence"
	"github.com/caddy-django/gateway/metrics"
	"github.com/caddy-django/gateway/probe"
	"github.com/caddy-django/gateway/route"
	"github.com/caddy-django/gateway/sentrytrace"
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
	// from the shape of the path; at most 200 names are learned for a site.
	Routes []string `json:"routes,omitempty"`

	// URLConfs are where to take the routes of the Django project from, for the
	// paths that no line of Routes matches. With several, each names its hosts.
	URLConfs []URLConf `json:"urlconfs,omitempty"`

	// LabelStyle is how the route of a URLconf is written in metrics and traces:
	// "django" (/users/<int:pk>/), "openapi" (/users/{pk}/) or "view"
	// (shop.views.user). Default: django.
	LabelStyle string `json:"label_style,omitempty"`

	// Site names the site of requests to hosts that the configuration does not name
	// in full, in metrics, issues and events. Default: _other.
	Site string `json:"site,omitempty"`

	// CaptureBody is how much of a failing response's body is kept, in bytes;
	// -1 keeps none. Default: 393216, as much as an event holds.
	CaptureBody int64 `json:"capture_body,omitempty"`

	// AttachBody has what is kept of a failing response's body follow the error event as
	// a file, scrubbed. Needs Sentry. Default: false.
	AttachBody bool `json:"attach_body,omitempty"`

	// CaptureRequestBody is how much of a failing request's body is looked at, in
	// bytes; 0 is nothing. Kept are whole JSON documents, form fields, and the
	// names and sizes of uploads, scrubbed. Default: 0.
	CaptureRequestBody int64 `json:"capture_request_body,omitempty"`

	// Slow is how long Django may take to answer: a request that takes longer and
	// does not fail makes an event, too. At least 1ms. Default: 0, none does.
	Slow caddy.Duration `json:"slow,omitempty"`

	// Which failures make error events, and how these are grouped. All are
	// counted.
	capture.Rules

	// Noise is what becomes of failures that clients cause by their nature: "keep" has
	// their events stay in the store, "send" has them delivered to Sentry as well, "drop"
	// makes none. Default: keep.
	Noise capture.Noise `json:"noise,omitempty"`

	// Scrub adds to the terms that hide a value from error events, wherever the
	// name of the value contains one of them.
	Scrub []string `json:"scrub,omitempty"`

	// InApp names modules whose frames are the project's own, or are not, in the
	// exceptions of error events. Default: all are but those of what is installed.
	InApp evidence.InApp `json:"in_app,omitzero"`

	// Breadcrumbs add to an error event the last 20 requests of its visitor, by
	// method and route. Default: true.
	Breadcrumbs *bool `json:"breadcrumbs,omitempty"`

	// SessionCookie is the name of the cookie that tells visitors apart. Those
	// without it are told apart by their address. Default: sessionid.
	SessionCookie string `json:"session_cookie,omitempty"`

	// User says where a request names its user, for error events. Without
	// SendDefaultPII, and from a cookie always, only a keyed hash is kept.
	User capture.User `json:"user,omitzero"`

	// SendDefaultPII lets error events name who sent the request, as the option
	// of Sentry's SDKs does: the client's address, and the user by the id that
	// the request has. Default: false.
	SendDefaultPII bool `json:"send_default_pii,omitempty"`

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

	// SentryTransport says how to get there, if not as from everywhere else.
	SentryTransport SentryTransport `json:"sentry_transport,omitzero"`

	// PropagateTraces sends Django the headers sentry-trace and baggage, so that
	// what Sentry's SDK reports there and the events of the gateway are of one
	// trace. A client that sends them decides on the trace. Needs Sentry. Default:
	// false.
	PropagateTraces bool `json:"propagate_traces,omitempty"`

	// SDKDuplicates is what becomes of failures that Sentry's SDK in Django has
	// reported itself: "mark" has their events say so, "drop" makes none of them.
	// Needs PropagateTraces. Default: they are events as all others.
	SDKDuplicates capture.SDKDuplicates `json:"sdk_duplicates,omitempty"`

	// Which exchanges become transactions.
	capture.TraceRules

	// Probe has the probe in Django tell what only Django knows. It takes the transport
	// `django` of reverse_proxy, which the directive `django` uses. Default: nobody is
	// asked.
	Probe Probe `json:"probe,omitzero"`

	// ErrorLog is how the line is written that each error event makes in the file
	// errors.log beside the database, and in Caddy's log, under the name
	// "django.errors": "plain", "ecs" (with the names of the Elastic Common Schema)
	// or "off". Default: plain.
	ErrorLog string `json:"error_log,omitempty"`

	app           *App
	logger        *zap.Logger
	sites         sites
	sources       []*urlconf.Source
	catalogs      []route.Catalog
	placeholders  []string // that the rules need
	captureLimit  int
	visitorCookie string // empty without breadcrumbs
	capture       *capture.Site
	propagator    *sentrytrace.Propagator // nil: none
	destination   *delivery.Destination
	traces        *traces         // nil: none
	question      *probe.Question // nil: there is no probe
	probeNotes    probeNotes
}

// defaultCaptureBody holds all of Django's debug page but that of an endless
// recursion: those of templates and of the ORM are 66 to 151 KB.
const defaultCaptureBody = capture.MaxBody

// CaddyModule returns the Caddy module information.
func (*Monitor) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.handlers.django_monitor",
		New: func() caddy.Module { return new(Monitor) },
	}
}

// Provision sets up m.
func (m *Monitor) Provision(ctx caddy.Context) error {
	clientip.Strict(ctx)
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
	if options.Breadcrumbs {
		m.visitorCookie = cmp.Or(m.SessionCookie, defaultSessionCookie)
	}
	m.sites.unnamed = cmp.Or(m.Site, metrics.OtherSite)
	if err := m.provisionRoutes(); err != nil {
		return err
	}
	m.sites.metrics = m.app.instruments.metrics
	m.captureLimit = m.captured()
	if m.destination != nil {
		m.app.deliverTo(m.destination)
		if m.traces != nil {
			m.traces.transactions = m.app.pipeline.sender.Transactions(m.destination)
		}
	}
	m.placeholders = options.Policy.Placeholders()
	if options.ErrorLog, err = m.errorLog(ctx); err != nil {
		return err
	}
	m.capture = m.app.pipeline.recorder.Site(options)
	return nil
}

// resolve checks the options and fills in their placeholders.
func (m *Monitor) resolve() (capture.Options, error) {
	var options capture.Options
	for _, err := range []error{
		validateCaptureBody(m.CaptureBody),
		validateCaptureRequestBody(m.CaptureRequestBody),
		validateSlow(m.Slow),
		validateSiteName(m.Site),
		m.User.Validate(),
		m.InApp.Validate(),
		validateSessionCookie(m.SessionCookie),
		validateErrorLog(m.ErrorLog),
	} {
		if err != nil {
			return options, err
		}
	}
	policy, err := capture.NewPolicy(m.Rules)
	if err != nil {
		return options, err
	}
	scrubber, err := m.scrubber()
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
	if m.destination, err = m.resolveSentry(); err != nil {
		return options, err
	}
	if m.destination != nil {
		options.Destination = m.destination.Name()
	}
	if err := m.validateNoise(); err != nil {
		return options, err
	}
	if err := m.validateAttachBody(); err != nil {
		return options, err
	}
	if m.PropagateTraces {
		if m.destination == nil {
			return options, errNoProject
		}
		m.propagator = sentrytrace.New(m.destination.PublicKey(), release, environment)
	}
	if err := m.validateSDKDuplicates(); err != nil {
		return options, err
	}
	if m.traces, err = m.resolveTraces(release, environment); err != nil {
		return options, err
	}
	if m.question, err = m.resolveProbe(); err != nil {
		return options, err
	}
	options.Policy = policy
	options.Scrubber = scrubber
	options.Breadcrumbs = m.Breadcrumbs == nil || *m.Breadcrumbs
	options.User = m.User
	options.InApp = m.InApp
	options.SendDefaultPII = m.SendDefaultPII
	options.AttachBody = m.AttachBody
	options.SDKDuplicates = m.SDKDuplicates
	options.Noise = m.Noise
	options.Release = release
	options.Environment = environment
	options.ServerName, _ = os.Hostname() // an event without it is still an event
	return options, nil
}

// Cleanup gives back what Provision took.
func (m *Monitor) Cleanup() error {
	m.releaseRoutes()
	return nil
}

// Interface guards
var (
	_ caddy.Provisioner           = (*Monitor)(nil)
	_ caddy.CleanerUpper          = (*Monitor)(nil)
	_ caddyhttp.MiddlewareHandler = (*Monitor)(nil)
)
