package capture

import (
	"regexp"

	"github.com/caddy-django/gateway/exchange"
)

// maxServers is the number of upstreams whose servers are remembered.
const maxServers = 1024

// servers remembers for each upstream what the server behind it calls itself in
// the header Server of its answers: gunicorn, uvicorn. It is not safe for
// concurrent use.
type servers map[string]string

// product is the name at the beginning of the header (RFC 9110 10.2.4).
var product = regexp.MustCompile(`^[A-Za-z][\w.-]{0,31}`)

// of returns the name of the server of an exchange, as its answer says or an
// earlier one of the same upstream said. Empty if none did.
func (known servers) of(x *exchange.Exchange) string {
	if x.Failure.Upstream == "" {
		return ""
	}
	// Caddy's own name is there when the answer is not the upstream's.
	if name := product.FindString(x.Failure.ResponseHeader.Get("Server")); name != "" && name != "Caddy" {
		if len(known) >= maxServers {
			clear(known)
		}
		known[x.Failure.Upstream] = name
	}
	return known[x.Failure.Upstream]
}
