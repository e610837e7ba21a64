package caddymodule

import (
	"errors"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/caddy-django/gateway/capture"
)

func (m *Monitor) parseNoise(d *caddyfile.Dispenser) error {
	value, err := oneArg(d, "keep, send or drop")
	if err != nil {
		return err
	}
	if value == "" {
		return d.Err(`noise "" is unknown: use keep, send or drop`)
	}
	m.Noise = capture.Noise(value)
	return wrap(d, m.Noise.Validate())
}

func (m *Monitor) validateNoise() error {
	if err := m.Noise.Validate(); err != nil {
		return err
	}
	if m.Noise == capture.SendNoise && m.destination == nil {
		return errors.New("noise send has nowhere to send to: add sentry <dsn>, or use keep")
	}
	return nil
}
