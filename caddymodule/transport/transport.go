// Package transport carries requests to Django's server.
package transport

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"

	"github.com/caddy-django/gateway/caddymodule/shutdown"
	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/roundtrip"
)

func init() { caddy.RegisterModule((*Transport)(nil)) }

// Transport is reverse_proxy's transport `http`, with the same options, for a
// server that is restarted. When gunicorn stops, connections still wait to be
// accepted. They are reset: nobody has read the requests on them, so that these
// can be sent again as if they had found no server at all, by the rules of
// `lb_try_duration`. That goes for GET, HEAD and OPTIONS without a body, three
// times each at most.
//
// A request that a worker has read is not sent again: if the worker dies over it,
// the connection is closed and not reset (Linux: tcp_close, unix_release_sock).
//
// Requests without a body go to HTTP/1.1 servers without net/http's goroutines, which
// takes a tenth of the work off a gateway. Options that say more of connections than how many wait
// and for how long (`max_conns_per_host`, `read_timeout`, `proxy_protocol`, …) turn that off.
//
// An HTTP/1.1 connection is used again if the server has said where the body of its response ends, and has sent nothing
// more: not after HEAD, 204 and 304. All other requests, those with a body and upgrades among them, have a connection of
// their own. So nobody gets what a server sends late to somebody else.
//
// A response without X-Request-Id gets that of its request, for a visitor to quote.
//
// It asks the probe in Django what django_monitor wants to know, and takes the answer out of the response.
type Transport struct {
	*reverseproxy.HTTPTransport

	direct       *roundtrip.Transport // nil: everything goes by net/http
	multiplexing *http.Transport      // uses connections again; nil: there will be no HTTP/2 over TLS
	http2        atomic.Bool          // what the server chose last
}

// CaddyModule returns the Caddy module information.
func (*Transport) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.reverse_proxy.transport.django",
		New: func() caddy.Module { return &Transport{HTTPTransport: new(reverseproxy.HTTPTransport)} },
	}
}

// RoundTrip implements http.RoundTripper. Its error has a reverseproxy.DialError in its
// chain if the request may be sent again.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	asking, trip := t.ask(req)
	resp, err := t.roundTrip(asking)
	if err == nil {
		err = statusError(req, resp)
	}
	if err != nil && repeatable(req) && unread(err) && again(req) {
		return nil, unreadError{err}
	}
	if err != nil {
		return nil, err
	}
	t.answered(resp, trip)
	identify(resp.Header, req.Header)
	shutdown.Wrap(resp)
	return resp, nil
}

// statusError returns why a response is none that a client could be sent, and closes it.
func statusError(req *http.Request, resp *http.Response) error {
	err := exchange.StatusError(req.Header, resp.StatusCode)
	if resp.StatusCode == http.StatusSwitchingProtocols && !strings.EqualFold(req.Header.Get("Upgrade"), resp.Header.Get("Upgrade")) {
		err = exchange.ErrUnaskedSwitch // reverse_proxy would answer with nothing
	}
	if err != nil {
		resp.Body.Close()
	}
	return err
}

// identify does it here because reverse_proxy adds Django's headers to those that are set
// already: an id of Django's own would be the second.
func identify(response, request http.Header) {
	const name = "X-Request-Id"
	if id := request.Get(name); id != "" && response[name] == nil {
		response[name] = []string{id}
	}
}

// unreadError passes for a DialError, and for what it is: a DialError hides its cause.
type unreadError struct{ error }

func (e unreadError) Unwrap() []error { return []error{reverseproxy.NewDialError(e.error), e.error} }

func repeatable(req *http.Request) bool {
	switch req.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return (req.Body == nil || req.ContentLength == 0) && req.Header.Get("Upgrade") == ""
	}
	return false
}

// unread reports whether the kernel says that the other side has closed the
// connection without having read all that came.
func unread(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// times is how often a request may be sent again. A server that refuses a request
// without reading all of it resets the connection too, and would do so every time.
const times = 3

func again(req *http.Request) bool {
	n, _ := caddyhttp.GetVar(req.Context(), resets).(int)
	caddyhttp.SetVar(req.Context(), resets, n+1)
	return n < times
}

// resets names the variable of a request with the number of its connections that
// were reset.
const resets = "django_transport.resets"

var (
	_ caddy.Provisioner                                = (*Transport)(nil)
	_ caddy.CleanerUpper                               = (*Transport)(nil)
	_ http.RoundTripper                                = (*Transport)(nil)
	_ reverseproxy.TLSTransport                        = (*Transport)(nil)
	_ reverseproxy.H2CTransport                        = (*Transport)(nil)
	_ reverseproxy.HealthCheckSchemeOverriderTransport = (*Transport)(nil)
	_ reverseproxy.ProxyProtocolTransport              = (*Transport)(nil)
	_ reverseproxy.RequestHeaderOpsTransport           = (*Transport)(nil)
)
