package caddymodule

import (
	"encoding/json"
	"net/http"
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
	if text, err := issues("k3x9p2m4q"); err == nil || text != "" || !strings.Contains(err.Error(), `"k3x9p2m4q" is the ID of no issue`) {
		t.Errorf("printed %q (%v)", text, err)
	}
}

func TestAParameterThatSelectsNothingIsRefused(t *testing.T) {
	_, admin := startAdministered(t, startReceiver(t, http.StatusOK).dsn(1))
	for uri, want := range map[string]string{
		"/django/issues?routes=/&kind=x": `unknown parameter "routes": the parameters are kind, limit, route, site`,
		"/django/events?id=1":            `unknown parameter "id": the parameters are error_id`,
		"/django/events":                 "which event? name it by error_id",
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
