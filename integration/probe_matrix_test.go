package integration

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/integration/stack"
	"github.com/caddy-django/gateway/probe"
)

// A row is a way to serve Django, with what the probe must tell of it.
type row struct {
	server string // as the documentation has it
	minor  string // version of Django; default that of .build/servers
	served
	async bool // it serves asynchronous views as such
	also  func(*testing.T, *stack.Process, *gateway)
}

// servers are the servers that the probe is tried in, and the versions of Django.
func servers() []row {
	return []row{
		{server: "gunicorn, sync", served: served{args: gunicorn("-w2")}, also: forked},
		{server: "gunicorn, gthread", served: served{args: gunicorn("-w2", "-kgthread", "--threads=4")}},
		{server: "gunicorn, gevent", served: served{args: gunicorn("-w2", "-kgevent")}},
		{server: "gunicorn, `--preload`", served: served{args: gunicorn("-w2", "--preload")}, also: preloaded},
		{server: "gunicorn, `--reload`", served: served{args: gunicorn("--reload")}, also: reloaded},
		{server: "gunicorn, `--max-requests`", served: served{args: gunicorn("-w2", "--max-requests=5")}, also: recycled},
		{server: "gunicorn with uvicorn's workers", served: served{args: workersOfUvicorn()}, async: true, also: forked},
		{server: "uvicorn", served: served{args: uvicorn()}, async: true},
		{server: "uvicorn, `--workers`", served: served{args: uvicorn("--workers=2")}, async: true, also: forked},
		{server: "daphne", served: served{args: []string{"-m", "daphne", "-b", "{host}", "-p", "{port}", "project:asgi"}}, async: true},
		{server: "granian, WSGI", served: served{args: granian("wsgi")}, also: forked},
		{server: "granian, ASGI", served: served{args: granian("asginl")}, async: true, also: forked},
		{server: "`manage.py runserver`", served: served{args: []string{"project.py", "runserver", "{addr}"}}, also: reloaded},

		{server: "gunicorn, sync", minor: "3.2", served: borrowed("django-3.2", gunicorn())},
		{server: "gunicorn, sync", minor: "4.2", served: borrowed("django-4.2", gunicorn())},
		{server: "gunicorn, sync", minor: "6.0", served: borrowed("django-6.0", gunicorn())},
		{server: "gunicorn, sync", minor: "6.1", served: borrowed("django-6.1", gunicorn())},
		{server: "uvicorn", minor: "3.2", served: served{args: uvicorn(), django: "django-3.2"}, async: true},
		{server: "uvicorn", minor: "4.2", served: borrowed("django-4.2", uvicorn()), async: true},
		{server: "uvicorn", minor: "6.0", served: borrowed("django-6.0", uvicorn()), async: true},
		{server: "uvicorn", minor: "6.1", served: borrowed("django-6.1", uvicorn()), async: true},
	}
}

func workersOfUvicorn() []string {
	args := gunicorn("-w2", "-kuvicorn_worker.UvicornWorker")
	args[len(args)-1] = "project:asgi"
	return args
}

func granian(protocol string) []string {
	application, _, _ := strings.Cut(protocol, "nl")
	return []string{"-m", "granian", "--interface", protocol, "--host", "{host}", "--port", "{port}", "--workers=2", "project:" + application}
}

// borrowed runs a server in the environment of another Django, which has none: its
// modules are those of .build/servers, behind the environment's own.
func borrowed(environment string, args []string) served {
	const run = "import runpy, sys; sys.path.append('{servers}'); sys.argv.pop(0); runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)"
	return served{python: environment, args: append([]string{"-c", run}, args[1:]...)}
}

func TestTheProbeTellsFromEveryServer(t *testing.T) {
	needs(t, "servers")
	var tried []row
	for _, r := range servers() {
		t.Run(r.server+" "+r.minor, func(t *testing.T) {
			if r.minor != "" {
				needs(t, "django-"+r.minor)
			}
			if r.served.django == "django-3.2" && !slices.Contains([]string{"3.10", "3.11", "3.12"}, pythonOf(t, "servers")) {
				t.Skip("Django 3.2 needs modules that Python has no longer, the server a newer one than Django's own here")
			}
			without := r.served
			without.path = []string{}
			plain := without.start(t)
			ask(t, r, "http://"+plain.Addr)
			wanted, _ := stopped(t, plain)

			p := r.start(t)
			g := newProbing(t, p.Addr)
			failures := ask(t, r, g.site)
			g.committed(failures)
			r.check(t, g)
			if size := len(strings.Join(askProbe(t, p.Addr, "/large/").header[probe.ReportHeader], "")); size < 48<<10 {
				t.Errorf("the large report has %d bytes only", size)
			}
			if r.also != nil {
				r.also(t, p, g)
			}
			end, took := stopped(t, p)
			if end != wanted || took > 20*time.Second {
				t.Errorf("it ends after %s with %q, without a probe with %q", took, end, wanted)
			}
			if got, want := warnings(t, p), warnings(t, plain); got != want {
				t.Errorf("the server's log warns\n%s\nwithout a probe\n%s", got, want)
			}
			tried = append(tried, r)
		})
	}
	if len(tried) == len(servers()) {
		checkSection(t, stack.Root("docs", "probe.md"), "<!-- written by go test ./integration -run ProbeTells -record -->\n", section(t, tried))
	}
}

// section is what the documentation says of the servers.
func section(t *testing.T, tried []row) string {
	t.Helper()
	pinned := pins(t, "requirements-servers.txt")
	shops := strings.Join(strings.SplitN(pinned["django"], ".", 3)[:2], ".")
	var names []string
	versions := map[string][]string{}
	for _, r := range tried {
		if versions[r.server] == nil {
			names = append(names, r.server)
		}
		versions[r.server] = append(versions[r.server], cmp.Or(r.minor, shops))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\nTried with gunicorn %s, gevent %s, uvicorn %s, daphne %s, granian %s:\n\n| server | Django |\n|---|---|\n",
		pinned["gunicorn"], pinned["gevent"], pinned["uvicorn"], pinned["daphne"], pinned["granian"])
	for _, name := range names {
		slices.Sort(versions[name])
		fmt.Fprintf(&b, "| %s | %s |\n", name, strings.Join(versions[name], ", "))
	}
	return b.String() + "\n"
}

// ask sends a few requests, and returns how many of them fail.
func ask(t *testing.T, r row, site string) (failures int) {
	t.Helper()
	client := newClient(t)
	views := []string{""}
	if r.async {
		views = append(views, "/async")
	}
	for _, prefix := range views {
		if p := get(t, client, site+prefix+"/work/3/?as=7"); p.status != http.StatusOK || p.body != "3\n" {
			t.Fatalf("the answer is %d %q", p.status, p.body)
		}
		if p := get(t, client, site+prefix+"/fail/10/?as=7"); p.status != http.StatusInternalServerError {
			t.Fatalf("the answer is %d %q", p.status, p.body)
		}
		failures++
	}
	if p := get(t, client, site+"/large/"); p.status != http.StatusInternalServerError {
		t.Fatalf("the answer is %d %q", p.status, p.body)
	}
	return failures + 1
}

// check looks at what the gateway knows after those requests.
func (r row) check(t *testing.T, g *gateway) {
	t.Helper()
	wanted := map[string]float64{"/work/<int:number>/": 1, "/fail/<int:number>/": 1, "/large/": 1}
	failing := map[string]string{"/fail/<int:number>/": "fail", "/large/": "down"}
	if r.async {
		maps.Copy(wanted, map[string]float64{"/async/work/<int:number>/": 1, "/async/fail/<int:number>/": 1})
		failing["/async/fail/<int:number>/"] = "fail_async"
	}
	if got := g.counts("django_database_queries", "http_route"); !maps.Equal(got, wanted) {
		t.Errorf("the probe has told the routes %v, not %v", got, wanted)
	}
	answers := g.counts("django_probe_answers_total", "result")
	if want := map[string]float64{"ok": float64(len(wanted))}; !maps.Equal(withoutZeros(answers), want) {
		t.Errorf("the answers are %v, not %v", answers, want)
	}
	for _, e := range g.probedEvents() {
		route := e.Tags["http.route"]
		function := failing[route]
		delete(failing, route)
		thrown := e.Exception.Values[0]
		if e.Platform != "python" || thrown.Type != "ValueError" || len(thrown.Stacktrace.Frames) == 0 {
			t.Errorf("%s: there is no traceback, but %s %+v", route, e.Platform, e.Exception)
			continue
		}
		last := thrown.Stacktrace.Frames[len(thrown.Stacktrace.Frames)-1]
		if last.Function != function && !strings.HasSuffix(last.Function, "."+function) || !strings.Contains(last.ContextLine, "raise ValueError") {
			t.Errorf("%s: it was raised in %s: %s", route, last.Function, last.ContextLine)
		}
		if route == "/large/" {
			continue
		}
		if thrown.Value != "number 10 failed" || fmt.Sprint(last.Vars["number"]) != "10" || e.User.ID != "7" || e.User.Username != "user-7" || e.Contexts.Django.Queries != 3 {
			t.Errorf("%s: %q with %v by %v after %d statements", route, thrown.Value, last.Vars, e.User, e.Contexts.Django.Queries)
		}
		if r.minor != "" && !strings.HasPrefix(e.Contexts.Django.Version, r.minor+".") {
			t.Errorf("it is Django %s", e.Contexts.Django.Version)
		}
	}
	if len(failing) > 0 {
		t.Errorf("no event is of %v", failing)
	}
}

// stopped ends a process as a service manager does.
func stopped(t *testing.T, p *stack.Process) (end string, took time.Duration) {
	t.Helper()
	began := time.Now()
	p.Stop()
	return p.End(), time.Since(began)
}

var (
	warning = regexp.MustCompile(`(?im)^.*(?:warn|error|exception|traceback|django probe).*$`)
	passing = regexp.MustCompile(`\d+`)
)

// warnings are what the log of a server has of warnings and errors, each once.
func warnings(t *testing.T, p *stack.Process) string {
	t.Helper()
	var lines []string
	known := map[string]bool{}
	for _, line := range warning.FindAllString(readFile(t, p.Log), -1) {
		if line = passing.ReplaceAllString(line, "N"); !known[line] {
			known[line] = true
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// pids are the workers that have answered.
func pids(t *testing.T, addr string, requests int) map[string]int {
	t.Helper()
	found := map[string]int{}
	for range requests {
		found[askProbe(t, addr, "/").line["pid"]]++
	}
	return found
}

// forked tells that it is the worker that answers for itself, and not who forked it.
func forked(t *testing.T, p *stack.Process, g *gateway) {
	t.Helper()
	if found := pids(t, p.Addr, 10); found[fmt.Sprint(p.Pid())] > 0 || found[""] > 0 {
		t.Errorf("the answers are of %v, the server is %d", found, p.Pid())
	}
}

// settled waits until a worker that starts from now on is a new one: ages are in whole
// seconds, and a gateway gives the workers that it first meets a few.
func settled() { time.Sleep(4 * time.Second) }

// preloaded tells that the age of a worker begins when it is forked, and not with its
// first request: else it would seem to have been restarted.
func preloaded(t *testing.T, p *stack.Process, g *gateway) {
	t.Helper()
	settled()
	forked(t, p, g)
	client := newClient(t)
	for range 20 {
		get(t, client, g.site+"/work/1/")
	}
	eventually(t, func() error {
		if n := g.counts("django_workers")[""]; n != 2 {
			return fmt.Errorf("%v workers have answered", n)
		}
		return nil
	})
	if starts := g.counts("django_worker_starts_total")[""]; starts != 0 {
		t.Errorf("%v workers seem to have started late", starts)
	}
}

// reloaded tells that a worker which a change of the code has replaced answers, too.
func reloaded(t *testing.T, p *stack.Process, g *gateway) {
	t.Helper()
	settled()
	before := pids(t, p.Addr, 1)
	project := filepath.Join(filepath.Dir(p.Log), "project.py")
	writeFile(t, project, readFile(t, project)+"\n")
	eventually(t, func() error {
		resp, err := http.Get("http://" + p.Addr + "/")
		if err != nil {
			return err // it is just being replaced
		}
		resp.Body.Close()
		for pid := range pids(t, p.Addr, 1) {
			if before[pid] > 0 {
				return errors.New("the worker is still the old one")
			}
		}
		return nil
	})
	get(t, newClient(t), g.site+"/work/1/")
	eventually(t, func() error {
		if answers := withoutZeros(g.counts("django_probe_answers_total", "result")); len(answers) != 1 || answers["ok"] == 0 {
			return fmt.Errorf("the answers are %v", answers)
		}
		if g.counts("django_worker_starts_total")[""] != 1 {
			return errors.New("the new worker is not counted")
		}
		return nil
	})
}

// recycled tells that no answer is lost when workers end after some requests.
func recycled(t *testing.T, p *stack.Process, g *gateway) {
	t.Helper()
	settled()
	before := g.counts("django_probe_answers_total", "result")["ok"]
	client := newClient(t)
	const requests = 40
	for range requests {
		if p := get(t, client, g.site+"/work/1/"); p.status != http.StatusOK {
			t.Errorf("the answer is %d", p.status)
		}
	}
	eventually(t, func() error {
		answers := withoutZeros(g.counts("django_probe_answers_total", "result"))
		if len(answers) != 1 || answers["ok"] != before+requests {
			return fmt.Errorf("the answers are %v, before %v", answers, before)
		}
		return nil
	})
	if starts := g.counts("django_worker_starts_total")[""]; starts < 4 {
		t.Errorf("%v workers have started after %d requests", starts, requests)
	}
}
