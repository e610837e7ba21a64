package caddymodule

import (
	"maps"
	"slices"
	"strings"

	"github.com/caddy-django/gateway/doctor"
)

// findProbes notes which upstreams are asked for their probe: those of proxies with the
// transport for it, behind a monitor that has a secret. That of what came before is given,
// and that of what comes after returned: handlers and routes follow each other in arrays.
func (c *checkedConfig) findProbes(node any, secret string) (after string) {
	switch node := node.(type) {
	case []any:
		for _, child := range node {
			secret = c.findProbes(child, secret)
		}
	case map[string]any:
		return c.findProbesIn(node, secret)
	}
	return secret
}

func (c *checkedConfig) findProbesIn(node map[string]any, secret string) (after string) {
	given := secret
	switch node["handler"] {
	case "django_monitor":
		if options, ok := node["probe"].(map[string]any); ok {
			secret, _ = options["secret"].(string)
			c.probed = true
		}
	case "reverse_proxy":
		transport, _ := node["transport"].(map[string]any)
		if secret != "" && transport["protocol"] == "django" {
			for _, dial := range upstreamsOf(node) {
				c.ask(dial, secret)
			}
		}
		return secret // what answers in place of Django is asked nothing
	}
	after = secret
	for _, name := range slices.Sorted(maps.Keys(node)) {
		behind := c.findProbes(node[name], secret)
		if name == "handle" || name == "routes" {
			after = behind
		}
	}
	if node["terminal"] == true || node["group"] != nil {
		return given // nothing comes after it
	}
	return after
}

func (c *checkedConfig) ask(upstream, secret string) {
	asked := doctor.Asked{Upstream: upstream}
	switch {
	case isVariable(secret):
		asked.Variable = strings.TrimSuffix(strings.TrimPrefix(secret, "{env."), "}")
	case hasPlaceholder(secret):
		var err error
		if asked.Secret, err = resolve("probe", secret); err != nil { // which may show a part of it
			asked.Unknown = "ask as root, or as Caddy's user, for the file that it is in"
		}
	default:
		asked.Secret = secret
	}
	if !slices.Contains(c.asked, asked) {
		c.asked = append(c.asked, asked)
	}
}
