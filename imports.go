// Package gateway makes the plugin a part of any Caddy that imports it, so that
// `xcaddy build --with github.com/caddy-django/gateway` is all it takes.
package gateway

import _ "github.com/caddy-django/gateway/caddymodule"
