package caddymodule

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// startAdministered runs a gateway with an admin API, whose first site delivers
// to a DSN, and returns the address of the API.
func startAdministered(t *testing.T, dsn string) (g *gateway, admin string) {
	t.Helper()
	g = startGateway(t, "", "respond no 500")
	admin = freeAddress(t)
	g.caddyfile = strings.Replace(g.caddyfile, "admin off", "admin "+admin, 1)
	g.caddyfile = strings.Replace(g.caddyfile, "django_monitor ", "django_monitor {\n\t\tsentry "+dsn+"\n\t}", 1)
	g.load(g.caddyfile)
	eventually(t, "the store is open", func() bool { return g.app().pipeline.store.Health() == nil })
	return g, admin
}

// run executes a command and returns what it has printed.
func run(t *testing.T, cmd *cobra.Command, args ...string) (printed string, err error) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout := os.Stdout
	os.Stdout = w
	defer func() { os.Stdout = stdout }()
	cmd.SetArgs(args)
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	err = cmd.Execute()
	w.Close()
	text, readErr := io.ReadAll(r)
	if readErr != nil {
		t.Fatal(readErr)
	}
	return string(text), err
}

func (r *receiver) answer(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

// listed is what caddy django outbox --json says.
func listed(t *testing.T, admin string) (queues []queue) {
	t.Helper()
	text, err := run(t, outboxCommand(), "list", "--json", "--address", admin)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(text), &queues); err != nil {
		t.Fatal(err)
	}
	return queues
}

func mustPrint(t *testing.T, text string, err error, pattern string) {
	t.Helper()
	if err != nil || !regexp.MustCompile(`^`+pattern+`$`).MatchString(text) {
		t.Errorf("printed %q (%v), want %s", text, err, pattern)
	}
}

func TestTheOutboxIsListedRetriedAndDropped(t *testing.T) {
	r := startReceiver(t, http.StatusRequestEntityTooLarge)
	g, admin := startAdministered(t, r.dsn(1))
	destination := regexp.QuoteMeta(r.URL + "/1")
	outbox := func(args ...string) (string, error) {
		t.Helper()
		return run(t, outboxCommand(), append(args, "--address", admin)...)
	}
	setAside := func(n int64) func() bool {
		return func() bool {
			queues := listed(t, admin)
			return len(queues) == 1 && queues[0].SetAside == n && queues[0].Waiting == 0
		}
	}

	text, err := outbox()
	mustPrint(t, text, err, destination+`: takes events, 0 waiting, 0 set aside\n`)

	for range 3 {
		g.roundTrip(g.monitored, get11)
	}
	eventually(t, "all are refused", setAside(3))
	text, err = outbox()
	mustPrint(t, text, err, destination+`: takes events, 0 waiting, 3 set aside
ID        STATE      SINCE  ATTEMPTS  LAST ATTEMPT  REASON    WHAT
([0-9a-f]{8}  set_aside  now    1         now           HTTP 413  no
){3}`)

	id := listed(t, admin)[0].Events[0].ID
	r.answer(http.StatusOK)
	text, err = outbox("retry", id[:8])
	mustPrint(t, text, err, `1 event is tried again now\.\n`)
	eventually(t, "one is delivered", setAside(2))
	if got := len(r.arrived()); got != 4 {
		t.Errorf("%d requests, want 4", got)
	}

	r.answer(http.StatusRequestEntityTooLarge)
	text, err = outbox("retry", "--destination", r.URL+"/1", "--json")
	mustPrint(t, text, err, `{"retried":2}\n`)
	eventually(t, "both are refused again", func() bool { return len(r.arrived()) == 6 })
	eventually(t, "both are set aside again", setAside(2))

	text, err = outbox("drop", listed(t, admin)[0].Events[1].ID)
	mustPrint(t, text, err, `1 event is given up\.\n`)
	eventually(t, "one is left", setAside(1))
	text, err = outbox("drop", "--all", "--destination", "https://sentry.example/1")
	mustPrint(t, text, err, `No event is given up\.\n`)
	text, err = outbox("drop", "--all")
	mustPrint(t, text, err, `1 event is given up\.\n`)
	eventually(t, "none is left", setAside(0))
}

func TestTheOutboxTellsOfAnOutageAndOfDestinationsGone(t *testing.T) {
	r := startReceiver(t, http.StatusServiceUnavailable)
	g, admin := startAdministered(t, r.dsn(1))
	g.roundTrip(g.monitored, get11)
	eventually(t, "an attempt is noted", func() bool {
		queues := listed(t, admin)
		return queues[0].Waiting == 1 && queues[0].Events[0].Attempts > 0 && !queues[0].Up
	})
	text, err := run(t, outboxCommand(), "--address", admin)
	mustPrint(t, text, err, regexp.QuoteMeta(r.URL)+`/1: takes none since [^(]+ \(HTTP 503\), next attempt [^,]+, 1 waiting, 0 set aside
ID .*
[0-9a-f]{8}  waiting  now    [1-9] .* HTTP 503  no
`)

	g.load(strings.Replace(g.caddyfile, "sentry "+r.dsn(1), "environment test", 1))
	text, err = run(t, outboxCommand(), "--address", admin)
	mustPrint(t, text, err, regexp.QuoteMeta(r.URL)+`/1: no site delivers there any more, 1 waiting, 0 set aside
ID .*\n.*\n`)
	if text, err = run(t, outboxCommand(), "drop", "--all", "--state", "waiting", "--address", admin); err != nil {
		t.Errorf("printed %q: %v", text, err)
	}
	eventually(t, "nothing is left", func() bool { return len(listed(t, admin)) == 0 })
	text, err = run(t, outboxCommand(), "--address", admin)
	mustPrint(t, text, err, `Nothing waits, and no site delivers anywhere: none has the option sentry\.\n`)
}

func TestTheOutboxCommandsRefuse(t *testing.T) {
	_, admin := startAdministered(t, "http://key@127.0.0.1:9/1")
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"to drop what nobody named", []string{"drop"}, "write the IDs of events, or --all"},
		{"to drop some and all", []string{"drop", "--all", "5fa0185f"}, "one or the other"},
		{"an event that is not there", []string{"retry", "5fa0185f"}, "event 5fa0185f: not found"},
		{"an event and a state", []string{"retry", "5fa0185f", "--state", "waiting"}, "an id needs neither destination nor state"},
		{"a state of another kind", []string{"list", "--state", "delivered"}, "write waiting or set_aside"},
		{"a limit that is none", []string{"list", "--limit", "0"}, "is no number above 0"},
		{"a verb that is unknown", []string{"empty"}, `unknown command "empty"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, err := run(t, outboxCommand(), append(c.args, "--address", admin)...)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "cannot reach") || strings.ContainsAny(err.Error(), "{}") {
				t.Errorf("printed %q, error %v, want %q", text, err, c.want)
			}
		})
	}
	if _, err := run(t, outboxCommand(), "--address", freeAddress(t)); err == nil || !strings.Contains(err.Error(), "is Caddy running") {
		t.Errorf("where nobody is: %v", err)
	}
}

// What changes something takes POST alone, and not from a page of another site.
func TestTheOutboxIsNotChangedByAccident(t *testing.T) {
	_, admin := startAdministered(t, "http://key@127.0.0.1:9/1")
	for _, c := range []struct {
		method, path, origin string
		want                 int
	}{
		{http.MethodGet, "/django/outbox/retry", "", http.StatusMethodNotAllowed},
		{http.MethodGet, "/django/outbox/drop?state=waiting", "", http.StatusMethodNotAllowed},
		{http.MethodGet, "/django/test-event", "", http.StatusMethodNotAllowed},
		{http.MethodPost, "/django/outbox", "", http.StatusMethodNotAllowed},
		{http.MethodPost, "/django/outbox/drop", "", http.StatusBadRequest},
		{http.MethodPost, "/django/outbox/drop?destination=x", "", http.StatusBadRequest},
		{http.MethodPost, "/django/outbox/drop?state=waiting", "https://elsewhere.example", http.StatusForbidden},
		{http.MethodPost, "/django/outbox/retry", "https://elsewhere.example", http.StatusForbidden},
		{http.MethodPost, "/django/outbox/retry", "", http.StatusOK},
	} {
		request, err := http.NewRequest(c.method, "http://"+admin+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.origin != "" {
			request.Header.Set("Origin", c.origin)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != c.want {
			t.Errorf("%s %s from %q: %s, want %d", c.method, c.path, c.origin, response.Status, c.want)
		}
	}
	http.DefaultClient.CloseIdleConnections()
}
