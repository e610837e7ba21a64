package transport

import (
	"maps"
	"net/http"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"

	"github.com/caddy-django/gateway/probe"
)

// TripVar names the variable of a request that holds its [*probe.Trip], if it has one.
const TripVar = "django_transport.probe"

// ask adds the probe's header to a request to Django, and to nothing else: neither the logs of reverse_proxy nor a request
// that is sent elsewhere before or after. It asks whatever the client's headers are: with an exception for WebSockets a
// client could turn the probe off. The header holds no secret, so Channels may show it to the project.
func (t *Transport) ask(req *http.Request) (*http.Request, *probe.Trip) {
	trip, _ := caddyhttp.GetVar(req.Context(), TripVar).(*probe.Trip)
	if trip == nil {
		return req, nil
	}
	to, _ := reverseproxy.GetDialInfo(req.Context())
	asking := *req
	asking.Header = maps.Clone(req.Header)
	if !trip.Send(asking.Header, req.Method, to.Address, t) {
		return req, nil
	}
	return &asking, trip
}

// answered takes the answer out of the response, before any log, placeholder or handler of responses sees it. Nobody
// has asked for what else calls itself one.
func (t *Transport) answered(resp *http.Response, trip *probe.Trip) {
	switch {
	case trip == nil:
		probe.Remove(resp.Header)
	case resp.StatusCode == http.StatusSwitchingProtocols: // which no handler of Django's does
		probe.Remove(resp.Header)
		trip.Pass(trip.Upstream, t)
	default:
		trip.Receive(resp.Header)
	}
}
