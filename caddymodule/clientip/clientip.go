// Package clientip decides which address a client is believed to have.
package clientip

import (
	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// Strict makes the server whose routes are being provisioned read X-Forwarded-For, or what client_ip_headers names, from
// the right, as its option trusted_proxies_strict does. From the left, which is Caddy's default, the client decides:
// proxies append to the header that it sent. Who passes during maintenance, which requests are ignored, and who a visitor
// is hang on that address.
func Strict(ctx caddy.Context) {
	if ctx.Context == nil {
		return // no server's
	}
	if server, ok := ctx.Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server); ok && server.TrustedProxiesStrict == 0 {
		server.TrustedProxiesStrict = 1
	}
}
