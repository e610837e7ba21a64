package caddymodule

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/probe"
	"github.com/caddy-django/gateway/probe/probetest"
)

const probeSecret = "0123456789abcdefghijklmnopqrstuv"

// probed is a backend with a probe: it answers with a response in which NONCE stands for the request's.
func probed(t *testing.T, response string) (address string, heads chan http.Header) {
	t.Helper()
	heads = make(chan http.Header, 100)
	return backend(t, func(conn net.Conn, head *http.Request) {
		heads <- head.Header
		nonce := "none"
		if signed, ok := probetest.Nonce(probeSecret, head.Method, head.Header.Get(probe.RequestHeader)); ok {
			nonce = signed
		}
		says(strings.ReplaceAll(response, "NONCE", nonce))(conn, head)
	}), heads
}

// reportHeader is a header with a report.
func reportHeader(text string) string {
	var b bytes.Buffer
	zw := zlib.NewWriter(&b)
	io.WriteString(zw, text)
	zw.Close()
	return "X-Django-Probe-Report: 1/1 " + base64.StdEncoding.EncodeToString(b.Bytes()) + "\n"
}

// startSite runs Caddy with one site that has the given directives.
func startSite(t *testing.T, directives string) *gateway {
	t.Helper()
	g := &gateway{t: t, monitored: freeAddress(t)}
	g.load(fmt.Sprintf("{\nadmin off\npersist_config off\nauto_https off\ndefault_bind 127.0.0.1\nlog {\noutput discard\n}\ndjango {\nstore %s\n}\n}\nhttp://%s {\n%s\n}\n",
		filepath.Join(t.TempDir(), "errors.db"), g.monitored, directives))
	t.Cleanup(func() {
		if err := caddy.Stop(); err != nil {
			t.Errorf("stopping Caddy: %v", err)
		}
	})
	return g
}

const getRoot = "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"

func TestOnlyDjangoGetsTheSecretAndNoClientTheAnswer(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\nContent-Length: 5\nX-Django-Probe: 2 NONCE route=users%2F%3Cint%3Apk%3E%2F q=3 qt=1500\n" +
		"X-Django-Probe-Report: 1/1 x\nX-Django-Probe-Anything: x\nX-Request-Id: abcdefgh\n\nhello"
	for _, c := range []struct {
		name, site string
		asked      bool
	}{
		{"the directive", "django {backend} {\nmonitor {\nprobe " + probeSecret + "\n}\n}", true},
		{"the directive without a probe", "django {backend}", false},
		{"the directive without a monitor", "django {backend} {\nmonitor off\n}", false},
		{"the monitor alone", "django_monitor {\nprobe " + probeSecret + "\n}\nreverse_proxy {backend} {\ntransport django\n}", true},
		{"the monitor in front of another transport", "django_monitor {\nprobe " + probeSecret + "\n}\nreverse_proxy {backend}", false},
		{"the monitor without a probe", "django_monitor\nreverse_proxy {backend}", false},
	} {
		for _, response := range []string{
			ok,
			strings.Replace(ok, "200 OK", "500 Internal Server Error", 1),
			"HTTP/1.1 103 Early Hints\nX-Django-Probe: early\n\n" + ok,
			"HTTP/1.1 200 OK\nTrailer: X-Django-Probe, Digest\nTransfer-Encoding: chunked\n\n5\nhello\n0\nX-Django-Probe: late\nDigest: abcdefgh\nX-Django-Probe-Report: later\n\n",
		} {
			t.Run(c.name, func(t *testing.T) {
				address, heads := probed(t, response)
				g := startSite(t, strings.ReplaceAll(c.site, "{backend}", address))
				got := g.roundTrip(g.monitored, "GET / HTTP/1.1\r\nHost: %s\r\nX-Django-Probe-Signature: 2;ab;1 forged-forged-forged\r\nX-Django-Probe-Secret: 1;ab forged-forged-forged\r\nX-DJANGO-PROBE: x\r\nx-django-probe-more: x\r\nConnection: close\r\n\r\n")
				if strings.Contains(strings.ToLower(got), "django-probe") {
					t.Errorf("the client gets\n%s", got)
				}
				if !strings.Contains(got, "hello") || !strings.Contains(got, "abcdefgh") {
					t.Errorf("what is not the probe's is lost:\n%s", got)
				}
				var names []string
				for name := range <-heads {
					if strings.HasPrefix(name, "X-Django-Probe") {
						names = append(names, name)
					}
				}
				if c.asked != (len(names) == 1 && names[0] == probe.RequestHeader) || !c.asked && len(names) > 0 {
					t.Errorf("Django gets %v", names)
				}
			})
		}
	}
}

func TestTheSecretGoesToNobodyElse(t *testing.T) {
	const answer = "HTTP/1.1 200 OK\nContent-Length: 2\nX-Accel-Redirect: /elsewhere\nX-Django-Probe: 2 NONCE route=files%2F\n\nok"
	for _, c := range []struct{ name, site string }{
		{"to who is asked for leave", "django_monitor {\nprobe " + probeSecret + "\n}\nforward_auth {other} {\nuri /auth\n}\nreverse_proxy {backend} {\ntransport django\n}"},
		{"to who answers in place of Django", "django_monitor {\nprobe " + probeSecret + "\n}\nreverse_proxy {backend} {\ntransport django\n@accel header X-Accel-Redirect *\nhandle_response @accel {\nreverse_proxy {other}\n}\n}"},
		{"to another site's Django that answers in its place", "django_monitor {\nprobe " + probeSecret + "\n}\nreverse_proxy {backend} {\ntransport django\n@accel header X-Accel-Redirect *\nhandle_response @accel {\nreverse_proxy {other} {\ntransport django\n}\n}\n}"},
		{"to who answers on an error", "handle_errors {\nreverse_proxy {other} {\ntransport django\n}\n}\nroute {\ndjango_monitor {\nprobe " + probeSecret + "\n}\nreverse_proxy {backend} {\ntransport django\n@accel header X-Accel-Redirect *\nhandle_response @accel {\nerror 503\n}\n}\n}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			address, heads := probed(t, answer)
			other, others := probed(t, "HTTP/1.1 200 OK\nContent-Length: 4\n\nelse")
			g := startSite(t, strings.NewReplacer("{backend}", address, "{other}", other).Replace(c.site))
			g.roundTrip(g.monitored, getRoot)
			if h := <-heads; h.Get(probe.RequestHeader) == "" {
				t.Errorf("Django gets %v", h)
			}
			if h := <-others; strings.Contains(fmt.Sprint(h), probeSecret) {
				t.Errorf("the other one gets %v", h)
			}
			for _, route := range g.gather("http_server_request_duration_seconds") {
				if route["http_route"] != "/files/" {
					t.Errorf("the route is %q: the answer is lost", route["http_route"])
				}
			}
		})
	}
}

func TestTheSecretIsInNoEventAndNoLog(t *testing.T) {
	address, heads := probed(t, "HTTP/1.1 500 Internal Server Error\nContent-Length: 0\nX-Django-Probe: 2 NONCE route=x\n\n")
	file := filepath.Join(t.TempDir(), "log")
	g := &gateway{t: t, monitored: freeAddress(t)}
	g.load(fmt.Sprintf("{\nadmin off\npersist_config off\nauto_https off\ndefault_bind 127.0.0.1\nlog {\noutput file %s\nlevel DEBUG\n}\ndjango {\nstore %s\n}\n}\nhttp://%s {\nlog\ndjango %s {\nmonitor {\nprobe %s\n}\n}\n}\n",
		file, filepath.Join(t.TempDir(), "errors.db"), g.monitored, address, probeSecret))
	defer caddy.Stop()
	g.roundTrip(g.monitored, getRoot)
	<-heads
	e := g.events(1)[0]
	if said := fmt.Sprint(e); strings.Contains(said, probeSecret) || strings.Contains(strings.ToLower(said), "x-django-probe") {
		t.Errorf("the event says %s", said)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	log := string(content)
	if !strings.Contains(log, "upstream roundtrip") || !strings.Contains(log, "handled request") {
		t.Error("the log is not what it should be")
	}
	for line := range strings.Lines(log) {
		if strings.Contains(line, probeSecret) && !strings.Contains(line, "adapted config") || strings.Contains(line, "X-Django-Probe") {
			t.Errorf("the log says %s", line)
		}
	}
}

func TestARouteThatTheProbeTells(t *testing.T) {
	for _, c := range []struct{ name, answer, want string }{
		{"is the label", "route=tenants%2F%3Cslug%3Aname%3E%2F", "/tenants/<slug:name>/"},
		{"is none if Django resolved nothing", "q=0", "_unmatched"},
		{"is learned if the answer is nonsense", "route=%zz", "/users/<var>/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			address, _ := probed(t, "HTTP/1.1 200 OK\nContent-Length: 0\nX-Django-Probe: 2 NONCE "+c.answer+"\n\n")
			g := startSite(t, "django "+address+" {\nmonitor {\nprobe "+probeSecret+"\n}\n}")
			g.roundTrip(g.monitored, strings.Replace(getRoot, "/ ", "/users/4711/ ", 1))
			if got := g.gather("http_server_request_duration_seconds"); len(got) != 1 || got[0]["http_route"] != c.want {
				t.Errorf("got %v, want %s", got, c.want)
			}
		})
	}
}

func TestASecretIsRefusedWithoutBeingShown(t *testing.T) {
	t.Setenv("EMPTY_PROBE_SECRET", "")
	t.Setenv("SHORT_PROBE_SECRET", "hunter2")
	for _, c := range []struct {
		name  string
		probe Probe
		want  string
	}{
		{"a variable that is not set", Probe{Secret: "{env.EMPTY_PROBE_SECRET}"}, `probe "{env.EMPTY_PROBE_SECRET}": {env.EMPTY_PROBE_SECRET} is empty in the environment of Caddy: set what it stands for, or leave the option out`},
		{"a variable that is too short", Probe{Secret: "{env.SHORT_PROBE_SECRET}"}, "the secret of probe has 7 characters, not 16 to 256: make one with openssl rand -hex 32"},
		{"a file that is not there", Probe{Secret: "{file./nowhere/secret}"}, `probe "{file./nowhere/secret}": stat /nowhere/secret: no such file or directory: set what it stands for, or leave the option out; caddy django run --secret-file makes it when Django's server is started`},
		{"a part from a file that is not there", Probe{Secret: "hunter2{file./nowhere/secret}"}, `probe "***": evaluated placeholder {file./nowhere/secret} is empty: set what it stands for, or leave the option out`},
		{"no secret", Probe{NPlusOne: 10}, "probe has no secret: give it one such as {env.DJANGO_PROBE_SECRET}, the same as in the environment of Django"},
		{"a count of one", Probe{Secret: probeSecret, NPlusOne: 1}, "n_plus_one 1 is less than 2: write 2 or more, or leave the option out"},
		{"a count below zero", Probe{Secret: probeSecret, NPlusOne: -1}, "n_plus_one -1 is less than 2: write 2 or more, or leave the option out"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := (&Monitor{Probe: c.probe}).resolveProbe()
			if err == nil {
				t.Fatal("it is taken")
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("it shows the secret: %v", err)
			}
			if err.Error() != c.want {
				t.Errorf("got %q, want %q", err, c.want)
			}
		})
	}
}

func TestWhatIsWrongWithAProbeIsSaidOnce(t *testing.T) {
	of := func(result exchange.ProbeResult, err error, upstream string) *exchange.Probe {
		return &exchange.Probe{Result: result, Err: err, Upstream: upstream}
	}
	ok, none := of(exchange.ProbeOK, nil, "a"), of(exchange.ProbeNone, nil, "a")
	invalid, version := of(exchange.ProbeInvalid, probe.ErrInvalid, "a"), of(exchange.ProbeVersion, &probe.VersionError{Speaks: "3"}, "a")
	clock := of(exchange.ProbeClock, &probe.ClockError{Ahead: time.Hour}, "a")
	for _, c := range []struct {
		name string
		came []*exchange.Probe
		want []string
	}{
		{"all is well", []*exchange.Probe{ok, ok}, []string{"answers"}},
		{"nobody answers", []*exchange.Probe{none, none}, []string{"does not answer"}},
		{"a page of gunicorn's own", []*exchange.Probe{ok, none, ok}, []string{"answers"}},
		{"two upstreams", []*exchange.Probe{none, of(exchange.ProbeNone, nil, "b"), none}, []string{"does not answer", "does not answer"}},
		{"another version", []*exchange.Probe{version, version}, []string{"speaks version 3 of the protocol, the gateway version 2"}},
		{"clocks that differ", []*exchange.Probe{clock, clock}, []string{"the clock of Django's server differs by -1h0m0s"}},
		{"nonsense, and then it is mended", []*exchange.Probe{invalid, invalid, ok}, []string{"cannot be read", "answers"}},
		{"somebody else's answer", []*exchange.Probe{of(exchange.ProbeForeign, probe.ErrForeign, "a")}, []string{"belongs to another request"}},
		{"an old worker beside a new one", []*exchange.Probe{ok, version, ok, version, ok}, []string{"answers", "speaks version 3"}},
		{"what becomes worse, is mended and breaks again", []*exchange.Probe{none, version, none, ok, none, version}, []string{"does not answer", "speaks version 3", "answers"}},
		{"Django's server does not answer at all", []*exchange.Probe{{Upstream: "a"}}, nil},
		{"it is not sent", []*exchange.Probe{{}, {}}, []string{"transport django"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			core, logs := observer.New(zap.InfoLevel)
			var notes probeNotes
			for _, p := range c.came {
				notes.note(zap.New(core), p, true)
			}
			if logs.Len() != len(c.want) {
				t.Fatalf("it says %v", logs.All())
			}
			for i, entry := range logs.All() {
				if !strings.Contains(entry.Message, c.want[i]) {
					t.Errorf("it says %q, not %q", entry.Message, c.want[i])
				}
			}
		})
	}
}

func TestUpstreamsThatAreNotedAreBounded(t *testing.T) {
	core, logs := observer.New(zap.InfoLevel)
	var notes probeNotes
	for i := range 2 * maxNoted {
		notes.note(zap.New(core), &exchange.Probe{Result: exchange.ProbeNone, Upstream: fmt.Sprint(i)}, true)
	}
	if len(notes.said) != maxNoted || logs.Len() != maxNoted {
		t.Errorf("%d are noted, of %d is said something", len(notes.said), logs.Len())
	}
	notes.note(zap.New(core), &exchange.Probe{}, false)
	if notes.unsent {
		t.Error("nobody was to be asked")
	}
}

func TestWhatTheProbeReportsBecomesAnEvent(t *testing.T) {
	const failed = `{"errors": [{"handled": false, "chain": [{"type": "ValueError", "module": "builtins", "value": "no such order"}]}]}`
	const logged = `{"errors": [{"handled": true, "logger": "shop", "chain": [{"type": "ValueError", "module": "builtins", "value": "no such order"}]}]}`
	for _, c := range []struct {
		name, status, answer, report string
		kind, thrown                 string
	}{
		{"an exception that nobody caught", "500 Internal Server Error", "route=x", reportHeader(failed), "app_error", "ValueError"},
		{"an error that was logged", "200 OK", "route=x", reportHeader(logged), "logged_error", "ValueError"},
		{"a statement that repeats", "200 OK", "route=x n1=10 n1q=SELECT%20%3F", "", "n_plus_one", "N+1 queries"},
		{"a failure without a report", "500 Internal Server Error", "route=x", "", "app_error", "HTTP 500 Internal Server Error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			address, heads := probed(t, "HTTP/1.1 "+c.status+"\nContent-Length: 0\nX-Django-Probe: 2 NONCE "+c.answer+"\n"+c.report+"\n")
			g := startSite(t, "django "+address+" {\nmonitor {\nprobe "+probeSecret+" {\nn_plus_one 10\n}\n}\n}")
			g.roundTrip(g.monitored, getRoot)
			if asked := (<-heads).Get(probe.RequestHeader); !strings.Contains(asked, ";n1=10;log ") {
				t.Errorf("Django is asked %q", asked)
			}
			e := g.events(1)[0]
			if e.Tags["kind"] != c.kind || e.Tags["http.route"] != "/x" || e.Exception.Values[0].Type != c.thrown {
				t.Errorf("%v %v, want %s of %s", e.Tags, e.Exception.Values, c.thrown, c.kind)
			}
			for outcome, n := range g.outcomes() {
				if want := strings.HasPrefix(c.status, "500"); outcome == "app_error" && (n == 1) != want {
					t.Errorf("%v failures", n)
				}
			}
		})
	}
}

func TestMessagesThatAreLoggedMakeEventsUnlessTheyAreTurnedOff(t *testing.T) {
	const logged = `{"errors": [{"handled": true, "logger": "shop", "level": "error", "message": "no receipt for 7", "format": "no receipt for %s", "chain": []}]}`
	for option, asked := range map[string]bool{"": true, "logged_messages": true, "logged_messages on": true, "logged_messages off": false} {
		t.Run(option, func(t *testing.T) {
			address, heads := probed(t, "HTTP/1.1 200 OK\nContent-Length: 0\nX-Django-Probe: 2 NONCE route=x\n"+reportHeader(logged)+"\n")
			g := startSite(t, "django "+address+" {\nmonitor {\nprobe "+probeSecret+" {\n"+option+"\n}\n}\n}")
			g.roundTrip(g.monitored, getRoot)
			if got := (<-heads).Get(probe.RequestHeader); strings.Contains(got, ";log ") != asked {
				t.Errorf("Django is asked %q", got)
			}
			if e := g.events(1)[0]; e.Tags["kind"] != "logged_error" || len(e.Exception.Values) != 0 {
				t.Errorf("%v %v", e.Tags, e.Exception.Values)
			}
		})
	}
}
