package main

import (
	"fmt"
	"strings"
	"text/template"

	"github.com/caddy-django/gateway/integration/measure"
)

// subject is one way to run the binary that is measured.
type subject struct {
	name      string
	metrics   bool // Caddy's own
	monitored bool // by the gateway, with everything on
	failing   bool // Django answers every request with a 500
}

// The subjects in the order of the table; the comparisons name them.
const (
	bare = iota
	withMetrics
	gateway
	failingGateway
)

var subjects = []subject{
	bare:           {name: "Caddy"},
	withMetrics:    {name: "Caddy with its `metrics`", metrics: true},
	gateway:        {name: "gateway", monitored: true},
	failingGateway: {name: "gateway, every response a 500", monitored: true, failing: true},
}

// paths are what the load asks for: one of each kind of route, and one that the
// gateway has to learn.
var paths = []string{
	"/",
	"/articles/2026/a-quiet-harbour/",
	"/users/4711/",
	"/api/orders/0b5c1f0e-8a44-4c58-9d1e-6a1f5f0f7a3b/",
	"/about/",
}

// settings fill in the Caddyfile of a subject.
type settings struct {
	Address  string // to listen on
	Upstream string
	DSN      string
	Database string
	Routes   string // file of the URLconf
}

var caddyfileTemplate = template.Must(template.New("Caddyfile").Parse(`{
	admin off
	persist_config off
	auto_https off
	default_bind 127.0.0.1
	servers {
		protocols h1
	}
{{- if .Metrics}}
	metrics
{{- end}}
{{- if .Monitored}}
	django {
		store {{.Database}}
	}
{{- end}}
}

http://{{.Site}} {
{{- if .Monitored}}
	django_monitor {
		routes {{.Routes}}
		scrub customer_number
		tag team checkout
		tag host {http.request.host}
		release shop@1.4.2
		environment production
		sentry {{.DSN}}
	}
{{- end}}
	reverse_proxy {{.Upstream}}
}
`))

// caddyfile returns the configuration that makes a Caddy the subject.
func (s subject) caddyfile(c settings) (string, error) {
	_, port, found := strings.Cut(c.Address, ":")
	if !found {
		return "", fmt.Errorf("address %q has no port", c.Address)
	}
	var text strings.Builder
	err := caddyfileTemplate.Execute(&text, struct {
		settings
		Metrics, Monitored bool
		Site               string
	}{c, s.metrics, s.monitored, measure.Host + ":" + port})
	return text.String(), err
}
