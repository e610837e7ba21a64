package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/integration/stack"
)

const probedSite = `{
	admin %s
	django {
		store %s
	}
}
http://%s {
	django %s {
		monitor {
			probe {file.%s}
		}
	}
}
`

func TestAPrefixGivesAServerTheProbeAndTheDoctorSeesIt(t *testing.T) {
	needs(t, "django")
	shop := preparedShop(t)
	dir, app, site, admin := t.TempDir(), freeAddr(t), freeAddr(t), freeAddr(t)
	secret := filepath.Join(dir, "secret")
	python := stack.Root(".build", "venv", "bin", "python")
	serve := func(name string, command ...string) *stack.Process {
		t.Helper()
		args := append([]string{stack.Caddy(), "django", "run", "--secret-file", secret, "--"}, command...)
		p, err := stack.Start(t.Context(), stack.Spec{Name: name, Args: args, Dir: shop.Dir, Addr: app,
			Env:   []string{"SHOP_DATA=" + shop.Dir, "SHOP_BIND=" + app, "XDG_DATA_HOME=" + dir},
			Ready: stack.Answers("http://" + app + "/health/")})
		return started(t, p, err)
	}
	gunicorn := []string{python, "-m", "gunicorn", "-c", stack.Root("integration", "shop", "gunicorn.conf.py")}
	server := serve("gunicorn", gunicorn...)
	if comm, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", server.Pid())); err == nil && !strings.Contains(string(comm), "gunicorn\x00-c") {
		t.Errorf("the process is %q", comm)
	}

	caddyfile := filepath.Join(dir, "Caddyfile")
	if err := os.WriteFile(caddyfile, fmt.Appendf(nil, probedSite, admin, filepath.Join(dir, "errors.db"), site, app, secret), 0o600); err != nil {
		t.Fatal(err)
	}
	gateway, err := stack.Gateway(t.Context(), dir, caddyfile, site)
	started(t, gateway, err)
	diagnosis := func(want string) {
		t.Helper()
		out, _ := exec.CommandContext(t.Context(), stack.Caddy(), "django", "doctor", "--address", admin).CombinedOutput() // other checks fail
		if !strings.Contains(string(out), want) {
			t.Errorf("the doctor does not say %q, but\n%s", want, out)
		}
	}
	diagnosis("the probe at " + app + " answers, in Django ")
	get(t, newClient(t), "http://"+site+"/health/")
	if p := get(t, newClient(t), "http://"+admin+"/metrics"); !probeAnswered.MatchString(p.body) {
		t.Error("the gateway has got no answer")
	}

	server.Stop()
	server = serve("uvicorn", python, "-m", "uvicorn", "--app-dir", stack.Root("integration", "shop"), "--port", app[strings.LastIndex(app, ":")+1:], "shop.asgi:application")
	diagnosis("the probe at " + app + " answers, in Django ")

	server.Stop()
	serve("isolated", append([]string{python, "-I"}, gunicorn[1:]...)...)
	diagnosis("(python) runs with -I, by which Python does not import it")
	if p := get(t, newClient(t), "http://"+site+"/health/"); p.status != 200 {
		t.Errorf("without the probe the site answers %d", p.status)
	}
}
