// Package caddymodule is everything of the gateway that knows Caddy: directives,
// apps, admin API and commands. It translates configuration into the packages
// below and hands each finished exchange to them.
package caddymodule

import (
	caddycmd "github.com/caddyserver/caddy/v2/cmd"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
)

func init() {
	caddy.RegisterModule(new(App))
	caddy.RegisterModule(new(Monitor))
	caddy.RegisterModule(adminAPI{})
	caddy.RegisterModule(IssueLine{})

	httpcaddyfile.RegisterGlobalOption("django", parseApp)
	httpcaddyfile.RegisterHandlerDirective("django_monitor", parseMonitor)
	// Inside encode, to see bodies as Django wrote them; around all that answers.
	httpcaddyfile.RegisterDirectiveOrder("django_monitor", httpcaddyfile.After, "encode")

	httpcaddyfile.RegisterDirective("django", parseShortcut)
	httpcaddyfile.RegisterDirectiveOrder("django", httpcaddyfile.Before, "reverse_proxy")

	caddycmd.RegisterCommand(djangoCommand)
}
