package caddymodule

import (
	"fmt"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
)

// shortestSlow is what JSON cannot mean when it gives a number without a unit,
// which are nanoseconds.
const shortestSlow = time.Millisecond

func validateSlow(limit caddy.Duration) error {
	if limit != 0 && time.Duration(limit) < shortestSlow {
		return fmt.Errorf("slow %v is too short: write %v or more, or leave the option out", time.Duration(limit), shortestSlow)
	}
	return nil
}

func (m *Monitor) parseSlow(d *caddyfile.Dispenser) error {
	value, err := oneArg(d, "5s")
	if err != nil {
		return err
	}
	limit, err := caddy.ParseDuration(value)
	if err != nil {
		return d.Errf("slow %q is no duration: write one such as 5s", value)
	}
	if limit == 0 {
		return d.Errf("slow %s would be every request: write a duration such as 5s, or leave the option out", value)
	}
	m.Slow = caddy.Duration(limit)
	return wrap(d, validateSlow(m.Slow))
}
