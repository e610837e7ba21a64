package caddymodule

import (
	"encoding/json"
	"slices"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"

	"github.com/caddy-django/gateway/caddymodule/buffer"
	"github.com/caddy-django/gateway/caddymodule/files"
	"github.com/caddy-django/gateway/caddymodule/maintenance"
	"github.com/caddy-django/gateway/caddymodule/page"
)

// shortcut is what the directive `django` says. Each of its parts is a handler that
// can stand by itself; routes puts them together.
type shortcut struct {
	monitor     *Monitor // nil: off
	maintenance maintenance.Maintenance
	compress    compression
	files       []files.Files
	protected   []files.Directory
	buffer      buffer.Buffer
	errorPage   *page.Error // nil: off
	timeout     caddy.Duration
	proxy       *reverseproxy.Handler
	left        []string // names of the options that are reverse_proxy's
}

// parseShortcut reads the directive `django`. Syntax:
//
//	django [<matcher>] <upstreams...> {
//	    static           <url> <directory>
//	    media            <url> <directory>
//	    protected        <url> <directory>
//	    max_body         <size>|unlimited
//	    buffer_requests  <memory> <disk>|off
//	    buffer_responses <memory> <disk>|off
//	    buffer_dir       <directory>
//	    timeout          <duration>|off
//	    compress         static|safe|all|off
//	    maintenance      [<file>] {
//	        page        <file>
//	        retry_after <duration>
//	        allow       <range...>
//	    }
//	    error_page       [<file>|off]
//	    monitor          [off] {
//	        <options of django_monitor>
//	    }
//	    <options of reverse_proxy>
//	}
//
// `static`, `media` and `protected` may be given more than once.
func parseShortcut(h httpcaddyfile.Helper) ([]httpcaddyfile.ConfigValue, error) {
	d := h.Dispenser
	d.Next() // consume the directive's name
	matcher, err := h.ExtractMatcherSet()
	if err != nil {
		return nil, err
	}
	s := &shortcut{
		monitor:   new(Monitor),
		compress:  compressSafe,
		errorPage: new(page.Error),
		timeout:   defaultTimeout,
	}
	proxy, err := s.parse(d)
	if err != nil {
		return nil, err
	}
	if err := s.parseProxy(h.WithDispenser(proxy)); err != nil {
		return nil, err
	}
	route := caddyhttp.Route{HandlersRaw: []json.RawMessage{handler("subroute", s.routes())}}
	if matcher != nil {
		route.MatcherSetsRaw = []caddy.ModuleMap{matcher}
	}
	return []httpcaddyfile.ConfigValue{{Class: "route", Value: route}}, nil
}

func (s *shortcut) options() map[string]option {
	return map[string]option{
		"static":           {repeats: true, parse: s.parseFiles},
		"media":            {repeats: true, parse: s.parseFiles},
		"protected":        {repeats: true, parse: s.parseProtected},
		"max_body":         {parse: s.parseMaxBody},
		"buffer_requests":  {parse: limits(&s.buffer.Requests)},
		"buffer_responses": {parse: limits(&s.buffer.Responses)},
		"buffer_dir":       {parse: text(&s.buffer.Dir, "/var/tmp")},
		"timeout":          {parse: s.parseTimeout},
		"compress":         {parse: s.parseCompress},
		"maintenance":      {parse: s.parseMaintenance},
		"error_page":       {parse: s.parseErrorPage},
		"monitor":          {parse: s.parseMonitor},
	}
}

// parse reads what the directive knows, and returns what is left to reverse_proxy.
func (s *shortcut) parse(d *caddyfile.Dispenser) (*caddyfile.Dispenser, error) {
	options := s.options()
	d.Next() // the directive's name again: a matcher was taken out
	proxy := []caddyfile.Token{d.Token()}
	for d.NextArg() {
		if err := checkUpstream(d.Val()); err != nil {
			return nil, d.WrapErr(err)
		}
		proxy = append(proxy, d.Token())
	}
	var rest []caddyfile.Token
	seen := make(map[string]bool)
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		name := d.Val()
		opt, ok := options[name]
		if !ok {
			segment := d.NextSegment()
			if err := checkTo(d, segment); err != nil {
				return nil, err
			}
			s.left = append(s.left, name)
			rest = append(rest, segment...)
			continue
		}
		if seen[name] && !opt.repeats {
			return nil, d.Errf("option %q is given twice: keep one of them", name)
		}
		seen[name] = true
		if err := opt.parse(d); err != nil {
			return nil, err
		}
	}
	if err := s.checkProtected(d); err != nil {
		return nil, err
	}
	if len(rest) > 0 {
		brace := proxy[len(proxy)-1]
		open, end := brace, rest[len(rest)-1]
		open.Text = "{"
		end.Text, end.Line = "}", end.Line+1
		proxy = append(append(append(proxy, open), rest...), end)
	}
	return caddyfile.NewDispenser(proxy), nil
}

func (s *shortcut) parseMaxBody(d *caddyfile.Dispenser) error {
	value, err := oneArg(d, "10MB")
	if err != nil {
		return err
	}
	if value == "unlimited" {
		s.buffer.MaxBody = buffer.Unlimited
		return nil
	}
	if s.buffer.MaxBody, err = parseSize("max_body", value); err != nil {
		return d.WrapErr(err)
	}
	if s.buffer.MaxBody == 0 {
		return d.Err("max_body 0 would refuse every form: write a size such as 10MB, or unlimited")
	}
	return nil
}

// limits is an option with what is kept of a body in memory and on disk.
func limits(l **buffer.Limits) func(*caddyfile.Dispenser) error {
	return func(d *caddyfile.Dispenser) (err error) {
		name := d.Val()
		args := d.RemainingArgs()
		*l = new(buffer.Limits)
		if slices.Equal(args, []string{"off"}) {
			return nil
		}
		if len(args) != 2 {
			return d.Errf("%s has two sizes, in memory and on disk: write %s 32KiB 1GiB, or off", name, name)
		}
		if (*l).Memory, err = parseSize(name, args[0]); err != nil {
			return d.WrapErr(err)
		}
		if (*l).Memory == 0 {
			return d.Errf("%s without memory: write at least 1KiB, or off", name)
		}
		(*l).Disk, err = parseSize(name, args[1])
		return wrap(d, err)
	}
}

func (s *shortcut) parseTimeout(d *caddyfile.Dispenser) error {
	value, err := oneArg(d, "60s")
	if err != nil {
		return err
	}
	if value == "off" {
		s.timeout = 0
		return nil
	}
	s.timeout, err = parsePositive("timeout", value)
	return wrap(d, err)
}

func (s *shortcut) parseCompress(d *caddyfile.Dispenser) error {
	value, err := oneArg(d, "static, safe, all or off")
	if err != nil {
		return err
	}
	s.compress, err = parseCompression(value)
	return wrap(d, err)
}

func (s *shortcut) parseMaintenance(d *caddyfile.Dispenser) error {
	m := &s.maintenance
	args := d.RemainingArgs()
	if len(args) > 1 {
		return d.Errf("maintenance has one file, but %q follows: write maintenance /run/shop/maintenance", args[1])
	}
	if len(args) == 1 {
		m.File = args[0]
	}
	return parseBlock(d, map[string]option{
		"page": {parse: text(&m.Page, "/srv/shop/maintenance.html")},
		"retry_after": {parse: func(d *caddyfile.Dispenser) error {
			value, err := oneArg(d, "5m")
			if err != nil {
				return err
			}
			m.RetryAfter, err = parsePositive("retry_after", value)
			return wrap(d, err)
		}},
		"allow": {parse: func(d *caddyfile.Dispenser) (err error) {
			m.Allow, err = manyArgs(d, "10.0.0.0/8")
			return err
		}},
	})
}

func (s *shortcut) parseErrorPage(d *caddyfile.Dispenser) error {
	value, err := oneArg(d, "/srv/shop/error.html, or off")
	if err != nil {
		return err
	}
	if value == "off" {
		s.errorPage = nil
	} else {
		s.errorPage.Page = value
	}
	return nil
}

func (s *shortcut) parseMonitor(d *caddyfile.Dispenser) error {
	if d.CountRemainingArgs() == 1 {
		d.NextArg()
		if d.Val() != "off" {
			return d.Errf("monitor takes no %q: write its options in a block, or off", d.Val())
		}
		s.monitor = nil
		return nil
	}
	return s.monitor.UnmarshalCaddyfile(d.NewFromNextSegment())
}

// parsePositive reads a duration.
func parsePositive(name, value string) (caddy.Duration, error) {
	duration, err := caddy.ParseDuration(value)
	if err != nil || duration <= 0 {
		return 0, notPositive{name, value}
	}
	return caddy.Duration(duration), nil
}

type notPositive struct{ name, value string }

func (e notPositive) Error() string {
	return e.name + " \"" + e.value + "\" is no duration above zero: write one such as 60s"
}
