package caddymodule

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/delivery"
)

func TestATestEventIsFollowedStepByStep(t *testing.T) {
	r := startReceiver(t, http.StatusOK)
	_, admin := startAdministered(t, r.dsn(1))
	text, err := run(t, testEventCommand(), "--address", admin)
	mustPrint(t, text, err, regexp.QuoteMeta(r.URL)+`/1
  dsn      ok  events go to http://127\.0\.0\.1:\d+/api/1/envelope/
  connect  ok  connected to 127\.0\.0\.1:\d+
  answer   ok  HTTP 200
  limits   ok  none
Look there for "Test event of the gateway: delivery works", event [0-9a-f]{32}\.
`)
	if got := len(r.arrived()); got != 1 {
		t.Errorf("%d events arrived, want one", got)
	}

	r.answer(http.StatusForbidden)
	text, err = run(t, testEventCommand(), "--address", admin)
	if err == nil || err.Error() != "1 of 1 test events did not arrive" || !strings.Contains(text, "  answer   FAILED  HTTP 403\n                   -> the key is not one of this project") {
		t.Errorf("printed %s\nerror %v", text, err)
	}
	text, err = run(t, testEventCommand(), "--address", admin, "--json")
	var trials []delivery.Trial
	if json.Unmarshal([]byte(text), &trials) != nil || err == nil || len(trials) != 1 || trials[0].Arrived || trials[0].EventID == "" {
		t.Errorf("printed %s\nerror %v", text, err)
	}
}

func TestATestEventNeedsNoCaddyIfItHasADSN(t *testing.T) {
	r := startReceiver(t, http.StatusOK)
	text, err := run(t, testEventCommand(), "--dsn", r.dsn(7))
	if err != nil || len(r.arrived()) != 1 || strings.Contains(text, "key7") || !strings.HasPrefix(text, r.URL+"/7\n") {
		t.Errorf("%v arrived, printed %s\nerror %v", r.arrived(), text, err)
	}
	if _, err := run(t, testEventCommand(), "--dsn", "https://s3cret@sentry.example"); err == nil ||
		!strings.Contains(err.Error(), `sentry "https://***@sentry.example": the DSN has no project`) {
		t.Errorf("of a DSN without a project: %v", err)
	}
}

func TestATestEventThatHasNowhereToGo(t *testing.T) {
	g, admin := startAdministered(t, "http://key@127.0.0.1:9/1")
	g.load(strings.Replace(g.caddyfile, "sentry http://key@127.0.0.1:9/1", "environment test", 1))
	if text, err := run(t, testEventCommand(), "--address", admin); err == nil || !strings.Contains(err.Error(), "none has the option sentry") || text != "" {
		t.Errorf("printed %s, error %v", text, err)
	}
}
