package caddymodule

import (
	"slices"
	"strconv"
	"strings"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/caddy-django/gateway/capture"
	"github.com/caddy-django/gateway/route"
)

// option reads one option of a block; the dispenser stands on its name.
type option struct {
	repeats bool // may be given more than once
	parse   func(d *caddyfile.Dispenser) error
}

// parseBlock reads the options of a block, each once unless it repeats.
func parseBlock(d *caddyfile.Dispenser, options map[string]option) error {
	seen := make(map[string]bool)
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		name := d.Val()
		opt, ok := options[name]
		if !ok {
			names := make([]string, 0, len(options))
			for known := range options {
				names = append(names, known)
			}
			slices.Sort(names)
			return d.Errf("unknown option %q: the options are %s", name, strings.Join(names, ", "))
		}
		if seen[name] && !opt.repeats {
			return d.Errf("option %q is given twice: keep one of them", name)
		}
		seen[name] = true
		if err := opt.parse(d); err != nil {
			return err
		}
	}
	return nil
}

// oneArg returns the only argument of an option; like names what is expected.
func oneArg(d *caddyfile.Dispenser, like string) (string, error) {
	name := d.Val()
	args := d.RemainingArgs()
	switch {
	case len(args) == 0 || args[0] == "":
		return "", d.Errf("option %q has no value: write %s %s", name, name, like)
	case len(args) > 1:
		return "", d.Errf("option %q has one value, but %q follows: write %s %s", name, args[1], name, like)
	}
	return args[0], nil
}

// manyArgs returns the arguments of an option that takes at least one.
func manyArgs(d *caddyfile.Dispenser, like string) ([]string, error) {
	name := d.Val()
	args := d.RemainingArgs()
	if len(args) == 0 {
		return nil, d.Errf("option %q has no value: write %s %s", name, name, like)
	}
	return args, nil
}

func parseMonitor(h httpcaddyfile.Helper) (caddyhttp.MiddlewareHandler, error) {
	m := new(Monitor)
	err := m.UnmarshalCaddyfile(h.Dispenser)
	return m, err
}

// UnmarshalCaddyfile sets up the monitor. Syntax:
//
//	django_monitor [<matcher>] {
//	    route                <pattern...>
//	    routes               <file>|export <project> [<host...>] {
//	        …
//	    }
//	    label_style          django|openapi|view
//	    site                 <name>
//	    capture_body         <size>|off
//	    attach_body          [on|off]
//	    capture_request_body <size>|off
//	    slow                 <duration>
//	    ignore {
//	        <conditions>
//	    }
//	    sample_rate          <rate>
//	    sample               <rate> {
//	        <conditions>
//	    }
//	    group {
//	        <conditions>
//	        fingerprint <text...>
//	    }
//	    noise                keep|send|drop
//	    scrub                <term...>
//	    in_app {
//	        include <module...>
//	        exclude <module...>
//	    }
//	    breadcrumbs          [on|off]
//	    session_cookie       <name>
//	    user                 header|cookie <name>
//	    user                 basic_auth
//	    user                 jwt_claim <claim> [<header>]
//	    send_default_pii     [on|off]
//	    tag                  <name> <value>
//	    release              <release>
//	    environment          <environment>
//	    sentry               <dsn> {
//	        proxy   <url>
//	        ca_file <path>
//	    }
//	    propagate_traces     [on|off]
//	    sdk_duplicates       mark|drop
//	    traces_sample_rate   <rate>
//	    traces_sampler       <rate> {
//	        <conditions>
//	    }
//	    probe                <secret> {
//	        n_plus_one      <count>
//	        logged_messages on|off
//	    }
//	    error_log            plain|ecs|off
//	}
//
// where the conditions are
//
//	path       <path...>
//	route      <route...>
//	status     <status...>
//	exception  <type...>
//	message    <message...>
//	user_agent <part...>
//	network    <range...>
//	bots
//
// `route`, `routes`, `sample`, `group`, `scrub`, `tag` and `traces_sampler` may be
// given more than once.
func (m *Monitor) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next() // consume the directive's name
	if d.NextArg() {
		return d.Errf("django_monitor takes no %q: write its options in a block", d.Val())
	}
	return parseBlock(d, map[string]option{
		"route":                {repeats: true, parse: m.parseRoute},
		"routes":               {repeats: true, parse: m.parseURLConf},
		"label_style":          {parse: m.parseLabelStyle},
		"site":                 {parse: m.parseSite},
		"capture_body":         {parse: m.parseCaptureBody},
		"attach_body":          {parse: toggle(&m.AttachBody)},
		"capture_request_body": {parse: m.parseCaptureRequestBody},
		"slow":                 {parse: m.parseSlow},
		"ignore":               {parse: m.parseIgnore},
		"sample_rate":          {parse: m.parseSampleRate},
		"sample":               {repeats: true, parse: m.parseSample},
		"group":                {repeats: true, parse: m.parseGroup},
		"noise":                {parse: m.parseNoise},
		"scrub":                {repeats: true, parse: m.parseScrub},
		"in_app":               {parse: m.parseInApp},
		"send_default_pii":     {parse: toggle(&m.SendDefaultPII)},
		"breadcrumbs":          {parse: m.parseBreadcrumbs},
		"session_cookie":       {parse: m.parseSessionCookie},
		"user":                 {parse: m.parseUser},
		"tag":                  {repeats: true, parse: m.parseTag},
		"release":              {parse: text(&m.Release, "shop@1.4.2")},
		"environment":          {parse: text(&m.Environment, "production")},
		"sentry":               {parse: m.parseSentry},
		"propagate_traces":     {parse: toggle(&m.PropagateTraces)},
		"sdk_duplicates":       {parse: m.parseSDKDuplicates},
		"traces_sample_rate":   {parse: m.parseTracesSampleRate},
		"traces_sampler":       {repeats: true, parse: m.parseTracesSampler},
		"probe":                {parse: m.parseProbe},
		"error_log":            {parse: m.parseErrorLog},
	})
}

// text is an option whose value is taken as it is.
func text(value *string, like string) func(*caddyfile.Dispenser) error {
	return func(d *caddyfile.Dispenser) (err error) {
		*value, err = oneArg(d, like)
		return err
	}
}

func (m *Monitor) parseSite(d *caddyfile.Dispenser) error {
	if err := text(&m.Site, "shop.example.com")(d); err != nil {
		return err
	}
	if err := validateSiteName(m.Site); err != nil {
		return d.WrapErr(err)
	}
	return nil
}

func (m *Monitor) parseRoute(d *caddyfile.Dispenser) error {
	patterns, err := manyArgs(d, "/users/<int:pk>/")
	if err != nil {
		return err
	}
	for _, pattern := range patterns {
		if _, err := route.ParsePattern(pattern); err != nil {
			return d.WrapErr(err)
		}
		if slices.Contains(m.Routes, pattern) {
			return d.Errf("route %q is given twice: keep one of them", pattern)
		}
		m.Routes = append(m.Routes, pattern)
	}
	return nil
}

func (m *Monitor) parseScrub(d *caddyfile.Dispenser) error {
	terms, err := manyArgs(d, "customer_number")
	if err != nil {
		return err
	}
	if _, err := capture.NewScrubber(terms); err != nil {
		return d.WrapErr(err)
	}
	m.Scrub = append(m.Scrub, terms...)
	return nil
}

func (m *Monitor) parseLabelStyle(d *caddyfile.Dispenser) (err error) {
	if m.LabelStyle, err = oneArg(d, "django, openapi or view"); err != nil {
		return err
	}
	_, err = route.ParseStyle(m.LabelStyle)
	return wrap(d, err)
}

func (m *Monitor) parseTag(d *caddyfile.Dispenser) error {
	args := d.RemainingArgs()
	if len(args) != 2 {
		return d.Errf("tag has a name and a value, but there are %s arguments: write tag team checkout", strconv.Itoa(len(args)))
	}
	name, value := args[0], args[1]
	if _, ok := m.Tags[name]; ok {
		return d.Errf("tag %q is given twice: keep one of them", name)
	}
	if m.Tags == nil {
		m.Tags = make(map[string]string)
	}
	m.Tags[name] = value
	return nil
}

// wrap adds the place in the Caddyfile to an error, if there is one.
func wrap(d *caddyfile.Dispenser, err error) error {
	if err == nil {
		return nil
	}
	return d.WrapErr(err)
}

// Interface guards
var _ caddyfile.Unmarshaler = (*Monitor)(nil)
