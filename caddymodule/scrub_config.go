package caddymodule

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
)

// configuredMonitor returns the monitor of a site in a configuration file, or
// without a file one with the default options.
func configuredMonitor(file, adapter, site string) (*Monitor, error) {
	if file == "" {
		if site != "" {
			return nil, fmt.Errorf("site %s is in no configuration: say with --config <path> in which", site)
		}
		return new(Monitor), nil
	}
	text, _, _, err := caddycmd.LoadConfig(file, adapter)
	if err != nil {
		return nil, fmt.Errorf("loading the configuration: %w", err)
	}
	var config any
	if err := json.Unmarshal(text, &config); err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	monitors := make(monitors)
	if err := monitors.find(config, nil); err != nil {
		return nil, err
	}
	return monitors.of(file, strings.ToLower(site))
}

// anySite is where monitors are known by that stand in no route of a host.
const anySite = "*"

// monitors are the first ones of the sites of a configuration, by host.
type monitors map[string]*Monitor

func (all monitors) of(file, site string) (*Monitor, error) {
	if m := all[site]; m != nil {
		return m, nil
	}
	if m := all[anySite]; m != nil && (site != "" || len(all) == 1) {
		return m, nil
	}
	hosts := slices.Sorted(maps.Keys(all))
	switch {
	case len(all) == 0:
		return nil, fmt.Errorf("no site in %s uses django_monitor", file)
	case site != "":
		return nil, fmt.Errorf("no site %s in %s uses django_monitor: there are %s", site, file, strings.Join(hosts, ", "))
	case len(all) == 1:
		return all[hosts[0]], nil
	default:
		return nil, fmt.Errorf("there are several sites in %s: say with --site <host> which of %s", file, strings.Join(hosts, ", "))
	}
}

// find walks through a part of a configuration, which stands in a route of hosts.
func (all monitors) find(part any, hosts []string) error {
	switch part := part.(type) {
	case []any:
		for _, inner := range part {
			if err := all.find(inner, hosts); err != nil {
				return err
			}
		}
	case map[string]any:
		if part["handler"] == "django_monitor" {
			return all.add(part, hosts)
		}
		if matched := matchedHosts(part["match"]); len(matched) > 0 {
			hosts = matched
		}
		for _, key := range slices.Sorted(maps.Keys(part)) {
			if err := all.find(part[key], hosts); err != nil {
				return err
			}
		}
	}
	return nil
}

func (all monitors) add(handler map[string]any, hosts []string) error {
	delete(handler, "handler") // Caddy's, and no option
	text, err := json.Marshal(handler)
	if err != nil {
		return err
	}
	m := new(Monitor)
	if err := json.Unmarshal(text, m); err != nil {
		return fmt.Errorf("reading the options of django_monitor: %w", err)
	}
	if len(hosts) == 0 {
		hosts = []string{anySite}
	}
	for _, host := range hosts {
		if host = strings.ToLower(host); all[host] == nil {
			all[host] = m
		}
	}
	return nil
}

// matchedHosts returns the hosts that a route's matchers name.
func matchedHosts(match any) (hosts []string) {
	sets, _ := match.([]any)
	for _, set := range sets {
		matchers, _ := set.(map[string]any)
		names, _ := matchers["host"].([]any)
		for _, name := range names {
			if host, ok := name.(string); ok {
				hosts = append(hosts, host)
			}
		}
	}
	return hosts
}
