// Package integration holds the product against the real thing: the demo shop
// under gunicorn and uvicorn, a Sentry-compatible server, Prometheus. Every test
// starts its own processes, on loopback, with their data in a directory of its
// own.
package integration

import (
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/caddy-django/gateway/integration/stack"
	"github.com/caddy-django/gateway/internal/freeport"
)

// needs skips a test where a part of the stack is missing.
func needs(t *testing.T, parts ...string) {
	t.Helper()
	if testing.Short() {
		t.Skip("it starts real servers")
	}
	for _, part := range parts {
		if reason, missing := stack.Missing(part); missing {
			t.Skipf("no %s: %s", part, reason)
		}
	}
	if _, err := os.Stat(stack.Caddy()); errors.Is(err, fs.ErrNotExist) {
		t.Fatal("bin/caddy is not there: run make build")
	}
}

// started ends a process with its test, and shows what it said if that failed.
func started(t *testing.T, p *stack.Process, err error) *stack.Process {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Stop()
		if t.Failed() {
			t.Logf("the end of %s:\n%s", filepath.Base(p.Log), p.Tail())
		}
	})
	return p
}

func freeAddr(t *testing.T) string {
	t.Helper()
	addr, err := freeport.Address()
	if err != nil {
		t.Fatal(err)
	}
	return addr
}

// preparedShop is the shop with a database of its own.
func preparedShop(t *testing.T, env ...string) stack.Shop {
	t.Helper()
	shop := stack.Shop{Dir: t.TempDir(), Env: env}
	if err := shop.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return shop
}

// onGunicorn serves a shop and returns its address.
func onGunicorn(t *testing.T, shop stack.Shop) string {
	t.Helper()
	p, err := shop.Gunicorn(t.Context(), freeAddr(t))
	return started(t, p, err).Addr
}

// gateway is a Caddy that runs with a Caddyfile of this directory.
type gateway struct {
	*stack.Process
	t         *testing.T
	caddyfile string // path
	site      string // URL, without a slash at its end
	admin     string // host:port
	dir       string
	env       []string
}

// newGateway starts a gateway in front of upstream, a host:port, with
// integration/Caddyfile. The last of two variables of the same name counts.
func newGateway(t *testing.T, upstream string, env ...string) *gateway {
	t.Helper()
	return newGatewayWith(t, "Caddyfile", upstream, env...)
}

func newGatewayWith(t *testing.T, caddyfile, upstream string, env ...string) *gateway {
	t.Helper()
	g := &gateway{t: t, caddyfile: stack.Root("integration", caddyfile), admin: freeAddr(t), dir: t.TempDir()}
	addr := freeAddr(t)
	g.site = "http://" + addr
	g.env = append([]string{
		"DEMO_SITE=" + addr,
		"DEMO_ADMIN=" + g.admin,
		"DEMO_UPSTREAM=" + upstream,
		"DEMO_STORE=" + filepath.Join(g.dir, "errors.db"),
	}, env...)
	g.start(addr)
	return g
}

// delivering is what makes a gateway send its events to a DSN.
func delivering(dsn string) []string { return []string{"DSN=" + dsn, "DEMO_EVENTS=deliver"} }

func (g *gateway) start(addr string) {
	g.t.Helper()
	p, err := stack.Gateway(g.t.Context(), g.dir, g.caddyfile, addr, g.env...)
	g.Process = started(g.t, p, err)
	// It serves before its store is open.
	eventually(g.t, func() error { return stack.Answers("http://" + g.admin + "/django/issues")(g.t.Context()) })
	if err := stack.AwaitRoutes(g.t.Context(), g.admin); err != nil {
		g.t.Fatal(err)
	}
}

// crash kills the gateway, and restart starts it again on the same data.
func (g *gateway) crash()   { g.Kill() }
func (g *gateway) restart() { g.t.Helper(); g.start(g.Addr) }

// newClient returns a client that neither follows redirects nor unpacks bodies.
func newClient(t *testing.T) *http.Client {
	transport := &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport:     transport,
		Timeout:       30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// patience is more than anything takes that a test waits for.
const patience = time.Minute

// eventually repeats a check until it has nothing to complain about.
func eventually(t *testing.T, check func() error) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		err := check()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after %s still: %v", patience, err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}
