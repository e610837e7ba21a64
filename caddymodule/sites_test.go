package caddymodule

import (
	"slices"
	"strings"
	"testing"
)

// TestEachRequestIsOfASite sends requests to hosts that the configuration names, and to others.
func TestEachRequestIsOfASite(t *testing.T) {
	for name, c := range map[string]struct {
		options string
		unnamed string // the site of hosts that no site block names
	}{
		"hosts without a name share one": {"", "_other"},
		"hosts without a name have one":  {"site shop", "shop"},
	} {
		t.Run(name, func(t *testing.T) {
			g := startGateway(t, "{\n"+c.options+"\n}", "respond ok")
			_, port, _ := strings.Cut(g.monitored, ":")
			// The harness names a host; this is a catch-all on the same port.
			g.load(strings.Replace(g.caddyfile, "http://"+g.monitored+" {", "http://:"+port+" {", 1))
			for _, host := range []string{"127.0.0.1", "made-up.example", "other.example:80"} {
				g.roundTrip(g.monitored, "GET / HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\n\r\n%.0s")
			}
			eventually(t, "the requests are counted", func() bool {
				return slices.Equal(g.sitesOf(), []string{c.unnamed})
			})
		})
	}
}

// sitesOf lists the sites of the requests that are counted.
func (g *gateway) sitesOf() (sites []string) {
	g.t.Helper()
	for _, sample := range g.gather("http_server_request_duration_seconds") {
		if site := sample["server_address"]; !slices.Contains(sites, site) {
			sites = append(sites, site)
		}
	}
	slices.Sort(sites)
	return sites
}
