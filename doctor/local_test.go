package doctor

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/appserver"
	"github.com/caddy-django/gateway/delivery"
)

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// listening makes a socket with these rights; its directory is open to all.
func listening(t *testing.T, mode os.FileMode) string {
	t.Helper()
	dir, err := os.MkdirTemp("/var", "doctor-")
	if err != nil {
		if dir, err = os.MkdirTemp("", "doctor-"); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	path := filepath.Join(dir, "x.sock")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	for path, mode := range map[string]os.FileMode{dir: 0o755, path: mode} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// caddyAs is a /proc in which Caddy runs as somebody.
func caddyAs(t *testing.T, uid string) string {
	t.Helper()
	proc := t.TempDir()
	write(t, filepath.Join(proc, "7/comm"), "systemd\n")
	write(t, filepath.Join(proc, "99/comm"), "caddy\n")
	write(t, filepath.Join(proc, "99/status"), "Name:\tcaddy\nUid:\t"+uid+"\t"+uid+"\t"+uid+"\t"+uid+"\nGid:\t54321\t54321\t54321\t54321\nGroups:\t54322 \n")
	return proc
}

func TestUpstreamsAreChecked(t *testing.T) {
	open, closed := listening(t, 0o777), listening(t, 0o700)
	gone := filepath.Join(t.TempDir(), "gone.sock")
	file := write(t, filepath.Join(t.TempDir(), "x"), "")
	for name, c := range map[string]struct {
		upstreams []string
		uid       string
		verdict   Verdict
		words     string
	}{
		"a socket":                       {[]string{"unix/" + open}, "54321", OK, "Caddy can connect to unix/" + open},
		"a socket of another":            {[]string{"unix/" + open, "unix/" + closed}, "54321", Fail, "Caddy, which runs as 54321, may not use " + closed + ": it may not write to it (Srwx------) -> run gunicorn with --umask 007"},
		"a socket of another, for root":  {[]string{"unix/" + closed}, "0", OK, ""},
		"no socket":                      {[]string{"unix/" + gone}, "54321", Fail, gone + " is not there -> start gunicorn with --bind unix:" + gone},
		"a file":                         {[]string{"unix/" + file}, "54321", Fail, "is no socket"},
		"nobody on a port":               {[]string{"127.0.0.1:9"}, "54321", Fail, "nobody listens on 127.0.0.1:9 -> start gunicorn or uvicorn, with --bind 127.0.0.1:9"},
		"a configuration without Django": {nil, "54321", Skipped, "--config"},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, checkUpstreams(t.Context(), &Setup{Upstreams: c.upstreams, proc: caddyAs(t, c.uid)}), c.verdict, c.words)
		})
	}
	shut := filepath.Dir(open)
	if err := os.Chmod(shut, 0o700); err != nil {
		t.Fatal(err)
	}
	expect(t, checkUpstreams(t.Context(), &Setup{Upstreams: []string{"unix/" + open}, proc: caddyAs(t, "54321")}), Fail, "it may not enter "+shut)
}

func TestASocketWithoutAFileIsConnectedTo(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has abstract sockets")
	}
	listener, err := net.Listen("unix", "@doctor-test-"+strconv.Itoa(os.Getpid()))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	s := &Setup{Upstreams: []string{"unix/" + listener.Addr().String()}, proc: caddyAs(t, "54321")}
	expect(t, checkUpstreams(t.Context(), s), OK, "Caddy can connect")
	listener.Close()
	expect(t, checkUpstreams(t.Context(), s), Fail, "nobody listens on @doctor-test")
}

func TestSocketsBelowTmpAreFound(t *testing.T) {
	proc := t.TempDir()
	check := func(upstream string, verdict Verdict, words string) {
		t.Helper()
		expect(t, checkPrivateTmp(t.Context(), &Setup{Upstreams: []string{upstream}, proc: proc}), verdict, words)
	}
	check("unix//run/x.sock", OK, "no socket")
	check("127.0.0.1:8001", OK, "no socket")
	check("unix//tmp/django-serve-7/django.sock", OK, "no socket")
	check("unix//tmp/doctor-test.sock", Warn, "PrivateTmp) -> move it to /run")
	check("unix//var/tmp/doctor-test.sock", Warn, "PrivateTmp)")
	here, err := os.CreateTemp("/tmp", "doctor-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(here.Name())
	defer here.Close()
	write(t, filepath.Join(proc, "12/root", here.Name()), "")
	check("unix/"+here.Name(), Warn, "PrivateTmp)") // it is the same /tmp
	write(t, filepath.Join(proc, "12/root/tmp/doctor-test.sock"), "")
	check("unix//tmp/doctor-test.sock", Fail, "private /tmp of another unit")
}

func TestTheStaticRootIsChecked(t *testing.T) {
	dir := t.TempDir()
	root, sources := filepath.Join(dir, "root"), filepath.Join(dir, "sources")
	check := func(verdict Verdict, words string) {
		t.Helper()
		p := &appserver.Project{StaticURL: "/static/", StaticRoot: root, StaticDirs: []string{sources}}
		expect(t, checkStaticRoot(t.Context(), &Setup{Project: p}), verdict, words)
	}
	check(Fail, root+" is not there -> run manage.py collectstatic")
	os.Mkdir(root, 0o755)
	check(Fail, root+" is empty")
	write(t, filepath.Join(root, "css/shop.css"), "")
	check(OK, root+" is there")
	source := write(t, filepath.Join(sources, "css/shop.css"), "new")
	now := time.Now()
	os.Chtimes(source, now, now.Add(-time.Hour))
	write(t, filepath.Join(sources, ".git/x"), "")
	write(t, filepath.Join(sources, "css/shop.css~"), "")
	check(OK, root+" is there")
	os.Chtimes(source, now, now.Add(time.Hour))
	check(Warn, filepath.Join(root, "css/shop.css")+" is older than in "+sources)
	os.Chtimes(source, now, now.Add(-time.Hour))
	write(t, filepath.Join(sources, "js/new.js"), "")
	check(Warn, "js/new.js is older than in "+sources+", or missing")
	root = ""
	check(Warn, "STATIC_ROOT is not set")
	expect(t, checkStaticRoot(t.Context(), &Setup{Project: &appserver.Project{StaticURL: "https://cdn.example.com/"}}), OK, "elsewhere")
}

func TestTimeoutsAreCompared(t *testing.T) {
	cwd := t.TempDir()
	write(t, filepath.Join(cwd, "gunicorn.conf.py"), "workers = 2\ntimeout = 90\n")
	write(t, filepath.Join(cwd, "other.py"), "timeout=20 # seconds\n")
	write(t, filepath.Join(cwd, "asked.py"), "timeout = 2 * 60\n")
	write(t, filepath.Join(cwd, "silent.py"), "worker_timeout = 90\n")
	for name, c := range map[string]struct {
		line, cwd string
		timeout   time.Duration
		verdict   Verdict
		words     string
	}{
		"the default":                 {"/venv/bin/python /venv/bin/gunicorn shop.wsgi", "", time.Minute, OK, "gunicorn gives up after 30s, the gateway after 1m0s"},
		"a longer one":                {"python -m gunicorn --timeout 120 shop.wsgi", "", time.Minute, Fail, "gives up after 1m0s, and gunicorn after 2m0s"},
		"one with an equals sign":     {"gunicorn --timeout=61 shop.wsgi", "", time.Minute, Fail, "after 1m1s"},
		"the same one":                {"gunicorn -t 60 shop.wsgi", "", time.Minute, Fail, "after 1m0s"},
		"none":                        {"gunicorn -t 0 shop.wsgi", "", time.Minute, Fail, "and gunicorn never"},
		"one of the file":             {"gunicorn shop.wsgi", cwd, time.Minute, Fail, "after 1m30s"},
		"one of another file":         {"gunicorn -c other.py shop.wsgi", cwd, time.Minute, OK, "after 20s"},
		"one by a short flag":         {"gunicorn -t61 shop.wsgi", "", time.Minute, Fail, "after 1m1s"},
		"the last one":                {"gunicorn -t 90 --timeout 10 shop.wsgi", "", time.Minute, OK, "after 10s"},
		"one of --config=":            {"gunicorn --config=other.py shop.wsgi", cwd, time.Minute, OK, "after 20s"},
		"one that Python knows":       {"gunicorn -casked.py shop.wsgi", cwd, time.Minute, Skipped, "timeout = 2 * 60 in "},
		"a file without one":          {"gunicorn --config file:silent.py shop.wsgi", cwd, time.Minute, OK, "after 30s"},
		"the environment's":           {"GUNICORN_CMD_ARGS=--timeout=70 gunicorn shop.wsgi", cwd, time.Minute, Fail, "after 1m10s"},
		"the command line goes first": {"gunicorn -t 10 shop.wsgi", cwd, time.Minute, OK, "after 10s"},
		"a gateway that waits":        {"gunicorn -t 0 shop.wsgi", "", 0, OK, "for ever"},
		"somebody who looks for it":   {"vim notes.txt about gunicorn", "", time.Minute, Skipped, "not among the processes"},
	} {
		t.Run(name, func(t *testing.T) {
			proc := t.TempDir()
			if environ, line, ok := strings.Cut(c.line, " gunicorn "); ok && strings.Contains(environ, "=") {
				write(t, filepath.Join(proc, "42/environ"), "HOME=/\x00"+environ+"\x00")
				c.line = "gunicorn " + line
			}
			write(t, filepath.Join(proc, "42/cmdline"), strings.ReplaceAll(c.line, " ", "\x00")+"\x00")
			if c.cwd != "" {
				if err := os.Symlink(c.cwd, filepath.Join(proc, "42/cwd")); err != nil {
					t.Fatal(err)
				}
			}
			expect(t, checkWorkerTimeout(t.Context(), &Setup{Upstreams: []string{"127.0.0.1:1"}, Timeout: c.timeout, proc: proc}), c.verdict, c.words)
		})
	}
}

func TestTheLongestOfSeveralTimeoutsCounts(t *testing.T) {
	proc := t.TempDir()
	for pid, timeout := range map[string]string{"41": "10", "42": "90", "43": "20"} {
		write(t, filepath.Join(proc, pid, "cmdline"), "gunicorn\x00-t\x00"+timeout+"\x00")
	}
	expect(t, checkWorkerTimeout(t.Context(), &Setup{Upstreams: []string{"127.0.0.1:1"}, Timeout: time.Minute, proc: proc}), Fail, "after 1m30s")
}

func TestAGunicornOfAnotherSiteDoesNotCount(t *testing.T) {
	const upstream = "127.0.0.1:8001"
	proc := listener{line: "gunicorn -t 10 shop.wsgi"}.at(t, upstream)
	write(t, filepath.Join(proc, "44/cmdline"), "gunicorn\x00-t\x0090\x00")
	expect(t, checkWorkerTimeout(t.Context(), &Setup{Upstreams: []string{upstream}, Timeout: time.Minute, proc: proc}), OK, "after 10s")
}

func trial(steps ...delivery.Step) func(context.Context) ([]delivery.Trial, error) {
	return func(context.Context) ([]delivery.Trial, error) {
		return []delivery.Trial{{Destination: "https://sentry.example.com/42", Arrived: len(steps) == 0, Steps: steps}}, nil
	}
}

func TestTheDeliveryIsChecked(t *testing.T) {
	for name, c := range map[string]struct {
		trials  func(context.Context) ([]delivery.Trial, error)
		verdict Verdict
		words   string
	}{
		"it arrives":      {trial(), OK, "a test event has arrived"},
		"it does not":     {trial(delivery.Step{Name: "dsn", OK: true}, delivery.Step{Name: "connect", Detail: "timeout", Advice: "see the firewall"}), Fail, "https://sentry.example.com/42 gets no events: connect: timeout -> see the firewall"},
		"nobody knows":    {trial(delivery.Step{Name: "dsn", OK: true}), Fail, "has not taken"},
		"no destinations": {func(context.Context) ([]delivery.Trial, error) { return nil, nil }, Skipped, "none has the option sentry"},
		"no Caddy":        {nil, Skipped, "caddy does not run"},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, checkSentry(t.Context(), &Setup{Trials: c.trials}), c.verdict, c.words)
		})
	}
}

func TestTestEventsAreSentOnce(t *testing.T) {
	sent := 0
	Run(t.Context(), Setup{proc: t.TempDir(), Trials: func(context.Context) ([]delivery.Trial, error) {
		sent++
		return nil, nil
	}})
	if sent != 1 {
		t.Errorf("%d times", sent)
	}
}

func TestTheClockIsComparedAndMustBeSet(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, c := range map[string]struct {
		here    time.Duration // ahead of the receiver
		synced  bool
		err     error
		verdict Verdict
		words   string
	}{
		"all is well":    {20 * time.Second, true, nil, OK, "is set"},
		"it is fast":     {5 * time.Minute, true, nil, Fail, "5m0s away from that of sentry.example.com"},
		"it is slow":     {-time.Hour, true, nil, Fail, "1h0m0s away"},
		"nobody sets it": {0, false, nil, Warn, "nobody sets the clock"},
		"nobody knows":   {0, false, errors.ErrUnsupported, Skipped, "does not tell"},
	} {
		t.Run(name, func(t *testing.T) {
			s := site(t, "example.com", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Date", at.Format(http.TimeFormat)) })
			s.Trials = trial()
			s.now = func() time.Time { return at.Add(c.here) }
			s.synced = func() (bool, error) { return c.synced, c.err }
			expect(t, checkClock(t.Context(), s), c.verdict, c.words)
		})
	}
}
