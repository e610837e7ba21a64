package integration

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/integration/stack"
)

// newFront starts a gateway with the directive django in front of upstream. Its
// static files are those of dir.
func newFront(t *testing.T, upstream, static string, env ...string) *gateway {
	t.Helper()
	return newGatewayWith(t, "front.Caddyfile", upstream, append([]string{
		"FRONT_STATIC=" + static,
		"FRONT_BUFFERS=" + t.TempDir(),
	}, env...)...)
}

// newNginx starts nginx as gunicorn's documentation has it in front of an upstream.
func newNginx(t *testing.T, upstream string) *stack.Process {
	t.Helper()
	none := t.TempDir()
	p, err := stack.Nginx{
		Dir: t.TempDir(), Addr: freeAddr(t), Host: "127.0.0.1", Upstream: upstream,
		Public: none, Static: none, Media: none, Protected: none,
	}.Start(t.Context())
	return started(t, p, err)
}

// newBareCaddy starts Caddy as people write it who have never heard of buffers.
func newBareCaddy(t *testing.T, upstream string) *stack.Process {
	t.Helper()
	dir, addr := t.TempDir(), freeAddr(t)
	caddyfile := filepath.Join(dir, "Caddyfile")
	err := os.WriteFile(caddyfile, fmt.Appendf(nil, "{\n\tadmin off\n\tdefault_bind 127.0.0.1\n}\nhttp://%s {\n\treverse_proxy %s\n}\n", addr, upstream), 0o644)
	if err != nil {
		t.Fatal(err)
	}
	p, err := stack.Gateway(t.Context(), dir, caddyfile, addr)
	return started(t, p, err)
}

func long() bool { return os.Getenv("GATEWAY_TEST_LONG") != "" }

// memory returns a figure of /proc/PID/status such as VmRSS or VmHWM, in bytes.
func memory(t *testing.T, pid int, name string) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skip("no /proc to read the memory of a process from")
	}
	for line := range bytes.Lines(status) {
		if value, ok := strings.CutPrefix(string(line), name+":"); ok {
			kilobytes, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return kilobytes << 10
		}
	}
	t.Fatalf("no %s in /proc/%d/status", name, pid)
	return 0
}

// openIn lists what a process has open of a directory, deleted or not.
func openIn(t *testing.T, pid int, dir string) (open []string) {
	t.Helper()
	fds, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		if to, err := os.Readlink(fd); err == nil && strings.HasPrefix(to, dir+"/") {
			open = append(open, to)
		}
	}
	return open
}
