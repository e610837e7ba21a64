package integration

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/integration/stack"
)

// What docs/django.md tells people to write into their settings makes the id that a
// visitor has lead to the traceback.
func TestTheIDOfAResponseLeadsToTheTracebackInTheLog(t *testing.T) {
	needs(t, "django")
	settings := t.TempDir()
	text := "from shop.settings import *\n" + documentedLogging(t)
	if err := os.WriteFile(filepath.Join(settings, "logging_settings.py"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	shop := preparedShop(t)
	shop.Env = []string{"PYTHONPATH=" + settings, "DJANGO_SETTINGS_MODULE=logging_settings"}
	g := newFront(t, onGunicorn(t, shop), t.TempDir())

	id := crash(t, newClient(t), g.site, "value-error").header.Get("X-Request-Id")
	g.committed(1)
	if event := g.events()[0]; id == "" || event.Tags["request_id"] != id {
		t.Errorf("the response has the id %q, the event %q", id, event.Tags["request_id"])
	}
	out, err := exec.Command(stack.Caddy(), "django", "issues", id, "--address", g.admin).CombinedOutput()
	if err != nil || !regexp.MustCompile(`(?m)^request id +`+regexp.QuoteMeta(id)+`$`).Match(out) {
		t.Errorf("caddy django issues %s: %v\n%s", id, err, out)
	}
	line := "ERROR " + id + " Internal Server Error: /crash/value-error/\nTraceback (most recent call last):\n"
	log, err := os.ReadFile(filepath.Join(shop.Dir, "gunicorn.log"))
	if err != nil || !strings.Contains(string(log), line) {
		t.Errorf("the log has no %q (%v):\n%s", line, err, log)
	}
}

func TestTheCodeOfAnErrorPageLeadsToItsEvent(t *testing.T) {
	needs(t, "django")
	g := newFront(t, freeAddr(t), t.TempDir())
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.site+"/about/", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "application/json")
	resp, err := newClient(t).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var said struct {
		Code string `json:"error_id"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&said); err != nil || said.Code == "" {
		t.Fatalf("the page has no code (%v)", err)
	}
	g.committed(1)
	out, err := exec.Command(stack.Caddy(), "django", "issues", said.Code, "--address", g.admin).CombinedOutput()
	if err != nil {
		t.Fatalf("caddy django issues %s: %v\n%s", said.Code, err, out)
	}
	for _, row := range []string{`error id +` + said.Code, `request id +` + resp.Header.Get("X-Request-Id"), `kind +unreachable`} {
		if !regexp.MustCompile(`(?m)^` + row + `$`).Match(out) {
			t.Errorf("it prints no %q:\n%s", row, out)
		}
	}
}

// documentedLogging is the block of Python that sets LOGGING.
func documentedLogging(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(stack.Root("docs", "django.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## Tracebacks with DEBUG off\n")
	_, block, _ := strings.Cut(section, "```python\n")
	block, _, found := strings.Cut(block, "```\n")
	if !found {
		t.Fatal("docs/django.md has no such block")
	}
	return block
}
