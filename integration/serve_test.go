package integration

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/caddy-django/gateway/integration/stack"
)

// serving is a `caddy django serve` of the shop.
type serving struct {
	*exec.Cmd
	said *output
	site string
	dir  string // in the environment of all its processes
	done chan error

	admin string
}

func serveShop(t *testing.T, args ...string) *serving {
	t.Helper()
	needs(t, "django")
	addr, admin := freeAddr(t), freeAddr(t)
	s := startServe(t, preparedShop(t), append([]string{"--listen", addr, "--admin", admin}, args...)...)
	s.site, s.admin = "http://"+addr, "http://"+admin
	return s
}

func startServe(t *testing.T, shop stack.Shop, args ...string) *serving {
	t.Helper()
	s := &serving{said: new(output), dir: shop.Dir, done: make(chan error, 1)}
	s.Cmd = exec.Command(stack.Caddy(), append([]string{"django", "serve", "--project", stack.Root("integration", "shop"),
		"--python", stack.Root(".build", "venv", "bin", "python")}, args...)...)
	s.Env = slices.Concat(os.Environ(), shop.Env, []string{"SHOP_DATA=" + shop.Dir,
		"XDG_DATA_HOME=" + filepath.Join(shop.Dir, "data"), "XDG_CONFIG_HOME=" + filepath.Join(shop.Dir, "config")})
	s.Stdout, s.Stderr = s.said, s.said
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { s.done <- s.Wait() }()
	t.Cleanup(func() {
		s.Process.Kill()
		if t.Failed() {
			t.Logf("it said\n%s", s.said)
		}
	})
	s.awaits(t, "Ctrl-C stops it.")
	return s
}

// awaits waits until it has said something.
func (s *serving) awaits(t *testing.T, what string) {
	t.Helper()
	eventually(t, func() error {
		if !strings.Contains(s.said.String(), what) {
			return fmt.Errorf("it does not say %q, but\n%s", what, s.said)
		}
		return nil
	})
}

// gone waits until none of its processes is left.
func (s *serving) gone(t *testing.T) {
	t.Helper()
	eventually(t, func() error {
		if left := processesOf(t, s.dir); len(left) > 0 {
			return fmt.Errorf("the processes %v are left over", left)
		}
		return nil
	})
}

var probeAnswered = regexp.MustCompile(`(?m)^django_probe_answers_total\{result="ok",[^}]*\} [1-9]`)

// hasProbe fails unless the probe has answered.
func (s *serving) hasProbe(t *testing.T, server string) {
	t.Helper()
	if p := get(t, newClient(t), s.admin+"/metrics"); !probeAnswered.MatchString(p.body) {
		t.Errorf("no answer of %s's probe is counted", server)
	}
}

func TestOneCommandServesAProject(t *testing.T) {
	s := serveShop(t, "--workers", "2")
	for _, want := range []string{"Serving shop (Django ", "url      " + s.site + "/\n", "app      shop.wsgi:application\n",
		"server   gunicorn ", "workers: 2\n", "static   /static/ from " + s.dir + "/static\n"} {
		s.awaits(t, want)
	}
	if !regexp.MustCompile(`\n  routes   \d+\n`).MatchString(s.said.String()) {
		t.Errorf("it has no routes:\n%s", s.said)
	}
	for path, want := range map[string]int{"/": http.StatusOK, "/static/shop.css": http.StatusOK, "/static/none.css": http.StatusNotFound,
		"/crash/value-error/": http.StatusInternalServerError} {
		if p := get(t, newClient(t), s.site+path); p.status != want {
			t.Errorf("%s is answered with %d, want %d", path, p.status, want)
		}
	}
	s.awaits(t, "  app_error  GET /crash/<slug:kind>/  500  ValueError: could not convert string to float: '12,50'  event ")
	s.hasProbe(t, "gunicorn")
	checkPrinted(t, s.said.String())
	host, _, _ := net.SplitHostPort(strings.TrimPrefix(s.site, "http://"))
	if p := get(t, newClient(t), s.admin+"/metrics"); !strings.Contains(p.body, `,server_address="`+host+`"`) || strings.Contains(p.body, `server_address="_other"`) {
		t.Errorf("the metrics do not name the site %s:\n%s", host, p.body)
	}
	if p := get(t, newClient(t), s.admin+"/django/issues"); !strings.Contains(p.body, `"site":"`+host+`"`) {
		t.Errorf("the issues do not name the site %s: %s", host, p.body)
	}

	loaded := routesOf(t, s)
	s.Process.Signal(syscall.SIGHUP)
	s.awaits(t, "Handling signal: hup")
	eventually(t, func() error {
		if routesOf(t, s) == loaded {
			return errors.New("the routes are those of before")
		}
		return nil
	})
	eventually(t, func() error { return stack.Answers(s.site + "/")(t.Context()) })

	s.Process.Signal(syscall.SIGTERM)
	if err := <-s.done; err != nil {
		t.Errorf("it ends with %v", err)
	}
	if left := processesOf(t, s.dir); len(left) > 0 {
		t.Errorf("the processes %v are left over", left)
	}
	if sockets, _ := filepath.Glob(filepath.Join(socketOf(t, s), "*")); len(sockets) > 0 {
		t.Errorf("left over: %q", sockets)
	}
}

// routesOf is what the admin API says of the routes, with when they were loaded.
func routesOf(t *testing.T, s *serving) string {
	t.Helper()
	p := get(t, newClient(t), s.admin+"/django/routes")
	if p.status != http.StatusOK {
		t.Fatalf("the admin API answers %d: %s", p.status, p.body)
	}
	return p.body
}

// socketOf returns the directory of the socket, as the summary says it.
func socketOf(t *testing.T, s *serving) string {
	t.Helper()
	_, after, ok := strings.Cut(s.said.String(), "socket   ")
	path, _, _ := strings.Cut(after, "\n")
	if !ok || !filepath.IsAbs(path) {
		t.Fatalf("it names no socket:\n%s", s.said)
	}
	return filepath.Dir(path)
}

func TestAServerThatIsKilledIsStartedAgainAndEndsWithTheGateway(t *testing.T) {
	s := serveShop(t, "--app", "shop.asgi", "--workers", "2")
	s.awaits(t, "server   uvicorn ")
	get(t, newClient(t), s.site+"/health/")
	s.hasProbe(t, "uvicorn")
	server := childOf(t, s.Process.Pid)
	syscall.Kill(server, syscall.SIGKILL)
	s.awaits(t, "uvicorn has ended and is started again")
	eventually(t, func() error {
		if strings.Count(s.said.String(), "Uvicorn running on unix socket") != 2 {
			return errors.New("it does not listen again")
		}
		return nil
	})
	eventually(t, func() error { return stack.Answers(s.site + "/health/")(t.Context()) })
	if childOf(t, s.Process.Pid) == server {
		t.Error("it is the same server")
	}
	s.Process.Kill()
	s.gone(t)
}

// childOf returns the only child of a process.
func childOf(t *testing.T, pid int) (child int) {
	t.Helper()
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if len(tasks) == 0 {
		t.Skip("there is no /proc here")
	}
	for _, task := range tasks {
		if text, err := os.ReadFile(task); err == nil && len(text) > 0 {
			fmt.Sscan(string(text), &child)
		}
	}
	if child == 0 {
		t.Fatal("it has no child")
	}
	return child
}

// busy is in the metrics while a request is being answered.
var busy = regexp.MustCompile(`(?m)^http_server_active_requests{.*} [1-9]`)

func TestASecondInterruptEndsWhatIsStillServed(t *testing.T) {
	s := serveShop(t, "--workers", "1", "--no-probe")
	get(t, newClient(t), s.site+"/health/")
	if p := get(t, newClient(t), s.admin+"/metrics"); strings.Contains(p.body, "django_probe_answers_total{") {
		t.Error("a probe was asked")
	}
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		if resp, err := http.Get(s.site + "/crash/hang/"); err == nil { // it sleeps for minutes
			resp.Body.Close()
		}
	}()
	eventually(t, func() error {
		if p := get(t, newClient(t), s.admin+"/metrics"); !busy.MatchString(p.body) {
			return errors.New("no request is being answered")
		}
		return nil
	})
	began := time.Now()
	s.Process.Signal(syscall.SIGINT)
	s.Process.Signal(syscall.SIGTERM)
	if err := <-s.done; err == nil {
		t.Error("it ends as if in order")
	}
	s.gone(t)
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
	<-answered
}

func TestWhatCannotBeServedIsALine(t *testing.T) {
	needs(t, "django")
	for name, c := range map[string]struct{ args, want string }{
		"no manage.py": {"--project " + t.TempDir(), "there is no manage.py in "},
		"an app that cannot be imported": {"--project " + stack.Root("integration", "shop") + " --app shop.none",
			"the application shop.none:application cannot be imported: ModuleNotFoundError"},
		"settings that are not there": {"--project " + stack.Root("integration", "shop") + " --settings shop.none",
			"the settings shop.none cannot be imported: ModuleNotFoundError"},
	} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"django", "serve", "--listen", freeAddr(t), "--admin", freeAddr(t),
				"--python", stack.Root(".build", "venv", "bin", "python")}, strings.Fields(c.args)...)
			out, err := exec.CommandContext(t.Context(), stack.Caddy(), args...).CombinedOutput()
			if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 1 {
				t.Errorf("it ends with %v", err)
			}
			if !strings.HasPrefix(string(out), "Error: "+c.want) || strings.Count(string(out), "\n") != 1 {
				t.Errorf("it says\n%s", out)
			}
		})
	}
}
