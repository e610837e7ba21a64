package caddymodule

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A proxy in front of the monitor leaves its figures in the same placeholders;
// they are not Django's.
func TestWhatAProxyInFrontTookIsNotDjangos(t *testing.T) {
	const slow = 100 * time.Millisecond
	auth := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(slow) }))
	t.Cleanup(auth.Close)
	authAddress := auth.Listener.Addr().String()
	for _, c := range []struct {
		name, directives string
		headers          int // that came from Django
		upstream         string
	}{
		{"no proxy behind", "respond ok", 0, ""},
		{"Django answers at once", "reverse_proxy " + startBackend(t).Listener.Addr().String(), 1, ""},
		{"Django refuses", "reverse_proxy 127.0.0.1:9", 0, "127.0.0.1:9"},
		{"a failure without a proxy", "error \"no\" 500", 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := startGateway(t, "", "forward_auth "+authAddress+" {\n\t\turi /auth\n\t}\n\t"+c.directives)
			g.roundTrip(g.monitored, get11)
			ended := 0.0
			for deadline := time.Now().Add(time.Minute); ended == 0 && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
				for _, n := range g.outcomes() {
					ended += n
				}
			}
			if observed := g.gather("django_time_to_headers_seconds"); len(observed) != c.headers {
				t.Errorf("time to headers was observed %d times, want %d", len(observed), c.headers)
			}
			if strings.Contains(c.directives, "error") || c.upstream != "" {
				if got := g.events(1)[0].Contexts.Gateway.Upstream; got != c.upstream {
					t.Errorf("upstream %q, want %q", got, c.upstream)
				}
			}
		})
	}
}

// What a refused configuration asked for is not in force afterwards.
func TestARefusedConfigurationLeavesTheLimits(t *testing.T) {
	g := startGateway(t, "", "respond ok")
	busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "mine") }))
	t.Cleanup(busy.Close)
	path := g.caddyfile[strings.Index(g.caddyfile, "store ")+len("store "):]
	path = path[:strings.Index(path, "\n")]
	refused := strings.Replace(g.caddyfile, "store "+path, "store "+path+" {\n\t\t\tmax_age 1m\n\t\t}", 1) +
		"http://" + busy.Listener.Addr().String() + " {\n\trespond ok\n}\n"
	if err := g.tryLoad(refused); err == nil {
		t.Fatal("a configuration was loaded whose address is taken")
	}
	p := g.app().pipeline
	if users := len(p.users); users != 1 || p.users[0] != g.app() {
		t.Errorf("%d configurations set limits, want the running one", users)
	}
}
