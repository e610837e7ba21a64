package caddymodule

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/net/idna"

	"github.com/caddy-django/gateway/route"
)

// tables are the route tables of a monitor by the host of a request.
type tables struct {
	hosts     map[string]*route.Table // in lower case
	wildcards map[string]*route.Table // of any first label, by what follows it: .example.com
	others    *route.Table
}

func newTables(others *route.Table) tables {
	return tables{hosts: make(map[string]*route.Table), wildcards: make(map[string]*route.Table), others: others}
}

// of returns the table of a host, which is in lower case.
func (t *tables) of(host string) *route.Table {
	if len(t.hosts) == 0 && len(t.wildcards) == 0 {
		return t.others
	}
	if table, ok := t.hosts[host]; ok {
		return table
	}
	if i := strings.IndexByte(host, '.'); i > 0 {
		if table, ok := t.wildcards[host[i:]]; ok {
			return table
		}
	}
	return t.others
}

func (t *tables) add(hosts []string, table *route.Table) {
	if len(hosts) == 0 {
		t.others = table
	}
	for _, host := range hosts {
		host = ascii(host)
		if domain, ok := strings.CutPrefix(host, "*"); ok {
			t.wildcards[domain] = table
		} else {
			t.hosts[host] = table
		}
	}
}

// validateHosts refuses what would leave open which URLConf a host has.
func validateHosts(all []URLConf) error {
	seen := make(map[string]bool)
	claim := func(host string) error {
		host = ascii(host)
		if seen[host] && host == "" {
			return errors.New("two routes name no host: write the hosts behind all but one of them")
		}
		if seen[host] {
			return fmt.Errorf("two routes name the host %q: keep one of them", host)
		}
		if i := strings.LastIndexByte(host, '*'); i > 0 || i == 0 && !strings.HasPrefix(host, "*.") {
			return fmt.Errorf("the host %q of routes has a * that does not stand for its first label: write one like *.example.com", host)
		}
		if strings.ContainsAny(host, "/:") {
			return fmt.Errorf("the host %q of routes has a scheme, a port or a path: write it like api.example.com", host)
		}
		if strings.Contains(host, "{") {
			return fmt.Errorf("the host %q of routes has a placeholder, which is not filled in here: write the host", host)
		}
		seen[host] = true
		return nil
	}
	for _, c := range all {
		if len(c.Hosts) == 0 {
			if err := claim(""); err != nil {
				return err
			}
		}
		for _, host := range c.Hosts {
			if err := claim(host); err != nil {
				return err
			}
		}
	}
	return nil
}

// ascii returns a host as clients send it, as Caddy's own matcher does.
func ascii(host string) string {
	if converted, err := idna.ToASCII(host); err == nil {
		host = converted
	}
	return strings.ToLower(host)
}
