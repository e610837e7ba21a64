package stack

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// Shop is the demo project, set up to be served.
type Shop struct {
	Dir     string   // of its database, uploads, collected static files and logs
	Env     []string // settings, see integration/shop/shop/settings.py
	Workers int      // of gunicorn; default 4
	Timeout int      // of gunicorn's workers, in seconds; default 30
	Python  string   // that runs it; default that of .build/venv
	App     string   // WSGI application; default the shop's own
	Socket  string   // path of a unix socket for gunicorn to listen on as well; may be empty
}

func (s Shop) environment() []string {
	return append([]string{"SHOP_DATA=" + s.Dir}, s.Env...)
}

// Prepare makes the database with its contents and collects the static files.
func (s Shop) Prepare(ctx context.Context) error {
	for _, command := range [][]string{{"seed"}, {"collectstatic", "--no-input", "--verbosity", "0"}} {
		cmd := exec.CommandContext(ctx, s.python(), append([]string{Root("integration", "shop", "manage.py")}, command...)...)
		cmd.Env = append(os.Environ(), s.environment()...)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("manage.py %s: %w\n%s", command[0], err, out)
		}
	}
	return nil
}

// Gunicorn serves the shop as WSGI on addr.
func (s Shop) Gunicorn(ctx context.Context, addr string) (*Process, error) {
	bind := addr
	if s.Socket != "" {
		bind += ",unix:" + s.Socket
	}
	env := append(s.environment(), "SHOP_BIND="+bind)
	if s.Workers > 0 {
		env = append(env, "SHOP_WORKERS="+strconv.Itoa(s.Workers))
	}
	if s.Timeout > 0 {
		env = append(env, "SHOP_TIMEOUT="+strconv.Itoa(s.Timeout))
	}
	args := []string{s.python(), "-m", "gunicorn", "-c", Root("integration", "shop", "gunicorn.conf.py")}
	if s.App != "" {
		args = append(args, s.App)
	}
	return Start(ctx, Spec{
		Name:  "gunicorn",
		Args:  args,
		Env:   env,
		Dir:   s.Dir,
		Addr:  addr,
		Ready: Answers("http://" + addr + "/health/"),
	})
}

// Uvicorn serves the shop as ASGI on addr, a host:port.
func (s Shop) Uvicorn(ctx context.Context, addr string) (*Process, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	return Start(ctx, Spec{
		Name:  "uvicorn",
		Args:  []string{s.python(), "-m", "uvicorn", "--app-dir", Root("integration", "shop"), "--host", host, "--port", port, "shop.asgi:application"},
		Env:   s.environment(),
		Dir:   s.Dir,
		Addr:  addr,
		Ready: Answers("http://" + addr + "/health/"),
	})
}

// Served is what `caddy django serve` is told beside the project.
type Served struct {
	Addr   string // to serve on, host:port
	Admin  string // host:port of the admin API
	DSN    string // where error events go as well; may be empty
	Output io.Writer
}

// Serve serves the shop as users serve their projects: with one command.
func (s Shop) Serve(ctx context.Context, as Served) (*Process, error) {
	args := []string{Caddy(), "django", "serve", "--project", Root("integration", "shop"), "--python", python(),
		"--workers", "4", "--listen", as.Addr, "--admin", as.Admin}
	if as.DSN != "" {
		args = append(args, "--sentry", as.DSN)
	}
	return Start(ctx, Spec{
		Name:   "serve",
		Args:   args,
		Env:    append(s.environment(), "XDG_DATA_HOME="+filepath.Join(s.Dir, "data"), "XDG_CONFIG_HOME="+filepath.Join(s.Dir, "config")),
		Dir:    s.Dir,
		Addr:   as.Addr,
		Ready:  Answers("http://" + as.Addr + "/health/"),
		Output: as.Output,
	})
}

// GunicornVersion returns the version of the gunicorn that serves the shop, such
// as "27.0.1".
func GunicornVersion(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, python(), "-c", "import gunicorn; print(gunicorn.__version__)").Output()
	if err != nil {
		return "", fmt.Errorf("asking for gunicorn's version: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

func (s Shop) python() string { return cmp.Or(s.Python, python()) }

func python() string { return Root(".build", "venv", "bin", "python") }
