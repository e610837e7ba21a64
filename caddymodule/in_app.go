package caddymodule

import "github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

// parseInApp reads whose the modules are:
//
//	in_app {
//	    include <module...>
//	    exclude <module...>
//	}
func (m *Monitor) parseInApp(d *caddyfile.Dispenser) error {
	if d.NextArg() {
		return d.Errf("in_app takes no %q: write in_app { include …; exclude … }, a line each", d.Val())
	}
	modules := func(list *[]string) option {
		return option{repeats: true, parse: func(d *caddyfile.Dispenser) error {
			names, err := manyArgs(d, "shop.payments")
			if err != nil {
				return err
			}
			*list = append(*list, names...)
			return wrap(d, m.InApp.Validate())
		}}
	}
	err := parseBlock(d, map[string]option{
		"include": modules(&m.InApp.Include),
		"exclude": modules(&m.InApp.Exclude),
	})
	if err == nil && len(m.InApp.Include)+len(m.InApp.Exclude) == 0 {
		return d.Err("in_app names no module: write in_app { include …; exclude … }, a line each")
	}
	return err
}
