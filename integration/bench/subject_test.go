package main

import (
	"strings"
	"testing"
)

func TestTheCaddyfileOfASubject(t *testing.T) {
	for _, c := range []struct {
		name    string
		subject subject
		metrics bool
		monitor bool
	}{
		{"bare Caddy has neither", subjects[bare], false, false},
		{"Caddy's own metrics come without the monitor", subjects[withMetrics], true, false},
		{"the gateway comes without Caddy's own metrics", subjects[gateway], false, true},
		{"the failing gateway is the same gateway", subjects[failingGateway], false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, err := c.subject.caddyfile(settings{
				Address:  "127.0.0.1:8000",
				Upstream: "127.0.0.1:9000",
				DSN:      "http://key@127.0.0.1:9001/1",
				Database: "/data/errors.db",
				Routes:   "/data/routes.json",
			})
			if err != nil {
				t.Fatal(err)
			}
			for part, want := range map[string]bool{
				"http://shop.example:8000 {":         true,
				"routes /data/routes.json":           c.monitor,
				"reverse_proxy 127.0.0.1:9000\n":     true,
				"\tmetrics\n":                        c.metrics,
				"django_monitor {":                   c.monitor,
				"store /data/errors.db\n":            c.monitor,
				"sentry http://key@127.0.0.1:9001/1": c.monitor,
			} {
				if strings.Contains(text, part) != want {
					t.Errorf("contains %q: %t, want %t in\n%s", part, !want, want, text)
				}
			}
		})
	}
}

func TestAnAddressWithoutAPortIsRefused(t *testing.T) {
	if _, err := subjects[bare].caddyfile(settings{Address: "localhost"}); err == nil {
		t.Error("no error")
	}
}
