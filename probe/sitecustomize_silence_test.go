package probe_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/probe"
	"github.com/caddy-django/gateway/probe/probetest"
)

// What differs from process to process: identities, times, and the probe's directory where Python looks for modules.
var passing = regexp.MustCompile(`0x[0-9a-f]+|\d{9,}|[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} [\d:]{8} [-+]\d{4}|\s*(?:&#x27;|&#39;|')[^\n]*/probe(?:&#x27;|&#39;|'),`)

func TestSitecustomizeIsSilentWithoutTheSecret(t *testing.T) {
	python := interpreter(t, "venv", "django")
	header, _ := probetest.Header(strings.ToUpper(secret), "GET")
	wrong := map[string]string{probe.RequestHeader: header, "X-Django-Probe-Secret": "1;abc123 " + strings.ToUpper(secret)}
	for _, args := range [][]string{nil, {"--debug"}} {
		var plain, strange []request
		for _, server := range []string{"wsgi", "asgi"} {
			for _, path := range []string{"/", "/queries/3/", "/cached/", "/forged/", "/unhandled/", "/database/", "/template/", "/logged/", "/streamed/", "/meta/", "/nowhere/"} {
				plain = append(plain, request{Server: server, Path: path})
				strange = append(strange, request{Server: server, Path: path, Headers: wrong})
			}
		}
		env := []string{"DJANGO_PROBE_SECRET=" + secret}
		without, _ := process{python: python, path: []string{}, args: args, env: env}.answers(t, plain...)
		for name, requests := range map[string][]request{"no secret": plain, "a wrong secret": strange} {
			got, _ := process{python: python, args: args, env: env}.answers(t, requests...)
			for i, r := range got {
				want := without[i]
				if h, w := r.Headers, want.Headers; len(h) != len(w) {
					t.Errorf("%s %s, %s: headers %q, without the probe %q", plain[i].Server, plain[i].Path, name, h, w)
				} else {
					for k := range h {
						if h[k] != w[k] && h[k][0] != "Content-Length" {
							t.Errorf("%s %s, %s: header %q, without the probe %q", plain[i].Server, plain[i].Path, name, h[k], w[k])
						}
					}
				}
				if a, b := passing.ReplaceAllString(r.Body, ""), passing.ReplaceAllString(want.Body, ""); a != b || r.Status != want.Status {
					t.Errorf("%s %s, %s: the body differs from that without the probe", plain[i].Server, plain[i].Path, name)
				}
			}
		}
	}
}

func TestSitecustomizeNamesItsVersions(t *testing.T) {
	python := interpreter(t, "venv", "django")
	signed := func(asked string) map[string]string {
		return map[string]string{probe.RequestHeader: probetest.Sign(secret, "GET", asked)}
	}
	now := fmt.Sprint(time.Now().Unix())
	later, both := signed("3,4;abc123;"+now), signed("3,2;0123456789abcdef;"+now)
	older := map[string]string{"X-Django-Probe-Secret": "1;abc123 " + secret}
	all, _ := process{python: python, env: []string{"DJANGO_PROBE_SECRET=" + secret}}.answers(t,
		request{"wsgi", "/unhandled/", later}, request{"asgi", "/unhandled/", later}, request{"wsgi", "/unhandled/", older}, request{"asgi", "/unhandled/", older}, request{"wsgi", "/", both})
	for _, r := range all[:4] {
		if got := r.header("X-Django-Probe"); len(got) != 1 || got[0] != "0 abc123 speaks=2" || len(r.header("X-Django-Probe-Report")) > 0 {
			t.Errorf("%q", got)
		}
	}
	all[4].line(t)
}

func TestSitecustomizeStandsAside(t *testing.T) {
	python := interpreter(t, "venv", "django")
	file := func(text string) string {
		path := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct {
		name, env, says string
		answers         bool
	}{
		{"without a secret", "X=", "neither DJANGO_PROBE_SECRET nor DJANGO_PROBE_SECRET_FILE is set", false},
		{"with a secret that is too short", "DJANGO_PROBE_SECRET=short", "16 to 256", false},
		{"with a secret of two words", "DJANGO_PROBE_SECRET=0123456789 0123456789", "16 to 256", false},
		{"with a file that is not there", "DJANGO_PROBE_SECRET_FILE=/nowhere/at/all", "cannot be read: FileNotFoundError", false},
		{"never with a secret in a file", "DJANGO_PROBE_SECRET_FILE=" + file(secret+"\n"), "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			all, stderr := process{python: python, env: []string{c.env}}.answers(t, asked("wsgi", "/"), asked("wsgi", "/"))
			if n := strings.Count(stderr, "django probe"); c.says == "" && n > 0 || c.says != "" && (n != 1 || !strings.Contains(stderr, c.says)) {
				t.Errorf("it says %q", stderr)
			}
			if got := len(all[1].header("X-Django-Probe")) > 0; got != c.answers {
				t.Errorf("it answers: %t", got)
			}
		})
	}
}

func TestSitecustomizeStandsAsideWhereDjangoIsUnknown(t *testing.T) {
	const program = `
import sys, types
waiting = next(f for f in sys.meta_path if type(f).__name__ == "Waiting")
import django.core.handlers.wsgi as wsgi
module = types.ModuleType("django.db.backends.utils")
class CursorWrapper:
    def _execute_with_wrappers(self, sql): pass
module.CursorWrapper = CursorWrapper
before = CursorWrapper.__dict__["_execute_with_wrappers"]
waiting.arrived(module, "django.db.backends.utils")
waiting.arrived(module, "django.db.backends.utils")
print(CursorWrapper.__dict__["_execute_with_wrappers"] is before, hasattr(wsgi.WSGIHandler.__call__, "__wrapped__"))
`
	out, stderr := process{python: interpreter(t, "venv", "django"), env: []string{"DJANGO_PROBE_SECRET=" + secret}, args: []string{"-c", program}}.run(t)
	if out != "True True\n" || strings.Count(stderr, "stands aside there") != 1 {
		t.Errorf("%s%s", out, stderr)
	}
}

func TestSitecustomizeSurvivesItsOwnFailures(t *testing.T) {
	for name, broken := range map[string]string{
		"reading the gateway's header": "protocol.Exchange.__init__ = fail", "answering": "protocol.answer = fail",
		"packing the report": "protocol.pack_report = fail", "describing an exception": "request.describe_error = fail",
	} {
		dir := t.TempDir()
		// A sitecustomize behind ours is the way into the process.
		text := "from django_probe import protocol, request\ndef fail(*_): raise RuntimeError('s3cr3t')\n" + broken + "\n"
		if err := os.WriteFile(filepath.Join(dir, "sitecustomize.py"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p := process{python: interpreter(t, "venv", "django"), path: []string{ours(t), dir}, env: []string{"DJANGO_PROBE_SECRET=" + secret}}
		all, stderr := p.answers(t, asked("wsgi", "/unhandled/"), asked("wsgi", "/unhandled/"), asked("asgi", "/unhandled/"))
		for _, r := range all {
			if r.Status != 500 || len(r.Body) == 0 {
				t.Errorf("%s: %d", name, r.Status)
			}
		}
		if strings.Count(stderr, name+" failed, the request goes on without it: RuntimeError") != 1 || strings.Contains(stderr, "s3cr3t") {
			t.Errorf("%s: it says %s", name, stderr)
		}
	}
}

func TestSitecustomizeRunsTheOneThatItShadows(t *testing.T) {
	python, other := interpreter(t, "venv", "django"), t.TempDir()
	write := func(dir, text string) {
		if err := os.WriteFile(filepath.Join(dir, "sitecustomize.py"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := []string{"DJANGO_PROBE_SECRET=" + secret}
	show := []string{"-c", "import sys, sitecustomize; print(sitecustomize.name, sum(type(f).__name__ == 'Waiting' for f in sys.meta_path))"}
	write(other, "name = 'theirs'\n")
	for name, path := range map[string][]string{"once": {ours(t), other}, "with ours on the path twice": {ours(t), ours(t), other}} {
		if out, stderr := (process{python: python, path: path, env: env, args: show}).run(t); out != "theirs 1\n" || stderr != "" {
			t.Errorf("%s: %s%s", name, out, stderr)
		}
	}

	copied := t.TempDir()
	if _, err := probe.Install(copied); err != nil {
		t.Fatal(err)
	}
	out, stderr := process{python: python, path: []string{ours(t), copied, other}, env: env, args: show}.run(t)
	if out != "theirs 1\n" || strings.Count(stderr, "two probes") != 1 {
		t.Errorf("two probes: %s%s", out, stderr)
	}
	all, _ := process{python: python, path: []string{ours(t), copied}, env: env}.answers(t, asked("wsgi", "/queries/1/"))
	if got := all[0].line(t); got["q"] != "2" {
		t.Errorf("two probes count: %v", got)
	}

	write(other, "raise ValueError('theirs')\n")
	_, stderr = process{python: python, path: []string{ours(t), other}, env: env, args: []string{"-c", "pass"}}.run(t)
	if !strings.Contains(stderr, "Error in sitecustomize") || !strings.Contains(stderr, "ValueError: theirs") {
		t.Errorf("its failure is not Python's to report: %s", stderr)
	}
}

func TestSitecustomizeCostsOtherProgramsNothing(t *testing.T) {
	python := interpreter(t, "venv", "django")
	show := []string{"-c", "import sys; print(*sorted(set(sys.modules)))"}
	with, _ := process{python: python, env: []string{"DJANGO_PROBE_SECRET=" + secret}, args: show}.run(t)
	without, _ := process{python: python, path: []string{}, args: show}.run(t)
	light := []string{"sitecustomize", "django_probe", "django_probe.log", "django_probe.start"}
	for module := range strings.FieldsSeq(with) {
		if !strings.Contains(" "+without, " "+module) && !slices.Contains(light, module) {
			t.Errorf("it imports %s", module)
		}
	}
}
