// Command caddy is Caddy with its standard modules, the Django gateway and
// whatever else xcaddy.toml names.
package main

import (
	caddycmd "github.com/caddyserver/caddy/v2/cmd"

	_ "github.com/caddyserver/caddy/v2/modules/standard"
)

func main() {
	caddycmd.Main()
}
