package caddymodule

import (
	"net/http"
	"strings"

	"github.com/caddy-django/gateway/exchange"
)

// routeStatus is the status by which the route of an exchange is found. A WebSocket
// that is refused says nothing of its path: Channels answers 500 to one it does not
// know, as it does where a consumer fails. Only a route that is known counts then.
func routeStatus(x *exchange.Exchange) int {
	if x.Status >= 300 && opensWebSocket(x.Request) {
		return http.StatusNotFound
	}
	return x.Status
}

// opensWebSocket reports whether a request asks for a WebSocket: RFC 6455 4.1, and over
// HTTP/2 RFC 8441.
func opensWebSocket(r *http.Request) bool {
	if r.Method == http.MethodConnect {
		return len(r.Header[":protocol"]) > 0
	}
	for _, value := range r.Header["Upgrade"] {
		for protocol := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.TrimSpace(protocol), "websocket") {
				return true
			}
		}
	}
	return false
}
