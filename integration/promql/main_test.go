// Package promql asks a real run of the gateway with the real PromQL engine:
// every expression of the dashboards, of the rules and of the documentation. It
// is a module of its own, so that the dependencies of Prometheus's server decide
// nothing about the plugin's.
package promql

import (
	"errors"
	"io/fs"
	"os"
	"testing"

	"github.com/caddy-django/gateway/integration/stack"
)

// TestMain ends the run when the last test has asked it.
func TestMain(m *testing.M) {
	code := m.Run()
	theRun.end()
	os.Exit(code)
}

// needsTheShop skips a test where the shop cannot be served.
func needsTheShop(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("it starts real servers")
	}
	if reason, missing := stack.Missing("django"); missing {
		t.Skipf("no django: %s", reason)
	}
	if _, err := os.Stat(stack.Caddy()); errors.Is(err, fs.ErrNotExist) {
		t.Fatal("bin/caddy is not there: run make build")
	}
}
