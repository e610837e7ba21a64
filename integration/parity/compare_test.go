package parity

import (
	"strings"
	"testing"
)

// traceback is an event of a chain of two, of a template's frame and one of the SDK's.
const traceback = `{
	"platform": "python",
	"fingerprint": ["{{ default }}"],
	"exception": {"values": [
		{"type": "KeyError", "value": "'sku'", "mechanism": {"type": "chained", "handled": true}},
		{"type": "Stock.Empty", "value": "none left", "mechanism": {"type": "django", "handled": false}, "stacktrace": {"frames": [
			{"module": "django.core.handlers.base", "function": "get_response", "lineno": 7},
			{"module": "sentry_sdk.integrations.django.views", "function": "sentry_wrapped_callback", "lineno": 94},
			{"filename": "price.html", "lineno": 2, "context_line": "{{ price }}\n", "in_app": true},
			{"module": "shop.stock", "filename": "shop/stock.py", "abs_path": "/srv/shop/stock.py", "function": "take", "lineno": 12,
				"context_line": "raise", "in_app": true, "vars": {"sku": "'4711'"}}
		]}}
	]}
}`

// without replaces parts of the traceback, in pairs of old and new.
func without(t *testing.T, oldnew ...string) event {
	t.Helper()
	e, err := parse([]byte(strings.NewReplacer(oldnew...).Replace(traceback)))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

const ofSDK = `{"module": "sentry_sdk.integrations.django.views", "function": "sentry_wrapped_callback", "lineno": 94},`
const ofTemplate = `{"filename": "price.html", "lineno": 2, "context_line": "{{ price }}\n", "in_app": true},`

func TestWhatDiffersFromTheSDKIsKnownOrAFault(t *testing.T) {
	const sku = `"vars": {"sku": "'4711'"}`
	for _, c := range []struct {
		name        string
		types       string
		values      string
		frames      string
		locals      string
		fault       string
		ofSDK, ours []string
	}{
		{name: "nothing differs"},
		{name: "another type", ours: []string{"KeyError", "LookupError"}, fault: "the type is LookupError"},
		{name: "the class is nested", ours: []string{"Stock.Empty", "Empty"}, types: "without the class around it"},
		{name: "another value", ours: []string{"none left", "one left"}, fault: `the value of Stock.Empty is "one left"`},
		{name: "the value of a group", ours: []string{"none left", "none left (2 sub-exceptions)"}, values: "with how many are in the group"},
		{name: "another line", ours: []string{`"lineno": 12`, `"lineno": 13`}, fault: "frame 2 is"},
		{name: "another module", ours: []string{"shop.stock", "shop.stocks"}, fault: "frame 2 is"},
		{name: "another path", ours: []string{"/srv/shop", "/srv/shops"}, fault: "frame 2 is"},
		{name: "another template", ours: []string{"price.html", "prices.html"}, fault: "frame 1 is"},
		{name: "not in the project", ours: []string{`"raise", "in_app": true`, `"raise", "in_app": false`}, fault: "frame 2 is"},
		{name: "a variable is missing", ours: []string{sku, `"vars": {}`}, fault: "lacks the variable sku"},
		{name: "a variable more", ofSDK: []string{sku, `"vars": {}`}},
		{name: "the template is not told again", ours: []string{ofTemplate, ""}, frames: "the template's line once"},
		{name: "the page was cut", ours: []string{ofTemplate, "", `"price.html"`, `"price.html", "module": "x"`, `"context_line": "raise",`, ""},
			ofSDK: []string{`"price.html"`, `"price.html", "module": "x"`}, frames: "the outermost, and the innermost", locals: "of the outermost"},
		{name: "the page was cut in a recursion", ours: []string{ofTemplate, "", `"price.html"`, `"price.html", "module": "x"`},
			ofSDK: []string{`"price.html"`, `"price.html", "module": "x"`}, frames: "the outermost, and the innermost", locals: "of the outermost"},
		{name: "the page was cut at another line", ours: []string{ofTemplate, "", `"context_line": "raise",`, `"context_line": "rise",`},
			ofSDK: []string{`"price.html"`, `"price.html", "module": "x"`}, frames: "the outermost, and the innermost", locals: "of the outermost", fault: "the innermost frame is"},
		{name: "the page was cut in the wrong place", ours: []string{ofTemplate, "", `"lineno": 12`, `"lineno": 13`},
			ofSDK: []string{`"price.html"`, `"price.html", "module": "x"`}, frames: "the outermost, and the innermost", locals: "of the outermost", fault: "the innermost frame is"},
		{name: "one frame more", ofSDK: []string{ofTemplate, ""}, fault: "there are 3 frames, not 2"},
		{name: "an exception more", ours: []string{`{"type": "KeyError"`, `{"type": "A"}, {"type": "KeyError"`}, fault: "the chain is of 3 exceptions"},
		{name: "an exception in a group", ofSDK: []string{`{"type": "KeyError"`, `{"type": "A", "mechanism": {"source": "exceptions[0]"}}, {"type": "KeyError"`},
			types: "without those in the group"},
		{name: "handled", ours: []string{`"handled": false`, `"handled": true`}, fault: "the mechanism is"},
		{name: "grouped by the gateway", ours: []string{"{{ default }}\"],", "GET /\"],"}, fault: "is grouped by [GET /]"},
		{name: "of another platform", ours: []string{`"python"`, `"other"`}, fault: "of the platform other"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := compare(without(t, c.ofSDK...), without(t, append(c.ours, ofSDK, "")...))
			if got.types != c.types || got.values != c.values || got.frames != c.frames || got.locals != c.locals {
				t.Errorf("it is %+v", got)
			}
			if c.fault == "" && len(got.faults) > 0 {
				t.Errorf("the faults are %q", got.faults)
			}
			if c.fault != "" && (len(got.faults) == 0 || !strings.Contains(got.faults[0], c.fault)) {
				t.Errorf("the faults are %q, not %q", got.faults, c.fault)
			}
		})
	}
}
