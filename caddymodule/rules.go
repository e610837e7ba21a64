package caddymodule

import (
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/caddy-django/gateway/capture"
)

// conditions are the options of a block that selects failures.
func conditions(c *capture.Conditions) map[string]option {
	list := func(entries *[]string, like string) option {
		return option{parse: func(d *caddyfile.Dispenser) (err error) {
			if *entries, err = manyArgs(d, like); err != nil {
				return err
			}
			return wrap(d, c.Validate())
		}}
	}
	return map[string]option{
		"path":       list(&c.Paths, "/health/"),
		"route":      list(&c.Routes, "/users/<int:pk>/"),
		"status":     list(&c.Statuses, "503"),
		"exception":  list(&c.Exceptions, "OperationalError"),
		"message":    list(&c.Messages, `"*lock timeout*"`),
		"user_agent": list(&c.UserAgents, "kube-probe"),
		"network":    list(&c.Networks, "10.0.0.0/8"),
		"bots": {parse: func(d *caddyfile.Dispenser) error {
			if d.NextArg() {
				return d.Errf("bots takes no %q: write bots", d.Val())
			}
			c.Bots = true
			return nil
		}},
	}
}

func (m *Monitor) parseIgnore(d *caddyfile.Dispenser) error {
	if d.NextArg() {
		return d.Errf("ignore takes no %q: write ignore { path …; status …; user_agent … }, a line each", d.Val())
	}
	return parseBlock(d, conditions(&m.Ignore))
}

func (m *Monitor) parseSampleRate(d *caddyfile.Dispenser) error {
	rate, err := parseRate(d, onlyFirst)
	m.SampleRate = &rate
	return err
}

func (m *Monitor) parseSample(d *caddyfile.Dispenser) (err error) {
	var rule capture.SampleRule
	if rule.Rate, err = parseRate(d, onlyFirst); err != nil {
		return err
	}
	if err := parseBlock(d, conditions(&rule.Conditions)); err != nil {
		return err
	}
	m.Samples = append(m.Samples, rule)
	return wrap(d, rule.Validate())
}

func (m *Monitor) parseGroup(d *caddyfile.Dispenser) error {
	if d.NextArg() {
		return d.Errf("group takes no %q: write group { status …; fingerprint … }, a line each", d.Val())
	}
	var rule capture.GroupRule
	options := conditions(&rule.Conditions)
	options["fingerprint"] = option{parse: func(d *caddyfile.Dispenser) (err error) {
		if rule.Fingerprint, err = manyArgs(d, "{default} {http.request.host}"); err != nil {
			return err
		}
		return wrap(d, rule.Validate())
	}}
	if err := parseBlock(d, options); err != nil {
		return err
	}
	m.Groups = append(m.Groups, rule)
	return wrap(d, rule.Validate())
}

// onlyFirst is what a rate of 0 stands for among failures.
const onlyFirst = "only the first of each group"

// parseRate reads the fraction that an option begins with. none says what 0 stands
// for.
func parseRate(d *caddyfile.Dispenser, none string) (float64, error) {
	name := d.Val()
	text, err := oneArg(d, "0.2")
	if err != nil {
		return 0, err
	}
	rate, err := capture.ParseRate(text, none)
	if err != nil {
		return 0, d.Errf("%s %v", name, err)
	}
	return rate, nil
}
