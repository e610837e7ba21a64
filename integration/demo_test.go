package integration

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/caddy-django/gateway/integration/stack"
)

func TestTheDemoServesUntilInterrupted(t *testing.T) {
	needs(t, "django")
	program := filepath.Join(t.TempDir(), "demo")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./integration/demo")
	build.Dir = stack.Root()
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the demo: %v\n%s", err, out)
	}
	data, site, admin := t.TempDir(), freeAddr(t), freeAddr(t)
	var said output
	demo := exec.Command(program, "-data", data, "-site", site, "-admin", admin)
	demo.Stdout, demo.Stderr = &said, &said
	if err := demo.Start(); err != nil {
		t.Fatal(err)
	}
	interrupt := sync.OnceValue(func() error {
		demo.Process.Signal(os.Interrupt)
		return demo.Wait()
	})
	t.Cleanup(func() { interrupt() })
	eventually(t, func() error {
		if !strings.Contains(said.String(), "\nReady.") {
			return fmt.Errorf("the demo is not ready; it says\n%s", said.String())
		}
		return nil
	})

	for _, url := range []string{"http://" + site + "/", "http://" + site + "/crash/", "http://" + site + "/static/shop.css",
		"http://" + site + "/admin/login/", "http://" + admin + "/metrics", "http://" + admin + "/django/issues"} {
		if p := get(t, newClient(t), url); p.status != http.StatusOK {
			t.Errorf("%s is answered with %d", url, p.status)
		}
	}
	checkPrinted(t, said.String())
	for _, part := range []string{"/products/<int:pk>/", "ValueError: could not convert string to float", "was cut short"} {
		if !strings.Contains(said.String(), part) {
			t.Errorf("the demo does not show %q; it says\n%s", part, said.String())
		}
	}
	// gunicorn, its 4 workers and the gateway.
	if running := processesOf(t, data); len(running) < 6 {
		t.Errorf("only the processes %v were found", running)
	}

	if err := interrupt(); err != nil {
		t.Errorf("after an interrupt the demo ends with %v; it says\n%s", err, said.String())
	}
	if left := processesOf(t, data); len(left) > 0 {
		t.Errorf("the demo has ended and leaves the processes %v", left)
	}
	for _, addr := range []string{site, admin} {
		if conn, err := net.Dial("tcp", addr); err == nil {
			conn.Close()
			t.Errorf("something still listens on %s", addr)
		}
	}
}

// processesOf returns the ids of the processes whose environment names a
// directory. It knows Linux only.
func processesOf(t *testing.T, dir string) (ids []string) {
	t.Helper()
	environments, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil || len(environments) == 0 {
		t.Skip("there is no /proc here")
	}
	for _, path := range environments {
		// One that has just ended, or is somebody else's, cannot be read.
		if environment, err := os.ReadFile(path); err == nil && bytes.Contains(environment, []byte("="+dir)) {
			ids = append(ids, filepath.Base(filepath.Dir(path)))
		}
	}
	return ids
}

// output is what a process says, to be read while it still does.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}
