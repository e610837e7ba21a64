package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
)

func deployed(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// What the units start is elsewhere on this machine, if it is there at all.
func TestUnitsAreValid(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("no systemd-analyze")
	}
	dir := t.TempDir()
	command := []string{"verify", "--man=no", "--recursive-errors=no"}
	for _, unit := range []string{"gunicorn.socket", "gunicorn.service", "caddy.service"} {
		text := strings.NewReplacer("/srv/shop/venv/bin/gunicorn", "/bin/true", "/usr/bin/caddy", "/bin/true").Replace(deployed(t, unit))
		path := filepath.Join(dir, unit)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		command = append(command, path)
	}
	if out, err := exec.Command("systemd-analyze", command...).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestTheDeployedCaddyfileAdapts(t *testing.T) {
	text := deployed(t, "Caddyfile")
	if formatted := string(caddyfile.Format([]byte(text))); formatted != text {
		t.Errorf("not as caddy fmt writes it:\n%s", formatted)
	}
	if _, err := adapt(text); err != nil {
		t.Error(err)
	}
}

// Each of them names the socket, and only all of them together can change it.
func TestTheFilesNameOneSocket(t *testing.T) {
	const socket = "/run/shop/gunicorn.sock"
	for _, name := range []string{"gunicorn.socket", "Caddyfile"} {
		if !strings.Contains(deployed(t, name), socket) {
			t.Errorf("%s does not name %s", name, socket)
		}
	}
}

func TestTheContainerRunsWhatIsThere(t *testing.T) {
	for line := range strings.Lines(deployed(t, "Containerfile")) {
		words := strings.Fields(line)
		if len(words) < 3 || words[0] != "COPY" || strings.HasPrefix(words[1], "--from") {
			continue
		}
		for _, file := range words[1 : len(words)-1] {
			if _, err := os.Stat(filepath.Join("..", file)); err != nil {
				t.Error(err)
			}
		}
	}
	if !strings.Contains(deployed(t, "Containerfile"), "golang:"+goVersion(t)+" ") {
		t.Errorf("it does not build with Go %s", goVersion(t))
	}
}

// goVersion is the one that go.mod asks for, such as 1.26.
func goVersion(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\ngo ")
	parts := strings.SplitN(strings.Fields(rest)[0], ".", 3)
	return parts[0] + "." + parts[1]
}
