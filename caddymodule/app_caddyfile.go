package caddymodule

import (
	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
)

// parseApp reads the global option. Syntax:
//
//	django {
//	    store [<path>] {
//	        max_age  <duration>
//	        max_size <size>
//	    }
//	    stream_grace_period <duration>
//	}
func parseApp(d *caddyfile.Dispenser, _ any) (any, error) {
	app := new(App)
	d.Next() // consume the option's name
	if d.NextArg() {
		return nil, d.Errf("django takes no %q: write its options in a block", d.Val())
	}
	err := parseBlock(d, map[string]option{
		"store":               {parse: app.Store.parse},
		"stream_grace_period": {parse: positive(&app.StreamGracePeriod, "stream_grace_period", "5s")},
	})
	return httpcaddyfile.App{Name: "django", Value: caddyconfig.JSON(app, nil)}, err
}

func (c *StoreConfig) parse(d *caddyfile.Dispenser) error {
	args := d.RemainingArgs()
	if len(args) > 1 {
		return d.Errf("store has one path, but %q follows: write store /var/lib/gateway/errors.db", args[1])
	}
	if len(args) == 1 {
		c.Path = args[0]
		if err := c.validate(); err != nil {
			return d.WrapErr(err)
		}
	}
	return parseBlock(d, map[string]option{
		"max_age": {parse: func(d *caddyfile.Dispenser) error {
			value, err := oneArg(d, "30d")
			if err != nil {
				return err
			}
			age, err := caddy.ParseDuration(value)
			if err != nil {
				return d.Errf("max_age %q is no duration: write one such as 30d", value)
			}
			c.MaxAge = caddy.Duration(age)
			return wrap(d, c.validate())
		}},
		"max_size": {parse: func(d *caddyfile.Dispenser) error {
			value, err := oneArg(d, "512MiB")
			if err != nil {
				return err
			}
			if c.MaxSize, err = parseSize("max_size", value); err != nil {
				return d.WrapErr(err)
			}
			return wrap(d, c.validate())
		}},
	})
}
