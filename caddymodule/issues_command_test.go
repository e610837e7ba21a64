package caddymodule

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/store"
)

func TestAnIssueIsShownByEachOfItsIDs(t *testing.T) {
	g, admin := startAdministered(t, startReceiver(t, http.StatusOK).dsn(1))
	issues := func(args ...string) (string, error) {
		t.Helper()
		return run(t, issuesCommand(), append(args, "--address", admin)...)
	}
	g.roundTrip(g.monitored, get11)
	var listed []store.Issue
	eventually(t, "the failure is an issue", func() bool {
		text, err := issues("--json")
		return err == nil && json.Unmarshal([]byte(text), &listed) == nil && len(listed) == 1
	})
	text, err := issues(listed[0].ID[:shortID], "--json")
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Issue store.Issue
		Event store.StoredEvent
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil || answer.Issue.ID != listed[0].ID || answer.Event.IssueID != listed[0].ID {
		t.Fatalf("%v: %s", err, text)
	}

	for name, id := range map[string]string{
		"the beginning of the issue's": listed[0].ID[:shortID],
		"the issue's":                  listed[0].ID,
		"the event's":                  answer.Event.ID,
	} {
		text, err := issues(id)
		mustPrint(t, text, err, `(?s)no\n\nissue +`+listed[0].ID+`\nkind +app_error\n.*\nevent +`+answer.Event.ID+`\n.*\nrequest +GET http://.*\n\nHTTP 500 Internal Server Error: no\n`)
		if t.Failed() {
			t.Fatal(name)
		}
	}
	var gateway struct {
		Contexts struct {
			Gateway struct {
				RequestID string `json:"request_id"`
			}
		}
	}
	if err := json.Unmarshal(answer.Event.Payload, &gateway); err != nil || gateway.Contexts.Gateway.RequestID == "" {
		t.Fatalf("the event has no request id (%v): %s", err, answer.Event.Payload)
	}
	text, err = issues(gateway.Contexts.Gateway.RequestID, "--locals")
	mustPrint(t, text, err, `(?s)no\n\nissue +`+listed[0].ID+`\n.*\nevent +`+answer.Event.ID+`\n.*\nrequest id +`+gateway.Contexts.Gateway.RequestID+`\n.*`)
	if text, err := issues("--locals"); err == nil || text != "" || !strings.Contains(err.Error(), "--locals has no issue: name it by its ID") {
		t.Errorf("printed %q (%v)", text, err)
	}
	if text, err := issues("k3x9p2m4q"); err == nil || text != "" || !strings.Contains(err.Error(), `no event is kept for "k3x9p2m4q"`) {
		t.Errorf("printed %q (%v)", text, err)
	}
}

// A client and Django may each give a request an id; people know one of them.
func TestAnIssueIsShownByBothIDsOfItsRequest(t *testing.T) {
	g, admin := startAdministered(t, startReceiver(t, http.StatusOK).dsn(1))
	g.load(strings.ReplaceAll(g.caddyfile, "respond no 500", "header X-Request-Id of-django\nrespond no 500"))
	g.roundTrip(g.monitored, "GET / HTTP/1.1\r\nHost: %s\r\nX-Request-Id: of-the-client\r\nConnection: close\r\n\r\n")
	g.events(1)
	for _, id := range []string{"of-django", "of-the-client"} {
		text, err := run(t, issuesCommand(), id, "--address", admin)
		mustPrint(t, text, err, `(?s)no\n\nissue +.*\nrequest id +of-django\n.*`)
	}
}

func TestAParameterThatSelectsNothingIsRefused(t *testing.T) {
	_, admin := startAdministered(t, startReceiver(t, http.StatusOK).dsn(1))
	for uri, want := range map[string]string{
		"/django/issues?routes=/&kind=x":         `unknown parameter "routes": the parameters are kind, limit, route, site`,
		"/django/events?id=1":                    `unknown parameter "id": the parameters are error_id, request_id`,
		"/django/events":                         "which event? name it by error_id or request_id",
		"/django/events?error_id=1&request_id=2": "which event? name it by error_id or request_id",
	} {
		r, err := http.Get("http://" + admin + uri)
		if err != nil {
			t.Fatal(err)
		}
		var answer struct{ Error string }
		err = json.NewDecoder(r.Body).Decode(&answer)
		r.Body.Close()
		if err != nil || r.StatusCode != http.StatusBadRequest || !strings.Contains(answer.Error, want) {
			t.Errorf("%s: %s %q (%v)", uri, r.Status, answer.Error, err)
		}
	}
}

// TestALookupThatFindsNothingIsNoErrorInTheLog reads Caddy's log: the command looks for an id of
// unknown kind in several places.
func TestALookupThatFindsNothingIsNoErrorInTheLog(t *testing.T) {
	g, admin := startAdministered(t, startReceiver(t, http.StatusOK).dsn(1))
	path := filepath.Join(t.TempDir(), "caddy.log")
	g.load(strings.Replace(g.caddyfile, "output discard", "output file "+path, 1))
	_, err := run(t, issuesCommand(), "no-such-id", "--address", admin)
	if err == nil || !strings.Contains(err.Error(), `no event is kept for "no-such-id"`) {
		t.Errorf("got %v", err)
	}
	for uri, want := range map[string]string{
		"/django/issues/00000000":     "reading issue 00000000: not found",
		"/django/events/0":            "reading event 0: not found",
		"/django/events?error_id=0":   `reading the event with the id "0": not found`,
		"/django/events?request_id=0": `reading the event with the id "0": not found`,
	} {
		r, err := http.Get("http://" + admin + uri)
		if err != nil {
			t.Fatal(err)
		}
		var answer struct{ Error string }
		err = json.NewDecoder(r.Body).Decode(&answer)
		r.Body.Close()
		if err != nil || r.StatusCode != http.StatusNotFound || !strings.Contains(answer.Error, want) || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %s %q (%v)", uri, r.Status, answer.Error, err)
		}
	}
	// What is wrong with a request stays an error there, and shows that the log is written.
	if r, err := http.Get("http://" + admin + "/django/events"); err == nil {
		r.Body.Close()
	}
	var log []byte
	eventually(t, "the log of the last request", func() bool {
		log, err = os.ReadFile(path)
		return err == nil && strings.Contains(string(log), "which event?")
	})
	if n := strings.Count(string(log), `"level":"error"`); n != 1 {
		t.Errorf("%d errors are logged:\n%s", n, log)
	}
}
