package probe_test

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/probe"
	"github.com/caddy-django/gateway/probe/probetest"
)

// environments are those of integration/setup, with what it calls them where they are missing.
var environments = []struct{ dir, missing string }{
	{"venv", "django"}, {"django-3.2", "django-3.2"}, {"django-4.0", "django-4.0"}, {"django-4.1", "django-4.1"}, {"django-4.2", "django-4.2"},
	{"django-5.0", "django-5.0"}, {"django-5.1", "django-5.1"}, {"django-6.0", "django-6.0"}, {"django-6.1", "django-6.1"},
}

const secret = "0123456789abcdef-our-own"

// A process is Python with the probe on its path.
type process struct {
	python string
	path   []string // PYTHONPATH; nil: the probe's directory alone
	env    []string
	args   []string
	stdin  []byte
}

func interpreter(t *testing.T, dir, missing string) string {
	t.Helper()
	if reason, err := os.ReadFile(filepath.Join("../.build/missing", missing)); err == nil {
		t.Skipf("%s is missing: %s", missing, bytes.TrimSpace(reason))
	}
	python, err := filepath.Abs(filepath.Join("../.build", dir, "bin/python"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(python); err != nil {
		t.Skipf("there is no Python with Django: run integration/setup (%v)", err)
	}
	return python
}

func ours(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func (p process) run(t *testing.T) (stdout, stderr string) {
	t.Helper()
	if p.path == nil {
		p.path = []string{ours(t)}
	}
	cmd := exec.CommandContext(t.Context(), p.python, p.args...)
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1", "PYTHONPATH="+strings.Join(p.path, ":"))
	cmd.Env = append(cmd.Env, p.env...)
	cmd.Stdin = bytes.NewReader(p.stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	return out.String(), errs.String()
}

type request struct {
	Server  string            `json:"server"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers,omitempty"`
}

type response struct {
	Status    int               `json:"status"`
	Headers   [][2]string       `json:"headers"`
	Body      string            `json:"body"`
	Said      map[string]string `json:"said"`
	Evaluated []string          `json:"evaluated"`
}

// asked is a request as the gateway sends it.
func asked(server, path string, options ...string) request {
	header, _ := probetest.Header(secret, "GET", options...)
	return request{server, path, map[string]string{probe.RequestHeader: header}}
}

// answers serves the requests in one process.
func (p process) answers(t *testing.T, requests ...request) ([]response, string) {
	t.Helper()
	document, err := json.Marshal(requests)
	if err != nil {
		t.Fatal(err)
	}
	p.stdin, p.args = document, append([]string{"testdata/project.py"}, p.args...)
	out, errs := p.run(t)
	var all []response
	if err := json.Unmarshal([]byte(out), &all); err != nil || len(all) != len(requests) {
		t.Fatalf("%v\n%s\n%s", err, out, errs)
	}
	return all, errs
}

type (
	report struct {
		Errors      []failure
		User        map[string]string
		Breadcrumbs []struct {
			Ago                      float64
			Category, Level, Message string
		}
		Versions struct {
			Python, Django, Build string
			Packages              map[string]string
		}
		Cut []string
	}
	failure struct {
		Handled                        bool
		Logger, Level, Message, Format string
		Chain                          []exception
		Template                       *struct {
			File    string
			Line    int
			Context string
		}
	}
	exception struct {
		Type, Module, Value, Source string
		Parent                      *int
		Group, Suppressed           bool
		Notes                       []string
		Frames                      []frame
		Omitted                     int
	}
	frame struct {
		File, Module, Function, Context string
		Line                            int
		Pre, Post                       []string
		Vars                            map[string]string
	}
)

func (r response) header(name string) (values []string) {
	for _, h := range r.Headers {
		if strings.EqualFold(h[0], name) {
			values = append(values, h[1])
		}
	}
	return values
}

// begins is what each answer begins with.
var begins = regexp.MustCompile(`^2 [0-9a-f]{16} `)

// line is the one that every answer has, by its keys.
func (r response) line(t *testing.T) map[string]string {
	t.Helper()
	lines := r.header("X-Django-Probe")
	if len(lines) != 1 || !begins.MatchString(lines[0]) || len(lines[0]) > 4096 {
		t.Fatalf("the line is %q", lines)
	}
	all := make(map[string]string)
	for pair := range strings.SplitSeq(begins.ReplaceAllString(lines[0], ""), " ") {
		key, value, _ := strings.Cut(pair, "=")
		all[key] = value
	}
	return all
}

// report reads the report, and returns it as text, too.
func (r response) report(t *testing.T) (read report, text string, packed int) {
	t.Helper()
	var parts strings.Builder
	lines := r.header("X-Django-Probe-Report")
	for i, line := range lines {
		part, ok := strings.CutPrefix(line, fmt.Sprintf("%d/%d ", i+1, len(lines)))
		if !ok || len(line) > 8<<10 {
			t.Fatalf("line %d of %d is %.20q, of %d bytes", i+1, len(lines), line, len(line))
		}
		parts.WriteString(part)
	}
	compressed, err := base64.StdEncoding.DecodeString(parts.String())
	if err != nil {
		t.Fatal(err)
	}
	inflate, err := zlib.NewReader(bytes.NewReader(compressed))
	if err != nil {
		t.Fatalf("there is no report: %v", err)
	}
	plain, err := io.ReadAll(inflate)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(plain, &read); err != nil {
		t.Fatal(err)
	}
	return read, string(plain), len(compressed)
}

// pythonFrame is a line of Python's own traceback.
var pythonFrame = regexp.MustCompile(`(?m)^  File "(.*)", line (\d+), in (.*)$`)

// sameTraceback compares the frames with those of the last traceback that Python prints, which is the outermost.
func sameTraceback(t *testing.T, got []frame, printed string) {
	t.Helper()
	_, printed = cutLast(printed, "Traceback (most recent call last):\n")
	var want, have []string
	for _, m := range pythonFrame.FindAllStringSubmatch(printed, -1) {
		if !strings.Contains(m[1], "/asgiref/") { // which asks not to be shown, in most places
			want = append(want, m[2]+" "+m[3])
		}
	}
	for _, f := range got {
		if strings.HasPrefix(f.Module, "asgiref.") {
			continue
		}
		have = append(have, fmt.Sprintf("%d %s", f.Line, f.Function))
	}
	if len(want) == 0 || strings.Join(have, "\n") != strings.Join(want, "\n") {
		t.Errorf("the frames are\n%s\nPython's are\n%s", strings.Join(have, "\n"), strings.Join(want, "\n"))
	}
}

func cutLast(s, separator string) (before, after string) {
	at := strings.LastIndex(s, separator)
	if at < 0 {
		return "", s
	}
	return s[:at], s[at+len(separator):]
}

func TestSitecustomizeBeginsAnewInAForkedWorker(t *testing.T) {
	const program = `
import os
import django.core.handlers.wsgi
from django_probe import worker
parent = worker.this.born
pid = os.fork()
if pid == 0:
    print(worker.this.pid == os.getpid(), worker.this.born > parent, flush=True)
    os._exit(0)
os.waitpid(pid, 0)
`
	out, stderr := process{python: interpreter(t, "venv", "django"), env: []string{"DJANGO_PROBE_SECRET=" + secret}, args: []string{"-c", program}}.run(t)
	if out != "True True\n" {
		t.Errorf("%s%s", out, stderr)
	}
}
