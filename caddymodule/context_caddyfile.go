package caddymodule

import (
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
)

func (m *Monitor) parseCaptureBody(d *caddyfile.Dispenser) error {
	value, err := oneArg(d, "64KiB")
	if err != nil {
		return err
	}
	if value == "off" {
		m.CaptureBody = captureOff
		return nil
	}
	size, err := parseSize("capture_body", value)
	if err != nil || size == 0 {
		return d.Errf("capture_body %q is no size: write a size such as 64KiB, or off", value)
	}
	if err := validateCaptureBody(size); err != nil {
		return d.Errf("capture_body %q: %v", value, err)
	}
	m.CaptureBody = size
	return nil
}

func (m *Monitor) parseCaptureRequestBody(d *caddyfile.Dispenser) error {
	value, err := oneArg(d, "16KiB")
	if err != nil || value == "off" {
		return err
	}
	if m.CaptureRequestBody, err = parseSize("capture_request_body", value); err != nil || m.CaptureRequestBody == 0 {
		return d.Errf("capture_request_body %q is no size: write a size such as 16KiB, or off", value)
	}
	return wrap(d, validateCaptureRequestBody(m.CaptureRequestBody))
}

func (m *Monitor) parseBreadcrumbs(d *caddyfile.Dispenser) error {
	m.Breadcrumbs = new(bool)
	return toggle(m.Breadcrumbs)(d)
}

func (m *Monitor) parseSessionCookie(d *caddyfile.Dispenser) (err error) {
	if m.SessionCookie, err = oneArg(d, defaultSessionCookie); err != nil {
		return err
	}
	return wrap(d, validateSessionCookie(m.SessionCookie))
}

func (m *Monitor) parseUser(d *caddyfile.Dispenser) error {
	args, err := manyArgs(d, "header X-User-Id")
	if err != nil {
		return err
	}
	fields := []*string{&m.User.Source, &m.User.Name, &m.User.Header}
	if len(args) > len(fields) {
		return d.Errf("user takes no %q: write user jwt_claim sub X-Token", args[len(fields)])
	}
	for i, arg := range args {
		*fields[i] = arg
	}
	return wrap(d, m.User.Validate())
}

// toggle is an option that is on when it is given, unless its value is off.
func toggle(value *bool) func(*caddyfile.Dispenser) error {
	return func(d *caddyfile.Dispenser) error {
		name := d.Val()
		*value = true
		if !d.NextArg() {
			return nil
		}
		switch d.Val() {
		case "on":
		case "off":
			*value = false
		default:
			return d.Errf("%s %q is neither on nor off", name, d.Val())
		}
		if d.NextArg() {
			return d.Errf("option %q has one value, but %q follows: write %s on", name, d.Val(), name)
		}
		return nil
	}
}
