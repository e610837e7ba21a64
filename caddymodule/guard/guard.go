// Package guard refuses requests that are not Django's to answer, and what a client
// must not say in the others.
package guard

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/caddy-django/gateway/caddymodule/clientip"
	"github.com/caddy-django/gateway/caddymodule/page"
	"github.com/caddy-django/gateway/caddymodule/shutdown"
	"golang.org/x/net/http/httpguts"
)

func init() { caddy.RegisterModule((*Guard)(nil)) }

// Guard lets through what Django may believe. It refuses requests by their method:
//
//   - CONNECT with 405: should Django answer with 200, the client takes the connection
//     for a tunnel to the host it named, and the gateway takes what comes through it
//     for further requests. A WebSocket over HTTP/2 or HTTP/3 (RFC 8441) is none.
//   - TRACE with 405: it would send the client's cookies back, as far as scripts can
//     read.
//   - with 400 a method that HTTP/1 cannot carry, such as one with a space, and a
//     Content-Length that is no number. HTTP/2 brings them.
//   - with 400 a path with a NUL, such as of %00: no file has one, and PostgreSQL takes
//     none in a text, so that a view that looks for it fails.
//
// It calls the next handler for all others, of which it removes headers that only a proxy
// may set, such as Forwarded, X-Real-Ip and X-Accel-*, and those of the probe, X-Django-Probe*, which it removes from
// responses as well. X-Request-Id is kept if a trusted
// proxy sent one of 8 to 128 letters, digits, ".", "_", "-", and is set to
// {http.request.uuid} otherwise. An error has it too, where Django's response is missing.
//
// Headers that the client names in Connection, which are for the gateway alone, it
// removes at once: what reverse_proxy removes later may be a header of the same name
// that the gateway has set, such as X-Request-Id.
type Guard struct{}

// CaddyModule returns the Caddy module information.
func (*Guard) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.handlers.django_guard",
		New: func() caddy.Module { return new(Guard) },
	}
}

// Provision prepares the end of Caddy for sites that have no monitor, whose app does it for the others.
func (*Guard) Provision(ctx caddy.Context) error {
	clientip.Strict(ctx)
	return shutdown.Watch(ctx, 0)
}

// validLength refuses what net/http takes for no body over HTTP/2, where one may follow.
func validLength(lengths []string) bool {
	for _, length := range lengths {
		if length == "" || strings.Trim(length, "0123456789") != "" {
			return false
		}
	}
	return true
}

// refusal is nil for a request that is Django's to answer.
func refusal(r *http.Request) *caddyhttp.HandlerError {
	status, why := http.StatusBadRequest, ""
	switch {
	case r.Method == http.MethodTrace, r.Method == http.MethodConnect && !opensWebSocket(r):
		status, why = http.StatusMethodNotAllowed, fmt.Sprintf("the method %s is not for Django", r.Method)
	case !httpguts.ValidHeaderFieldName(r.Method): // both are tokens: RFC 9110 9.1
		why = "the method is no token"
	case !validLength(r.Header["Content-Length"]):
		why = "the Content-Length is no number"
	case strings.Contains(r.URL.Path, "\x00"):
		why = "the path has a NUL"
	default:
		return nil
	}
	err := caddyhttp.Error(status, errors.New(why))
	return &err
}

// ServeHTTP implements caddyhttp.MiddlewareHandler.
func (*Guard) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	if err := refusal(r); err != nil {
		if err.StatusCode == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS") // RFC 9110 15.5.6
			if r.ProtoMajor == 1 {
				w.Header().Set("Connection", "close") // what follows may be meant for a tunnel
			}
		}
		page.HangUp(w, r)
		return *err
	}
	removeHopByHop(r.Header)
	removeUntrusted(r.Header)
	identify(r)
	err := HideProbe(w, r, next)
	if h := w.Header(); err != nil && h[requestID] == nil {
		h[requestID] = r.Header[requestID]
	}
	return err
}

// removeHopByHop leaves nothing of Connection (RFC 9110 7.6.1) but an upgrade.
func removeHopByHop(h http.Header) {
	values, ok := h["Connection"]
	if !ok {
		return
	}
	upgrade := false
	for _, value := range values {
		for name := range strings.SplitSeq(value, ",") {
			if name = strings.TrimSpace(name); strings.EqualFold(name, "Upgrade") {
				upgrade = true
			} else {
				h.Del(name)
			}
		}
	}
	h.Del("Connection")
	if upgrade {
		h.Set("Connection", "Upgrade")
	}
}

// opensWebSocket tells the extended CONNECT as reverse_proxy does.
func opensWebSocket(r *http.Request) bool {
	return r.ProtoMajor == 2 && r.Header.Get(":protocol") == "websocket" || r.ProtoMajor == 3 && r.Proto == "websocket"
}

var (
	_ caddy.Provisioner           = (*Guard)(nil)
	_ caddyhttp.MiddlewareHandler = (*Guard)(nil)
)
