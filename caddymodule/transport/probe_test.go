package transport

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/caddy-django/gateway/probe"
)

func TestTheProbeIsAskedAndItsAnswerTaken(t *testing.T) {
	for _, c := range []struct {
		name    string
		trip    bool
		upgrade string
		asked   bool
	}{
		{"by who wants to know", true, "", true},
		{"by who wants to know, of what only looks like a WebSocket", true, "h2c", true},
		{"by nobody", false, "", false},
		{"by who wants to know, of what claims to be a WebSocket", true, "WebSocket", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := make(chan http.Header, 1)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got <- r.Header
				w.Header().Set(probe.AnswerHeader, "2 ffff q=1")
				w.Header().Set("X-Django-Probe-Anything", "x")
			}))
			defer server.Close()
			module := dialing(t, directly, server.Listener)
			vars := map[string]any{}
			var trip probe.Trip
			if c.trip {
				trip.Begin(probe.Ask("0123456789abcdef", probe.Options{}))
				vars[TripVar] = &trip
			}
			r := request(http.MethodGet, "")
			if c.upgrade != "" {
				r.Header.Set("Connection", "Upgrade")
				r.Header.Set("Upgrade", c.upgrade)
			}
			r = r.WithContext(context.WithValue(r.Context(), caddyhttp.VarsCtxKey, vars))
			resp, err := module.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if asked := (<-got).Get(probe.RequestHeader); c.asked != strings.HasPrefix(asked, "2;") || strings.Contains(asked, "0123456789abcdef") {
				t.Errorf("Django is asked %q", asked)
			}
			if trip.Sent() != c.asked {
				t.Errorf("the answer has come: %v", trip.Sent())
			}
			for _, h := range []http.Header{r.Header, resp.Header} {
				for name := range h {
					if strings.HasPrefix(name, probe.AnswerHeader) {
						t.Errorf("%s is left", name)
					}
				}
			}
		})
	}
}
