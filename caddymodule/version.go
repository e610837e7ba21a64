package caddymodule

import "runtime/debug"

// modulePath is that of go.mod.
const modulePath = "github.com/caddy-django/gateway"

// version is the gateway's as the build recorded it, "devel" for a checkout.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	for _, module := range append(info.Deps, &info.Main) {
		if module.Path == modulePath && module.Version != "" && module.Version != "(devel)" {
			return module.Version
		}
	}
	return "devel"
}
