package caddymodule

import (
	"fmt"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/caddy-django/gateway/capture"
)

func (m *Monitor) parseSDKDuplicates(d *caddyfile.Dispenser) error {
	value, err := oneArg(d, "mark or drop")
	if err != nil {
		return err
	}
	m.SDKDuplicates = capture.SDKDuplicates(value)
	return wrap(d, m.SDKDuplicates.Validate())
}

func (m *Monitor) validateSDKDuplicates() error {
	if err := m.SDKDuplicates.Validate(); err != nil {
		return err
	}
	if m.SDKDuplicates != capture.KeepDuplicates && !m.PropagateTraces {
		return fmt.Errorf("sdk_duplicates %s has no trace in common with the SDK in Django: add propagate_traces, or leave it out", m.SDKDuplicates)
	}
	return nil
}
