package transport

import (
	"maps"
	"net/http"
	"strings"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"

	"github.com/caddy-django/gateway/probe"
)

// TripVar names the variable of a request that holds its [*probe.Trip], if it has one.
const TripVar = "django_transport.probe"

// ask adds the secret to what goes to Django, and to nothing that anybody else sees: neither the logs of reverse_proxy,
// nor a request that is sent elsewhere before or after. A WebSocket does not come to Django's handler, where the probe
// is, but to Channels, which would show the secret to the project.
func (t *Transport) ask(req *http.Request) (*http.Request, *probe.Trip) {
	trip, _ := caddyhttp.GetVar(req.Context(), TripVar).(*probe.Trip)
	if trip == nil {
		return req, nil
	}
	to, _ := reverseproxy.GetDialInfo(req.Context())
	if strings.EqualFold(req.Header.Get("Upgrade"), "websocket") {
		trip.Pass(to.Address, t)
		return req, nil
	}
	asking := *req
	asking.Header = maps.Clone(req.Header)
	if !trip.Send(asking.Header, to.Address, t) {
		return req, nil
	}
	return &asking, trip
}

// answered takes the answer out of the response, before any log, placeholder or handler of responses sees it. Nobody
// has asked for what else calls itself one.
func answered(resp *http.Response, trip *probe.Trip) {
	if trip != nil {
		trip.Receive(resp.Header)
		return
	}
	probe.Remove(resp.Header)
}
