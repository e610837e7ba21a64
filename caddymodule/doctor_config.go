package caddymodule

import (
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"

	"github.com/caddy-django/gateway/doctor"
)

// checkedConfig is what doctor needs of Caddy's configuration.
type checkedConfig struct {
	running   bool // by the Caddy that answers
	upstreams []string
	timeout   time.Duration // the shortest; 0 for none
	hosts     []string
	listen    []string
	export    Export
	probed    bool // by the option probe
	asked     []doctor.Asked
}

// readConfig looks for handlers wherever they are.
func readConfig(text []byte) (config checkedConfig, err error) {
	var all any
	if err := json.Unmarshal(text, &all); err != nil {
		return config, fmt.Errorf("reading Caddy's configuration: %w", err)
	}
	config.walk(all)
	config.findProbes(all, "")
	return config, nil
}

func (c *checkedConfig) walk(node any) {
	switch node := node.(type) {
	case []any:
		for _, child := range node {
			c.walk(child)
		}
	case map[string]any:
		c.take(node)
		for _, name := range slices.Sorted(maps.Keys(node)) { // the first site is the first each time
			c.walk(node[name])
		}
	}
}

// take reads one object of the configuration.
func (c *checkedConfig) take(node map[string]any) {
	if hosts, ok := node["host"].([]any); ok {
		c.hosts = append(c.hosts, texts(hosts)...)
	}
	if listen, ok := node["listen"].([]any); ok {
		c.listen = append(c.listen, texts(listen)...)
	}
	if export, ok := node["export"].(map[string]any); ok && c.export.Project == "" {
		c.export.Project, _ = export["project"].(string)
		c.export.Settings, _ = export["settings"].(string)
		c.export.Python, _ = export["python"].(string)
		c.export.Timeout = caddy.Duration(duration(export["timeout"]))
	}
	if node["handler"] != "reverse_proxy" {
		return
	}
	for _, dial := range upstreamsOf(node) {
		if !slices.Contains(c.upstreams, dial) {
			c.upstreams = append(c.upstreams, dial)
		}
	}
	transport, _ := node["transport"].(map[string]any)
	if timeout := duration(transport["response_header_timeout"]); timeout > 0 && (c.timeout == 0 || timeout < c.timeout) {
		c.timeout = timeout
	}
}

// upstreamsOf are the addresses of a proxy, but for those that are known only with a request.
func upstreamsOf(proxy map[string]any) (all []string) {
	upstreams, _ := proxy["upstreams"].([]any)
	for _, upstream := range upstreams {
		object, _ := upstream.(map[string]any)
		if dial, ok := object["dial"].(string); ok && !strings.Contains(dial, "{") {
			all = append(all, dial)
		}
	}
	return all
}

// duration is a number of nanoseconds, or a text.
func duration(value any) time.Duration {
	switch value := value.(type) {
	case float64:
		return time.Duration(value)
	case string:
		d, err := caddy.ParseDuration(value)
		if err == nil {
			return d
		}
	}
	return 0
}

func texts(values []any) (all []string) {
	for _, value := range values {
		if text, ok := value.(string); ok {
			all = append(all, text)
		}
	}
	return all
}

// url is that of the first site, or nil.
func (c *checkedConfig) url() *url.URL {
	for _, host := range c.hosts {
		if strings.ContainsAny(host, "*{") {
			continue
		}
		for _, address := range c.listen {
			if strings.HasSuffix(address, ":443") {
				return &url.URL{Scheme: "https", Host: host, Path: "/"}
			}
		}
		return c.plain(host)
	}
	return c.plain("")
}

// plain is without HTTPS: on the first port that is listened on.
func (c *checkedConfig) plain(host string) *url.URL {
	if len(c.listen) == 0 {
		return nil
	}
	bound, port, err := net.SplitHostPort(c.listen[0])
	if err != nil {
		return nil
	}
	if ip := net.ParseIP(bound); host == "" && (bound == "" || ip != nil && ip.IsUnspecified()) {
		host = "localhost"
	} else if host == "" {
		host = bound
	}
	scheme := "http"
	if port == "443" {
		scheme = "https"
	} else if port != "80" {
		host = net.JoinHostPort(host, port)
	}
	return &url.URL{Scheme: scheme, Host: host, Path: "/"}
}
