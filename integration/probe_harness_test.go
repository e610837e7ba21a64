package integration

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/integration/stack"
	"github.com/caddy-django/gateway/probe"
)

const probeSecret = "0123456789abcdef-of-the-tests"

// served is the project of integration/probe on a server.
type served struct {
	args   []string // what follows python; {host}, {port}, {addr}, {dir} and {servers} are replaced
	python string   // environment of .build; default servers
	django string   // environment of .build whose Django takes the place of that python's; may be empty
	path   []string // PYTHONPATH; default the probe's directory
	env    []string // beside DJANGO_PROBE_SECRET
	dir    string   // of the project's data; default one of its own
}

// gunicorn is one that serves the project.
func gunicorn(args ...string) []string {
	return append(append([]string{"-m", "gunicorn", "--bind", "{addr}", "--no-control-socket"}, args...), "project:wsgi")
}

// uvicorn is one that serves the project.
func uvicorn(args ...string) []string {
	return append(append([]string{"-m", "uvicorn", "--host", "{host}", "--port", "{port}"}, args...), "project:asgi")
}

// start serves the project.
func (s served) start(t *testing.T) *stack.Process {
	t.Helper()
	if s.dir == "" {
		s.dir = t.TempDir()
	}
	if s.python == "" {
		s.python = "servers"
	}
	if s.path == nil {
		s.path = []string{installedProbe(t)}
	}
	s.path = append(slices.Clone(s.path), s.dir)
	if s.django != "" {
		s.path = append(s.path, sitePackages(t, s.django))
	}
	// A copy, for a server that watches it.
	project, err := os.ReadFile(stack.Root("integration", "probe", "project.py"))
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(s.dir, "project.py"), string(project))
	addr := freeAddr(t)
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	args := []string{stack.Root(".build", s.python, "bin", "python")}
	for _, arg := range s.args {
		args = append(args, strings.NewReplacer("{addr}", addr, "{host}", host, "{port}", port, "{dir}", s.dir, "{servers}", sitePackages(t, "servers")).Replace(arg))
	}
	p, err := stack.Start(t.Context(), stack.Spec{
		Name: "django",
		Args: args,
		Env: append([]string{
			"DJANGO_PROBE_SECRET=" + probeSecret,
			"PROJECT_DATA=" + s.dir,
			"PYTHONPATH=" + strings.Join(s.path, ":"),
			"PYTHONUNBUFFERED=1",
		}, s.env...),
		Dir:   s.dir,
		Addr:  addr,
		Ready: stack.Answers("http://" + addr + "/"),
	})
	return started(t, p, err)
}

func sitePackages(t *testing.T, environment string) string {
	t.Helper()
	found, err := filepath.Glob(stack.Root(".build", environment, "lib", "python3.*", "site-packages"))
	if err != nil || len(found) != 1 {
		t.Fatalf("the site-packages of %s are %v (%v)", environment, found, err)
	}
	return found[0]
}

// pythonOf is the version of an environment's Python, such as "3.11".
func pythonOf(t *testing.T, environment string) string {
	t.Helper()
	return strings.TrimPrefix(filepath.Base(filepath.Dir(sitePackages(t, environment))), "python")
}

// installedProbe is a directory with the probe as the gateway brings it.
func installedProbe(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if _, err := probe.Install(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// newProbing starts a gateway that asks the probe of an upstream.
func newProbing(t *testing.T, upstream string, env ...string) *gateway {
	t.Helper()
	return newGatewayWith(t, "probe.Caddyfile", upstream, append([]string{"PROBE_SECRET=" + probeSecret}, env...)...)
}

// probedEvent is what a test looks at in an event of which the probe has told.
type probedEvent struct {
	Platform string
	User     struct{ ID, Username string }
	Tags     map[string]string

	Exception struct {
		Values []struct {
			Type, Value string
			Stacktrace  struct {
				Frames []struct {
					Function    string
					ContextLine string `json:"context_line"`
					Vars        map[string]any
				}
			}
		}
	}
	Contexts struct {
		Django struct {
			Version string
			Queries int
			PID     int
		}
	}
}

// probedEvents are the events of a gateway, oldest first within an issue.
func (g *gateway) probedEvents() (all []probedEvent) {
	g.t.Helper()
	for _, e := range g.events() {
		var p probedEvent
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			g.t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}
