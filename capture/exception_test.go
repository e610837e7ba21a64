package capture

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/getsentry/sentry-go"

	"github.com/caddy-django/gateway/evidence"
	"github.com/caddy-django/gateway/exchange"
)

func TestEventOfADebugPage(t *testing.T) {
	_, event := eventOf(t, failed("text/html", fixture(t, "debug.html")))
	if got := at(t, event, "platform"); got != "python" {
		t.Errorf("the platform is %v", got)
	}
	if got := at(t, event, "tags", "evidence"); got != "django debug page" {
		t.Errorf("the evidence is %v", got)
	}
	if got := fmt.Sprint(at(t, event, "fingerprint")); got != "[{{ default }}]" {
		t.Errorf("the fingerprint is %s", got)
	}
	values := at(t, event, "exception", "values").([]any)
	last := values[len(values)-1].(map[string]any)
	if last["type"] != "ValueError" || last["value"] != "invalid literal for int() with base 10: 'twelve'" {
		t.Errorf("the exception is %v: %v", last["type"], last["value"])
	}
	frames := last["stacktrace"].(map[string]any)["frames"].([]any)
	innermost := frames[len(frames)-1].(map[string]any)
	if innermost["in_app"] != true || !strings.Contains(innermost["context_line"].(string), `int("twelve")`) {
		t.Errorf("the innermost frame is %v", innermost)
	}
	vars := innermost["vars"].(map[string]any)
	if vars["api_key"] != filtered {
		t.Errorf("api_key is %v", vars["api_key"])
	}
	if len(vars) < 3 {
		t.Errorf("only %v are kept", vars)
	}
}

func TestEventOfAChain(t *testing.T) {
	s := newScrubber(t)
	all := s.python(&evidence.Evidence{
		Template: &evidence.Frame{File: "cart.html", Line: 3},
		Exceptions: []evidence.Exception{
			{Type: "KeyError", Value: "'a'", Relation: evidence.Context},
			{Type: "OSError", Value: "gone", Relation: evidence.Cause},
			{Type: "RuntimeError", Value: "no stock", Notes: []string{"of anvils", "password=hunter2"}},
		},
	})
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	const want = `[` +
		`{"type":"KeyError","value":"'a'","mechanism":{"type":"chained","source":"__context__","handled":true,"parent_id":1,"exception_id":2}},` +
		`{"type":"OSError","value":"gone","mechanism":{"type":"chained","source":"__cause__","handled":true,"parent_id":0,"exception_id":1}},` +
		`{"type":"RuntimeError","value":"no stock\nof anvils\npassword=[Filtered]","stacktrace":{"frames":[{"filename":"cart.html","lineno":3,"in_app":false}]},` +
		`"mechanism":{"type":"django","handled":false,"exception_id":0}}]`
	if string(text) != want {
		t.Errorf("%s\nwant\n%s", text, want)
	}
	if s.python(nil) != nil || s.python(&evidence.Evidence{Message: "Server Error"}) != nil {
		t.Error("a body without an exception has one")
	}
}

func TestSecretsOfFramesAreHidden(t *testing.T) {
	frame := newScrubber(t).frame(evidence.Frame{
		PreContext:  []string{`token = "abc123"`},
		ContextLine: `login(password="hunter2")`,
		PostContext: []string{`api_key: "xyz"`},
		Locals: []evidence.Local{
			{Name: "password", Value: "'hunter2'"},
			{Name: "form", Value: "{'password': 'hunter2', 'name': 'Ada'}"},
			{Name: "name", Value: "'Ada'"},
			{Name: "long", Value: strings.Repeat("x", 2*maxLocal)},
		},
	})
	text := fmt.Sprint(frame)
	for _, secret := range []string{"hunter2", "abc123", "xyz"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s is in %s", secret, text)
		}
	}
	if frame.Vars["name"] != "'Ada'" || len(frame.Vars["long"].(string)) > maxLocal {
		t.Errorf("the variables are %v", frame.Vars)
	}
}

func TestALargeEventLosesWhatIsMissedLeast(t *testing.T) {
	frame := func(inApp bool) sentry.Frame {
		return sentry.Frame{InApp: inApp, Vars: map[string]any{"a": "b"}, PreContext: []string{"x"}, PostContext: []string{"y"}, ContextLine: "z"}
	}
	all := []sentry.Exception{{Stacktrace: &sentry.Stacktrace{Frames: []sentry.Frame{frame(false), frame(true)}}}, {}}
	e := &event{Exception: exceptions{all}, Contexts: contexts{Response: &responseContext{Data: "body"}}}
	frames := all[0].Stacktrace.Frames
	left := func() string {
		return fmt.Sprint(e.Contexts.Response.Data != "", len(frames[0].Vars), len(frames[1].Vars), len(frames[1].PreContext), len(frames[1].PostContext))
	}
	for _, want := range []string{"false 1 1 1 1", "false 0 1 1 1", "false 0 0 1 1", "false 0 0 0 1", "false 0 0 0 0"} {
		if !e.shrink() || left() != want {
			t.Errorf("left is %s, want %s", left(), want)
		}
	}
	if e.shrink() {
		t.Error("there is something left to take")
	}
}

func TestAnEventOfAnyPageIsSmallEnough(t *testing.T) {
	page := fixture(t, "debug.html")
	page = strings.ReplaceAll(page, "twelve", strings.Repeat("\x01", 2000))
	x := failed("text/html", page)
	x.Outcome = exchange.AppError
	payload, _ := eventOf(t, x)
	if len(payload) > maxEvent {
		t.Errorf("the event has %d bytes", len(payload))
	}
}
