package caddymodule

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/encode"

	"github.com/caddy-django/gateway/caddymodule/files"
	"github.com/caddy-django/gateway/caddymodule/guard"
	"github.com/caddy-django/gateway/caddymodule/upstream"
)

// compression is which responses are compressed.
type compression string

const (
	compressStatic compression = "static" // files that collectstatic has made
	compressSafe   compression = "safe"   // those, and what cannot be guessed at by BREACH
	compressAll    compression = "all"
	compressOff    compression = "off"
)

func parseCompression(name string) (compression, error) {
	switch c := compression(name); c {
	case compressStatic, compressSafe, compressAll, compressOff:
		return c, nil
	}
	return "", fmt.Errorf("compress %q is unknown: write static, safe, all or off", name)
}

// routes are what the directive stands for, from the outside in.
func (s *shortcut) routes() caddyhttp.Subroute {
	// A route is compiled for every request, and costs more than most handlers: those
	// without a matcher share one.
	routes := caddyhttp.RouteList{
		chain(nil, handler("django_maintenance", s.maintenance)),
	}
	if compress := s.encode(); compress != nil {
		routes = append(routes, *compress)
	}
	var inner []json.RawMessage
	if s.monitor != nil {
		inner = append(inner, handler("django_monitor", s.monitor))
	}
	inner = append(inner, handler("django_guard", guard.Guard{}))
	for i := range s.files {
		inner = append(inner, handler("django_files", &s.files[i]))
	}
	inner = append(inner, handler("django_buffer", &s.buffer), handler("django_upstream", s.upstream()), handler("reverse_proxy", s.proxy))
	routes = append(routes, chain(nil, inner...))
	all := caddyhttp.Subroute{Routes: routes}
	if s.errorPage != nil {
		all.Errors = &caddyhttp.HTTPErrorConfig{Routes: caddyhttp.RouteList{chain(nil, handler("django_error_page", s.errorPage))}}
	}
	return all
}

// encode compresses what is safe to compress. BREACH guesses at a secret in a page by the
// length of many answers to requests that another site makes the browser send. It
// can neither send them with the cookies of the site from where the browser says
// "same-origin" or "none" (Fetch Metadata), nor learn anything from a page that nobody
// is logged in to.
func (s *shortcut) encode() *caddyhttp.Route {
	var safe []caddy.ModuleMap
	switch s.compress {
	case compressOff:
		return nil
	case compressStatic, compressSafe:
		for _, f := range s.files {
			if !f.Uploaded {
				safe = append(safe, paths(f.URL+"*"))
			}
		}
	}
	if s.compress == compressSafe {
		safe = append(safe,
			caddy.ModuleMap{"header": jsonOf(map[string][]string{"Sec-Fetch-Site": {"same-origin", "none"}})},
			caddy.ModuleMap{"not": jsonOf([]map[string]any{
				{"header": map[string][]string{"Cookie": {"*"}}},
				{"header": map[string][]string{"Authorization": {"*"}}},
			})},
		)
	}
	if len(safe) == 0 && s.compress != compressAll {
		return nil
	}
	return &caddyhttp.Route{
		MatcherSetsRaw: safe,
		HandlersRaw: []json.RawMessage{handler("encode", encode.Encode{
			EncodingsRaw: caddy.ModuleMap{"gzip": json.RawMessage("{}"), "zstd": json.RawMessage("{}")},
			Prefer:       []string{"zstd", "gzip"},
		})},
	}
}

// upstream looks whether anybody is at the addresses that do not depend on the request.
func (s *shortcut) upstream() upstream.Upstream {
	var u upstream.Upstream
	for _, to := range s.proxy.Upstreams {
		u.Addresses = append(u.Addresses, to.Dial)
	}
	return u
}

// chain is a route with handlers, from the outside in.
func chain(match caddy.ModuleMap, handlers ...json.RawMessage) caddyhttp.Route {
	r := caddyhttp.Route{HandlersRaw: handlers}
	if match != nil {
		r.MatcherSetsRaw = []caddy.ModuleMap{match}
	}
	return r
}

func handler(name string, config any) json.RawMessage {
	return caddyconfig.JSONModuleObject(config, "handler", name, nil)
}

func paths(patterns ...string) caddy.ModuleMap { return caddy.ModuleMap{"path": jsonOf(patterns)} }

func jsonOf(value any) json.RawMessage { return caddyconfig.JSON(value, nil) }

// sendfile is what reverse_proxy does with a response that names a file: the
// response is that file, with what Django says about it and about the visit.
func (s *shortcut) sendfile(header string) caddyhttp.ResponseHandler {
	return caddyhttp.ResponseHandler{
		Match: &caddyhttp.ResponseMatcher{Headers: http.Header{header: {"*"}}},
		Routes: caddyhttp.RouteList{{HandlersRaw: []json.RawMessage{
			handler("copy_response_headers", map[string]any{"exclude": notTheFiles}),
			handler("django_sendfile", files.Sendfile{Directories: s.protected}),
		}}},
	}
}

// notTheFiles are headers of the response that are not about the file.
var notTheFiles = []string{
	"Accept-Ranges", "Connection", "Content-Encoding", "Content-Length", "Content-Range", "Date", "ETag", "Keep-Alive", "Last-Modified",
	"Server", "Trailer", "Transfer-Encoding", "X-Accel-Buffering", "X-Accel-Charset", "X-Accel-Expires", "X-Accel-Limit-Rate",
	"X-Accel-Redirect", "X-Sendfile",
}

// defaultTimeout is longer than that of gunicorn's workers, 30 s: Django's server is
// the one to give up.
const defaultTimeout = caddy.Duration(60 * time.Second)
