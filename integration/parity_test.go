package integration

import (
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/caddy-django/gateway/integration/parity"
	"github.com/caddy-django/gateway/integration/stack"
	"github.com/caddy-django/gateway/probe"
)

var record = flag.Bool("record", false, "write docs/parity.md")

// janesToken is a CSRF token as Django makes them: 32 letters and digits.
const janesToken = "csrftokenOfJaneWhichIs32Letters0"

// reporter is a way to report the crashes of the shop, to a project of its own
// at Bugsink.
type reporter struct {
	name    string
	project stack.BugsinkProject
	shop    *stack.Process
	gateway *gateway // none for the SDK
	site    string
	client  *http.Client
}

// crashAll crashes the shop in every way, and ends it.
func (r reporter) crashAll(t *testing.T) {
	var hanging sync.WaitGroup
	hanging.Go(func() { r.crash(t, parity.Kind{Name: parity.Hang}) })
	for _, kind := range parity.Kinds {
		if kind.Name != parity.Hang && kind.Name != parity.Down {
			r.crash(t, kind)
		}
	}
	hanging.Wait()
	r.shop.Stop() // which lets the SDK send what it has
	r.crash(t, parity.Kind{Name: parity.Down})
}

// crash asks for a crash as a browser would that is signed in.
func (r reporter) crash(t *testing.T, kind parity.Kind) {
	var body io.Reader
	header := http.Header{}
	header.Set("Accept", "text/html")
	header.Set("Cookie", "sessionid=sessionid-of-jane; csrftoken="+janesToken)
	switch {
	case kind.Form != nil:
		body = strings.NewReader(kind.Form.Encode())
		header.Set("Content-Type", "application/x-www-form-urlencoded")
		header.Set("X-CSRFToken", janesToken)
	case kind.JSON != "":
		body = strings.NewReader(kind.JSON)
		header.Set("Content-Type", "application/json")
		header.Set("X-CSRFToken", janesToken)
	}
	req, err := http.NewRequestWithContext(t.Context(), kind.Method(), r.site+"/crash/"+kind.Name+"/?page=2", body)
	if err != nil {
		t.Error(err)
		return
	}
	req.Header = header
	resp, err := r.client.Do(req)
	if err != nil {
		return // gunicorn by itself leaves some without an answer
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body) // some are cut short
	if kind.Harmless && resp.StatusCode >= http.StatusInternalServerError {
		t.Errorf("%s: %s is answered with %d", r.name, kind.Name, resp.StatusCode)
	}
}

// parityEvents reads all events of a project.
func (b bugsink) parityEvents(project string) (events parity.Events, issues map[string]string) {
	b.t.Helper()
	events, issues = make(parity.Events), make(map[string]string)
	var page struct{ Results []struct{ ID string } }
	b.read("/issues/?project="+project, &page)
	for _, issue := range page.Results {
		var of struct{ Results []struct{ ID string } }
		b.read("/events/?issue="+issue.ID, &of)
		for _, e := range of.Results {
			var answer struct{ Data json.RawMessage }
			b.read("/events/"+e.ID+"/", &answer)
			kind, err := events.Add(answer.Data)
			if err != nil {
				b.t.Fatal(err)
			}
			issues[kind] = issue.ID
		}
	}
	return events, issues
}

func TestParityWithTheSDKInDjango(t *testing.T) {
	needs(t, "django", "bugsink", "sentry-sdk")
	server, _, receiver := newBugsink(t)
	shop := stack.Shop{
		Dir:     t.TempDir(),
		Python:  stack.Root(".build", "sentry-sdk", "bin", "python"),
		Workers: 3,  // one hangs, one comes back from the dead
		Timeout: 10, // some debug pages take their time
	}
	if err := shop.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	probeDir := t.TempDir()
	if _, err := probe.Install(probeDir); err != nil {
		t.Fatal(err)
	}
	start := func(name, options string, env ...string) reporter {
		t.Helper()
		project, err := server.Project(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		r := reporter{name: name, project: project, client: newClient(t)}
		of := shop
		of.Env = env
		if options == "" {
			of.App = "sdk_wsgi:application"
			of.Env = append(of.Env, "PYTHONPATH="+stack.Root("integration", "parity"), "SENTRY_DSN="+project.DSN,
				"SENTRY_ENVIRONMENT=demo", "SENTRY_RELEASE=shop@1")
		}
		p, err := of.Gunicorn(t.Context(), freeAddr(t))
		r.shop = started(t, p, err)
		r.site = "http://" + r.shop.Addr
		if options != "" {
			r.gateway = newGateway(t, r.shop.Addr, "DSN="+project.DSN, "DEMO_EVENTS="+stack.Root("integration", "parity", options))
			r.site = r.gateway.site
		}
		r.crash(t, parity.Kind{Name: "not-found"}) // so that every crash has a request before it
		return r
	}
	reporters := []reporter{
		start("sdk", "", "SHOP_DEBUG=1"),
		start("debug", "events.caddy", "SHOP_DEBUG=1"),
		start("production", "events_production.caddy"),
		start("sdk-production", ""),
		start("probe", "events_probe.caddy", "PYTHONPATH="+probeDir, "DJANGO_PROBE_SECRET="+probeSecret),
	}
	var crashes sync.WaitGroup
	for _, r := range reporters {
		crashes.Go(func() { r.crashAll(t) })
	}
	crashes.Wait()
	var sources parity.Sources
	for i, into := range []*parity.Events{&sources.SDK, &sources.Debug, &sources.Production, &sources.SDKProduction, &sources.Probe} {
		r := reporters[i]
		if r.gateway != nil {
			events := parity.Failures()
			if into == &sources.Probe {
				events = parity.Told()
			}
			r.gateway.committed(events)
			delivered(t, r.gateway, events)
		}
		var issues map[string]string
		*into, issues = receiver.parityEvents(r.project.ID)
		switch into {
		case &sources.SDKProduction:
			sources.SDKIssues = issues
		case &sources.Probe:
			sources.ProbeIssues = issues
		}
	}

	table, faults := sources.Table()
	for _, fault := range faults {
		t.Error(fault)
	}
	checkTable(t, stack.Root("docs", "parity.md"), table)
}

// checkTable compares what was found with what the documentation says.
func checkTable(t *testing.T, path, table string) {
	t.Helper()
	if *record {
		if err := os.WriteFile(path, []byte(table), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	recorded, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	was, is := strings.Split(string(recorded), "\n"), strings.Split(table, "\n")
	for _, line := range is {
		if !slices.Contains(was, line) {
			t.Errorf("docs/parity.md lacks, to be written with -record:\n%s", line)
		}
	}
	for _, line := range was {
		if !slices.Contains(is, line) {
			t.Errorf("docs/parity.md has what is not so any more:\n%s", line)
		}
	}
	if !t.Failed() && !slices.Equal(was, is) {
		t.Error("docs/parity.md has its lines in another order: write it with -record")
	}
}
