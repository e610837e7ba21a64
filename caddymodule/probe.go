package caddymodule

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/caddy-django/gateway/caddymodule/transport"
	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/probe"
	"github.com/caddy-django/gateway/route"
)

// Probe says how the probe in Django is asked what only Django knows.
type Probe struct {
	// Secret is what the probe answers to: 16 to 256 printable characters of ASCII, the
	// same as in its environment. May hold global placeholders, such as
	// {env.DJANGO_PROBE_SECRET}.
	Secret string `json:"secret,omitempty"`

	// NPlusOne makes an event of a request for which one statement ran at least so
	// often. At least 2. Default: 0, none does.
	NPlusOne int `json:"n_plus_one,omitempty"`

	// LoggedMessages makes an event of an error that is logged without a traceback,
	// as Sentry's SDK does. Default: true.
	LoggedMessages *bool `json:"logged_messages,omitempty"`
}

const leastNPlusOne = 2

// parseProbe reads what the probe is asked:
//
//	probe <secret> {
//	    n_plus_one <count>
//	    logged_messages on|off
//	}
func (m *Monitor) parseProbe(d *caddyfile.Dispenser) error {
	args := d.RemainingArgs()
	switch {
	case len(args) == 0 || args[0] == "":
		return d.Err("probe has no secret: write probe {env.DJANGO_PROBE_SECRET}")
	case len(args) > 1: // which are not shown, as they may be parts of the secret
		return d.Errf("probe has one secret, but %d arguments follow: write probe {env.DJANGO_PROBE_SECRET}", len(args))
	}
	m.Probe.Secret = args[0]
	if !hasPlaceholder(m.Probe.Secret) {
		if strings.HasPrefix(m.Probe.Secret, "/") {
			return d.Err("the secret of probe begins with / as a path does: for what is in a file write probe {file./run/shop/probe-secret}")
		}
		if err := checkSecret(m.Probe.Secret); err != nil {
			return d.WrapErr(err)
		}
	}
	return parseBlock(d, map[string]option{
		"n_plus_one": {parse: func(d *caddyfile.Dispenser) error {
			value, err := oneArg(d, "10")
			if err != nil {
				return err
			}
			if m.Probe.NPlusOne, err = strconv.Atoi(value); err != nil {
				return d.Errf("n_plus_one %q is no number: write one such as 10", value)
			}
			if m.Probe.NPlusOne == 0 { // the default of JSON, and here a mistake
				return d.Err("n_plus_one 0 is less than 2: write 2 or more, or leave the option out")
			}
			return wrap(d, validateNPlusOne(m.Probe.NPlusOne))
		}},
		"logged_messages": {parse: func(d *caddyfile.Dispenser) error {
			m.Probe.LoggedMessages = new(bool)
			return toggle(m.Probe.LoggedMessages)(d)
		}},
	})
}

func checkSecret(secret string) error {
	if err := probe.CheckSecret(secret); err != nil {
		return fmt.Errorf("the secret of probe %w", err)
	}
	return nil
}

func validateNPlusOne(count int) error {
	if count != 0 && count < leastNPlusOne {
		return fmt.Errorf("n_plus_one %d is less than %d: write %[2]d or more, or leave the option out", count, leastNPlusOne)
	}
	return nil
}

// resolveProbe returns what the probe is asked, nil if there is none. No error shows
// the secret.
func (m *Monitor) resolveProbe() (*probe.Question, error) {
	if m.Probe == (Probe{}) {
		return nil, nil
	}
	if m.Probe.Secret == "" {
		return nil, errors.New("probe has no secret: give it one such as {env.DJANGO_PROBE_SECRET}, the same as in the environment of Django")
	}
	if err := validateNPlusOne(m.Probe.NPlusOne); err != nil {
		return nil, err
	}
	secret, err := resolve("probe", m.Probe.Secret)
	if err != nil {
		if _, isFile := fileOf(m.Probe.Secret); isFile {
			return nil, fmt.Errorf("%w; caddy django run --secret-file makes it when Django's server is started", err)
		}
		if isVariable(m.Probe.Secret) {
			return nil, err
		}
		return nil, errors.New(strings.ReplaceAll(err.Error(), m.Probe.Secret, "***"))
	}
	if err := checkSecret(secret); err != nil {
		return nil, err
	}
	messages := m.Probe.LoggedMessages == nil || *m.Probe.LoggedMessages
	return probe.Ask(secret, probe.Options{PII: m.SendDefaultPII, Repeated: m.Probe.NPlusOne, Messages: messages}), nil
}

// ask has the transport take the question along.
func (m *Monitor) ask(rec *exchange.Recorder, r *http.Request) {
	caddyhttp.SetVar(r.Context(), transport.TripVar, rec.Ask(m.question))
}

// asked takes the trip from the request, which may be on its way to an error page
// while the recorder serves another.
func asked(r *http.Request) { caddyhttp.SetVar(r.Context(), transport.TripVar, nil) }

// told returns the label of an exchange of which the probe has told the route.
func told(routes *route.Table, x *exchange.Exchange) (label string) {
	a := &x.Probe.Answer
	label, x.Probe.RouteDisagrees = routes.LabelTold(x.Path, x.Status, route.Told{Resolved: a.Resolved, Route: a.Route, View: a.View})
	return label
}
