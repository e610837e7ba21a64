package integration

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/integration/stack"
	"github.com/caddy-django/gateway/probe"
	"github.com/caddy-django/gateway/probe/probetest"
)

// A watched server is one with other monitoring in it, which records everything that it sees.
type watched struct {
	name  string
	args  []string
	env   []string
	shows string // part of a page, beside the frames of the probe

	also   func(*testing.T, *gateway) // sends requests of its own
	unseen int                        // recorded credentials that the probe in the same worker has not seen
}

// watchedServers are the ways to serve integration/probe/third_parties.py.
func watchedServers() []watched {
	gunicorn := []string{"-m", "gunicorn", "--bind", "{addr}", "--no-control-socket", "third_parties:wsgi"}
	uvicorn := func(app string) []string {
		return []string{"-m", "uvicorn", "--host", "{host}", "--port", "{port}", "third_parties:" + app}
	}
	runserver := []string{"third_parties.py", "runserver", "--noreload", "{addr}"}
	debug := []string{"PROJECT_DEBUG=1"}
	return []watched{
		{name: "gunicorn", args: gunicorn},
		{name: "gunicorn with debug pages", args: gunicorn, env: debug},
		{name: "gunicorn with the secret in a file", args: gunicorn, env: []string{"DJANGO_PROBE_SECRET=", "DJANGO_PROBE_SECRET_FILE=secret", "PROJECT_DEEP=1"}},
		{name: "uvicorn", args: uvicorn("asgi")},
		{name: "uvicorn with debug pages", args: uvicorn("asgi"), env: debug},
		{name: "uvicorn with an application around Django", args: uvicorn("wrapped")},
		{name: "Channels with a WebSocket", args: uvicorn("channels"), also: failOnWebSocket, unseen: 1},
		{name: "runserver with debug pages", args: runserver, env: debug, shows: "META PROJECT_DEBUG: "},
	}
}

// visitor is in every request that other monitoring records.
const visitor = "visitor-who-was-recorded"

// failOnWebSocket lets a consumer raise.
func failOnWebSocket(t *testing.T, g *gateway) {
	t.Helper()
	ws := openWebSocket(t, g.Addr, "/live/?who="+visitor)
	ws.send(opText, visitor)
	if _, text := ws.receive(); text != "it fails" {
		t.Errorf("the consumer says %q", text)
	}
}

func TestWhatOtherMonitoringRecordsIsOfNoUse(t *testing.T) {
	needs(t, "agents")
	other := watched{args: watchedServers()[0].args}.start(t, t.TempDir(), "")
	if a := askProbe(t, other.Addr, "/fail/?who="+visitor); a.report == nil {
		t.Fatalf("the probe of the other worker reports nothing: %v", a.line)
	}
	for _, w := range watchedServers() {
		t.Run(w.name, func(t *testing.T) {
			dir, sdk := t.TempDir(), newListener(t)
			server := w.start(t, dir, sdk.dsn("sdk"))
			g := newProbing(t, server.Addr)
			pages := w.visit(t, g)
			sdk.await("sdk", "event", 3)

			recorded := map[string]func() string{
				"an event of the SDK":    sdk.received,
				"a log, META or a scope": func() string { return readFile(t, filepath.Join(dir, "recorded")) },
				"the server's log":       func() string { return readFile(t, server.Log) },
				"a page":                 func() string { return strings.Join(pages, "\n") },
			}
			kept := map[string]func() string{
				"the gateway's log": func() string { return readFile(t, g.Log) },
				"the gateway's events": func() (all string) {
					for _, e := range g.events() {
						all += string(e.Payload)
					}
					return all
				},
			}
			var credentials []seen
			eventually(t, func() error { // the SDK sends in the background
				if credentials = recordedCredentials(t, recorded); len(credentials) != 5+w.unseen {
					return fmt.Errorf("%d credentials were recorded, not one of each request", len(credentials))
				}
				return nil
			})
			for where, text := range kept {
				if found := credential.FindString(text()); found != "" {
					t.Errorf("%s has the credential %s", where, found)
				}
			}
			used := 0
			for _, c := range credentials {
				used += c.isOfNoUse(t, server.Addr, other.Addr)
			}
			if used != w.unseen {
				t.Errorf("%d credentials can be used again in the same worker, not %d", used, w.unseen)
			}

			server.Stop() // which lets the SDK send what it has
			maps.Copy(recorded, kept)
			for _, where := range slices.Sorted(maps.Keys(recorded)) {
				text := recorded[where]()
				if len(text) < 100 {
					t.Errorf("nothing is in %s: %q", where, text)
				}
				keeps(t, where, text, probeSecret)
			}
		})
	}
}

func (w watched) start(t *testing.T, dir, dsn string) *stack.Process {
	t.Helper()
	writeFile(t, filepath.Join(dir, "third_parties.py"), readFile(t, stack.Root("integration", "probe", "third_parties.py")))
	writeFile(t, filepath.Join(dir, "secret"), probeSecret)
	return served{args: w.args, python: "agents", env: append([]string{"SENTRY_DSN=" + dsn}, w.env...), dir: dir}.start(t)
}

// visit sends requests through the gateway, and returns the pages with their headers. The probe answers each.
func (w watched) visit(t *testing.T, g *gateway) (pages []string) {
	t.Helper()
	client := newClient(t)
	for _, r := range []struct{ method, path, accept string }{
		{http.MethodGet, "/fail/", "text/html"},
		{http.MethodGet, "/fail/", "text/plain"},
		{http.MethodPost, "/fail/", "text/html"},
		{http.MethodGet, "/dump/", "text/html"},
		{http.MethodGet, "/async/dump/", "text/html"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), r.method, g.site+r.path+"?who="+visitor, strings.NewReader("form=filled"))
		if err != nil {
			t.Fatal(err)
		}
		if r.method == http.MethodGet {
			req.Body = http.NoBody
		}
		req.Header.Set("Accept", r.accept)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		p := readPage(t, resp)
		status, title := http.StatusOK, "META "
		if r.path == "/fail/" {
			status, title = http.StatusInternalServerError, "<h1>Server Error (500)</h1>"
			if slices.Contains(w.env, "PROJECT_DEBUG=1") {
				title = visitor + " failed with "
			}
		}
		if p.status != status || !strings.Contains(p.body, title) {
			t.Errorf("%s %s is answered with %d and %.300q, not %q", r.method, r.path, p.status, p.body, title)
		}
		if _, header := p.header[probe.AnswerHeader]; header {
			t.Errorf("the client sees the probe's response: %v", p.header)
		}
		pages = append(pages, fmt.Sprint(p.header, "\n", p.body))
	}
	for _, part := range []string{"django_probe/hooks.py __call__\n", "META HTTP_HOST: ", w.shows} {
		if !strings.Contains(strings.Join(pages, "\n"), part) {
			t.Errorf("no page shows %q", part)
		}
	}
	if w.also != nil {
		w.also(t, g)
	}
	if got := g.counts("django_probe_answers_total", "result")["ok"]; got < 5 {
		t.Errorf("the probe has answered %v of 5 requests", got)
	}
	g.committed(3)
	for _, e := range g.events() {
		if e.Tags["evidence"] != "probe" {
			t.Errorf("an event does not come from the probe: %v", e.Tags)
		}
	}
	return pages
}

// credential is the gateway's header, as it was recorded.
var credential = regexp.MustCompile(`2;[0-9a-f]{32};[0-9]{10}[!-~]* [0-9a-f]{64}`)

// A seen credential is one that somebody has recorded.
type seen struct {
	header, method, nonce string
	second                int64
}

// recordedCredentials are those in some texts. Each is the gateway's own.
func recordedCredentials(t *testing.T, texts map[string]func() string) (all []seen) {
	t.Helper()
	for _, text := range texts {
		for _, header := range credential.FindAllString(text(), -1) {
			if slices.ContainsFunc(all, func(c seen) bool { return c.header == header }) {
				continue
			}
			c := seen{header: header}
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				if nonce, ok := probetest.Nonce(probeSecret, method, header); ok {
					c.method, c.nonce = method, nonce
				}
			}
			var err error
			if c.second, err = strconv.ParseInt(header[len("2;")+32+len(";"):][:10], 10, 64); err != nil || c.method == "" {
				t.Errorf("%s is no credential of the gateway (%v)", header, err)
			}
			all = append(all, c)
		}
	}
	return all
}

// replay sends a request of an attacker's own with a recorded credential, past the gateway.
func (c seen) replay(t *testing.T, addr, method string) rawAnswer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://"+addr+"/owned/replayer/", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set(probe.RequestHeader, c.header)
	resp, err := direct.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return rawAnswer{page: page{resp.StatusCode, resp.Header, string(body)}}
}

// isOfNoUse replays a credential to the worker that has seen it and to another one, and returns how often the former
// reports something.
func (c seen) isOfNoUse(t *testing.T, same, other string) (used int) {
	t.Helper()
	setClock := func(addr string, ahead int64) {
		t.Helper()
		get(t, direct, fmt.Sprintf("http://%s/clock/%d/", addr, c.second+ahead))
	}
	refused := func(what string, a rawAnswer) {
		t.Helper()
		if line := a.header[probe.AnswerHeader]; len(line) > 0 || a.header[probe.ReportHeader] != nil {
			t.Errorf("%s: the probe answers %q", what, line)
		}
	}
	otherMethod := map[string]string{http.MethodGet: http.MethodPost, http.MethodPost: http.MethodGet}[c.method]
	window := int64(time.Minute / time.Second)

	setClock(same, 1)
	setClock(other, 1)
	refused("another method", c.replay(t, other, otherMethod))
	refused("another method in the same worker", c.replay(t, same, otherMethod))
	if a := c.replay(t, same, c.method); len(a.header[probe.AnswerHeader]) > 0 {
		used++
		c.revealsOnlyTheReplay(t, a)
	}
	refused("the same worker", c.replay(t, same, c.method))

	for _, addr := range []string{same, other} {
		setClock(addr, window+1)
		a := c.replay(t, addr, c.method)
		if line := a.header.Get(probe.AnswerHeader); !strings.HasPrefix(line, "0 "+c.nonce+" clock=") || a.header[probe.ReportHeader] != nil {
			t.Errorf("after the minute the probe answers %q", line)
		}
	}
	setClock(other, 1)
	c.revealsOnlyTheReplay(t, c.replay(t, other, c.method))
	refused("another worker for the second time", c.replay(t, other, c.method))
	return used
}

// revealsOnlyTheReplay checks what a worker reports that has not seen the credential before.
func (c seen) revealsOnlyTheReplay(t *testing.T, a rawAnswer) {
	t.Helper()
	a = readAnswer(t, a.page, c.nonce)
	if a.line["route"] != "owned/<slug:owner>/" || a.line["q"] != "0" || a.report == nil {
		t.Fatalf("another worker reports %v, %v", a.line, a.report)
	}
	all := a.header.Get(probe.AnswerHeader) + inflated(t, a.header[probe.ReportHeader])
	if !strings.Contains(all, "owned by replayer") || strings.Contains(all, visitor) || len(a.report.Errors) != 1 {
		t.Errorf("another worker reports of other requests than the replayed one: %s", all)
	}
	keeps(t, "the report of another worker", all, probeSecret)
}
