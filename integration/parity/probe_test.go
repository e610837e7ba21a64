package parity

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

const hidden = `"pre_context": ["password = 'x'"]`

func TestWhatTheProbeTellsIsTheSDKsOrAFault(t *testing.T) {
	for _, c := range []struct {
		name, frames, fault string
		ours                []string
	}{
		{name: "nothing differs", frames: "and the template's line"},
		{name: "without the template's line", ours: []string{ofTemplate, ""}},
		{name: "another type", ours: []string{"KeyError", "LookupError"}, fault: "the type is LookupError"},
		{name: "another value", ours: []string{"none left", "one left"}, fault: "the value of Stock.Empty"},
		{name: "another function", ours: []string{`"take"`, `"Stock.take"`}, fault: "frame 1 is"},
		{name: "handled", ours: []string{`"handled": false`, `"handled": true`}, fault: "the mechanism of Stock.Empty"},
		{name: "no group", ours: []string{`"handled": true}`, `"handled": true, "is_exception_group": true}`}, fault: "the mechanism of KeyError"},
		{name: "logged", ours: []string{`"django", "handled"`, `"logging", "handled"`}, fault: "the mechanism is"},
		{name: "an exception less", ours: []string{`{"type": "KeyError", "value": "'sku'", "mechanism": {"type": "chained", "handled": true}},`, ""}, fault: "the chain is of 1"},
		{name: "a frame less", ours: []string{`{"module": "django.core.handlers.base", "function": "get_response", "lineno": 7},`, ""}, fault: "there are 1 frames"},
		{name: "a variable less", ours: []string{`"vars": {"sku": "'4711'"}`, `"vars": {}`}, fault: "lacks the variable sku"},
		{name: "a secret among the lines", ours: []string{hidden, `"pre_context": ["password = [Filtered]"]`}},
		{name: "other lines", ours: []string{hidden, `"pre_context": ["pass"]`}, fault: "has other lines around"},
		{name: "grouped by the gateway", ours: []string{"{{ default }}", "GET /"}, fault: "is grouped by"},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines := []string{`"vars"`, hidden + `, "vars"`}
			text := strings.NewReplacer(lines...).Replace(traceback)
			sdk, err := parse([]byte(strings.ReplaceAll(text, ofTemplate, "")))
			if err != nil {
				t.Fatal(err)
			}
			ours, err := parse([]byte(strings.NewReplacer(c.ours...).Replace(strings.ReplaceAll(text, ofSDK, ""))))
			if err != nil {
				t.Fatal(err)
			}
			got := compareProbe(sdk, ours)
			if c.frames != "" && got.frames != c.frames {
				t.Errorf("the frames differ by %q", got.frames)
			}
			if c.fault == "" && len(got.faults) > 0 || c.fault != "" && (len(got.faults) == 0 || !strings.Contains(got.faults[0], c.fault)) {
				t.Errorf("the faults are %q, not %q", got.faults, c.fault)
			}
		})
	}
}

func TestAFieldThatTheProbeDoesNotFillIsAFault(t *testing.T) {
	sdk := json.RawMessage(`{"extra": {"sys.argv": ["a"]}, "user": {"id": "7"}, "modules": {"b": "1", "a": "1"}, "level": "error"}`)
	got := missing(sdk, json.RawMessage(`{"modules": {"a": "1", "b": "1"}, "level": "fatal"}`))
	if want := []string{"there is no user.id", `level is "fatal", not "error"`, `user is , not {"id":"7"}`}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCrashesAreOneIssueOfBothOrOfNone(t *testing.T) {
	a, b := Kinds[0].Name, Kinds[1].Name
	one, two := map[string]string{a: "1", b: "1"}, map[string]string{a: "1", b: "2"}
	for _, c := range []struct {
		sdk, probe map[string]string
		faults     int
	}{{one, one, 0}, {two, two, 0}, {one, two, 1}, {two, one, 1}, {one, map[string]string{a: "1"}, 0}} {
		if got := (Sources{SDKIssues: c.sdk, ProbeIssues: c.probe}).grouped(); len(got) != c.faults {
			t.Errorf("%v and %v: %q", c.sdk, c.probe, got)
		}
	}
}
