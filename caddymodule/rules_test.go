package caddymodule

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// The rules of a Caddyfile, applied to what passes a real Caddy.
func TestRules(t *testing.T) {
	django := backend(t, says("HTTP/1.1 500 No\nContent-Type: text/plain\nContent-Length: 14\n\nKeyError: 'id'"))
	g := startGateway(t, `{
		ignore {
			network 192.0.2.0/24
			exception ValueError
			path /health/
		}
		sample 0 {
			exception KeyError
			bots
		}
		group {
			exception KeyError
			fingerprint {django.exception} {header.X-Tenant}
		}
	}`, "reverse_proxy "+django)
	for _, request := range []string{
		"GET /a/ HTTP/1.1\r\nHost: %s\r\nX-Tenant: acme\r\nConnection: close\r\n\r\n",
		"GET /b/ HTTP/1.1\r\nHost: %s\r\nX-Tenant: acme\r\nConnection: close\r\n\r\n",
		"GET /b/ HTTP/1.1\r\nHost: %s\r\nX-Tenant: initech\r\nConnection: close\r\n\r\n",
		"GET /b/ HTTP/1.1\r\nHost: %s\r\nX-Tenant: acme\r\nUser-Agent: Googlebot/2.1\r\nConnection: close\r\n\r\n",
		"GET /c/ HTTP/1.1\r\nHost: %s\r\nX-Tenant: acme\r\nUser-Agent: Googlebot/2.1\r\nConnection: close\r\n\r\n",
		"GET /health/ HTTP/1.1\r\nHost: %s\r\nX-Tenant: acme\r\nConnection: close\r\n\r\n",
	} {
		g.roundTrip(g.monitored, request)
	}

	var fingerprints []string
	for _, e := range g.events(4) {
		fingerprints = append(fingerprints, strings.Join(e.Fingerprint, " "))
	}
	slices.Sort(fingerprints)
	if want := []string{"KeyError acme", "KeyError acme", "KeyError acme", "KeyError initech"}; !slices.Equal(fingerprints, want) {
		t.Errorf("fingerprints %q, want %q", fingerprints, want)
	}
	want := map[string]float64{"captured": 4, "sampled_out": 1, "ignored": 1}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		wrong := 0
		for _, s := range g.gather("django_errors_total") {
			if s.value() != want[s["disposition"]] {
				wrong++
			}
		}
		if wrong == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("dispositions %v, want %v", g.gather("django_errors_total"), want)
		}
	}
}
