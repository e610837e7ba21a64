package probe_test

import (
	"slices"
	"strings"
	"testing"
)

// cases are what every Django must answer, through both of its handlers.
var cases = []struct {
	name, path string
	options    []string
	check      func(*testing.T, response)
}{
	{"a trivial request has route, view and name", "/", nil, func(t *testing.T, r response) {
		got := r.line(t)
		if got["route"] != "" || got["view"] != "__main__.trivial" || got["name"] != "home" || got["q"] != "0" || got["busy"] != "1" {
			t.Errorf("%v", got)
		}
		if len(r.header("X-Django-Probe-Report")) > 0 {
			t.Error("it has a report")
		}
	}},
	{"a route is percent-encoded, its name has its namespaces", "/shop/orders/5/ü %/", nil, func(t *testing.T, r response) {
		got := r.line(t)
		if got["route"] != "shop%2Forders%2F%3Cint%3Apk%3E%2F%C3%BC%20%25%2F" || got["name"] != "store%3Aorder" {
			t.Errorf("%v", got)
		}
	}},
	{"a regular expression is as Django has it", "/old/1999/", nil, func(t *testing.T, r response) {
		if got := r.line(t)["route"]; got != "%5Eold%2F%28%3FP%3Cyear%3E%5B0-9%5D%7B4%7D%29%2F%24" {
			t.Error(got)
		}
	}},
	{"where Django resolves nothing there is no route", "/nowhere/", nil, func(t *testing.T, r response) {
		if _, ok := r.line(t)["route"]; ok || r.Status != 404 {
			t.Errorf("%v", r.Headers)
		}
	}},
	{"statements are counted", "/queries/4/", nil, func(t *testing.T, r response) {
		if got := r.line(t); got["q"] != "5" || got["qt"] == "0" || got["n1"] != "" {
			t.Errorf("%v", got)
		}
	}},
	{"a repeated statement is named when asked for", "/queries/4/", []string{"n1=4", "else"}, func(t *testing.T, r response) {
		got := r.line(t)
		if got["n1"] != "4" || !strings.HasPrefix(got["n1q"], "SELECT%20%22auth_user%22") || strings.Contains(got["n1q"], "s3cr3t") {
			t.Errorf("%v", got)
		}
	}},
	{"too few repetitions are not", "/queries/4/", []string{"n1=5"}, func(t *testing.T, r response) {
		if got := r.line(t); got["n1"] != "" {
			t.Errorf("%v", got)
		}
	}},
	{"calls of the cache are counted", "/cached/", nil, func(t *testing.T, r response) {
		if got := r.line(t); got["c"] != "4" {
			t.Errorf("%v", got)
		}
	}},
	{"the view's own headers of these names are removed", "/forged/", nil, func(t *testing.T, r response) {
		r.line(t)
		for _, h := range r.Headers {
			if strings.Contains(h[1], "forged") && !begins.MatchString(h[1]) {
				t.Errorf("%q", h)
			}
		}
		if len(r.header("X-Else")) != 1 {
			t.Error("another header is gone")
		}
	}},
	{"Django does not see the secret", "/meta/", nil, func(t *testing.T, r response) {
		if r.line(t); r.Body != "" {
			t.Error(r.Body)
		}
	}},
	{"a streamed response is answered for at its start", "/streamed/", nil, func(t *testing.T, r response) {
		if r.line(t); r.Body != "onetwo" {
			t.Error(r.Body)
		}
	}},
	{"an unhandled exception is Python's own", "/unhandled/", nil, unhandled},
	{"an unhandled exception of an asynchronous view, too", "/unhandled-async/", nil, func(t *testing.T, r response) {
		got, _, _ := r.report(t)
		sameTraceback(t, got.Errors[0].Chain[0].Frames, r.Said["traceback"])
	}},
	{"an exception of a middleware is one", "/middleware/", nil, func(t *testing.T, r response) {
		got, _, _ := r.report(t)
		sameTraceback(t, got.Errors[0].Chain[0].Frames, r.Said["traceback"])
	}},
	{"an error of the database has no frame of ours", "/database/", nil, func(t *testing.T, r response) {
		got, text, _ := r.report(t)
		if len(got.Errors[0].Chain) != 2 || got.Errors[0].Chain[1].Source != "__cause__" || strings.Contains(text, "django_probe") {
			t.Errorf("%+v", got.Errors[0].Chain)
		}
	}},
	{"a logged error is handled", "/logged/", nil, func(t *testing.T, r response) {
		got, _, _ := r.report(t)
		e := got.Errors[0]
		if r.Status != 200 || len(got.Errors) != 1 || !e.Handled || e.Logger != "shop.orders" || e.Level != "error" || e.Message != "order 17 was not counted" || e.Format != "order %s was not counted" {
			t.Errorf("%+v", got.Errors)
		}
		if frames := e.Chain[0].Frames; len(frames) != 2 || frames[1].Function != "fail" {
			t.Errorf("%+v", frames)
		}
	}},
	{"an error that is logged and raised is one, and unhandled", "/logged-and-raised/", nil, func(t *testing.T, r response) {
		got, _, _ := r.report(t)
		if len(got.Errors) != 1 || got.Errors[0].Handled {
			t.Errorf("%+v", got.Errors)
		}
	}},
	{"five errors are told, the unhandled one first", "/logged-often/", nil, func(t *testing.T, r response) {
		got, _, _ := r.report(t)
		if len(got.Errors) != 5 || got.Errors[0].Handled || got.Errors[1].Message != "number 0" {
			t.Errorf("%+v", got.Errors)
		}
	}},
	{"a chain has causes and contexts", "/chained/", nil, func(t *testing.T, r response) {
		chain(t, r, "ValueError - ", "KeyError 0 __cause__", "ZeroDivisionError 1 __context__")
	}},
	{"a suppressed context is none", "/suppressed/", nil, func(t *testing.T, r response) {
		chain(t, r, "ValueError - ")
		if got, _, _ := r.report(t); !got.Errors[0].Chain[0].Suppressed {
			t.Error("it does not say so")
		}
	}},
	{"a chain that bites its tail ends", "/cyclic/", nil, func(t *testing.T, r response) {
		chain(t, r, "ValueError - ", "KeyError 0 __cause__")
	}},
	{"an exception that has a message is told by it, and a frame that asks not to be shown is not", "/worded/", nil, func(t *testing.T, r response) {
		got, _, _ := r.report(t)
		e := got.Errors[0].Chain[0]
		if e.Value != "there is no size %(size)s" || e.Frames[len(e.Frames)-1].Function != "worded" {
			t.Errorf("%q in %s", e.Value, e.Frames[len(e.Frames)-1].Function)
		}
	}},
	{"a recursion keeps its first and its last frames", "/recursive/", nil, func(t *testing.T, r response) {
		got, _, _ := r.report(t)
		e := got.Errors[0].Chain[0]
		if e.Type != "RecursionError" || len(e.Frames) > 60 || e.Omitted < 800 || !slices.ContainsFunc(e.Frames[:20], func(f frame) bool { return f.Function == "recursive" }) {
			t.Errorf("%s, %d frames, %d omitted", e.Type, len(e.Frames), e.Omitted)
		}
	}},
	{"the line of a template is told", "/template/", nil, func(t *testing.T, r response) {
		got, _, _ := r.report(t)
		if at := got.Errors[0].Template; at == nil || at.File != "broken.html" || at.Line != 3 || at.Context != "  <b>{{ price.total }}</b>" {
			t.Errorf("%+v", at)
		}
	}},
	{"the line of a template that cannot be parsed, too", "/template-syntax/", nil, func(t *testing.T, r response) {
		got, _, _ := r.report(t)
		if at := got.Errors[0].Template; at == nil || at.File != "syntax.html" || at.Line != 2 {
			t.Errorf("%+v", at)
		}
	}},
	{"a user whom Django knows is told by number", "/logged-in/?as=asked", nil, user("7", "")},
	{"by name, too, when asked for", "/logged-in/?as=asked", []string{"pii"}, user("7", "ada")},
	{"a user who was assigned", "/logged-in/?as=assigned", nil, user("7", "")},
	{"nobody", "/logged-in/?as=anonymous", []string{"pii"}, user("", "")},
	{"a user whom nobody asked for is not looked up", "/logged-in/?as=lazy", []string{"pii"}, user("", "")},
	{"nothing lazy is evaluated", "/lazies/", nil, func(t *testing.T, r response) {
		got, _, _ := r.report(t)
		if len(r.Evaluated) > 0 || r.line(t)["q"] != "0" {
			t.Errorf("evaluated: %q, statements: %s", r.Evaluated, r.line(t)["q"])
		}
		frames := got.Errors[0].Chain[0].Frames
		vars := frames[len(frames)-1].Vars
		if vars["orders"] != "<QuerySet of User>" || vars["user"] != "<auth.User pk=5>" || got.Errors[0].Chain[0].Value != "<QuerySet of User>" {
			t.Errorf("%v", vars)
		}
	}},
	{"the text of an exception of the project's own is not asked", "/counting/", nil, func(t *testing.T, r response) {
		got, _, _ := r.report(t)
		if value := got.Errors[0].Chain[0].Value; value != "('orders', 7)" || r.line(t)["q"] != "0" || len(r.Evaluated) > 0 {
			t.Errorf("%q, %s statements, %q ran", value, r.line(t)["q"], r.Evaluated)
		}
	}},
	{"nor does one that ends the worker replace the page", "/ending/", nil, func(t *testing.T, r response) {
		got, _, _ := r.report(t)
		if e := got.Errors[0]; r.Status != 500 || !strings.Contains(r.Body, "Server Error (500)") || e.Handled || e.Chain[0].Value != "17" || len(r.Evaluated) > 0 {
			t.Errorf("%d, %+v, %q ran", r.Status, e, r.Evaluated)
		}
	}},
	{"an error that is logged without a traceback is a message, if it is asked for", "/logged-alone/", []string{"log"}, func(t *testing.T, r response) {
		got, _, _ := r.report(t)
		e := got.Errors[0]
		if r.Status != 200 || len(got.Errors) != 1 || !e.Handled || len(e.Chain) != 0 || e.Logger != "shop.orders" || e.Level != "critical" {
			t.Errorf("%d, %+v", r.Status, got.Errors)
		}
		if e.Message != "order 17 of Ada" || e.Format != "order %d of %s" || len(got.Breadcrumbs) != 3 {
			t.Errorf("%+v, %+v", e, got.Breadcrumbs)
		}
	}},
	{"and else it is none", "/logged-alone/", []string{"pii"}, func(t *testing.T, r response) {
		if r.line(t); len(r.header("X-Django-Probe-Report")) > 0 {
			t.Error("there is a report")
		}
	}},
	{"a message comes behind an error with a traceback that follows", "/logged-both/", []string{"log"}, func(t *testing.T, r response) {
		got, _, _ := r.report(t)
		if e := got.Errors; len(e) != 2 || e[0].Message != "second" || len(e[0].Chain) != 1 || e[1].Message != "first" {
			t.Errorf("%+v", e)
		}
	}},
	{"what Django logs of a response is no error of its own", "/refused/", []string{"log"}, func(t *testing.T, r response) {
		if r.line(t); r.Status != 503 || len(r.header("X-Django-Probe-Report")) > 0 {
			t.Errorf("%d, %q", r.Status, r.header("X-Django-Probe-Report"))
		}
	}},
	{"values are told, and bounded", "/values/", nil, values},
	{"no secret leaves the process", "/secrets/", []string{"n1=1"}, func(t *testing.T, r response) {
		_, text, _ := r.report(t)
		for _, secret := range []string{"s3cr3t", "4111", "DE89", "078-05", "QWRh", "BEGIN", "eyJ"} {
			if at := strings.Index(text, secret); at >= 0 {
				t.Errorf("%q: %q", secret, text[max(at-150, 0):min(at+60, len(text))])
			}
		}
		if !strings.Contains(text, `"file":`) || strings.Count(text, "[Filtered]") < 40 {
			t.Errorf("there is little in it: %s", text)
		}
		if strings.Contains(strings.Join(r.header("X-Django-Probe"), ""), "s3cr3t") {
			t.Error("one is in the line")
		}
	}},
	{"huge values keep to the budget", "/huge/", nil, func(t *testing.T, r response) {
		got, _, packed := r.report(t)
		if packed > 48<<10 || !slices.Contains(got.Cut, "vars") || r.line(t)["cut"] != "1" || len(got.Errors[0].Chain[0].Frames) == 0 {
			t.Errorf("%d bytes, cut %v", packed, got.Cut)
		}
	}},
}

func unhandled(t *testing.T, r response) {
	got, text, _ := r.report(t)
	e := got.Errors[0]
	if r.Status != 500 || len(got.Errors) != 1 || e.Handled || len(e.Chain) != 1 {
		t.Fatalf("%s", text)
	}
	one := e.Chain[0]
	if one.Type != "ZeroDivisionError" || one.Module != "builtins" || one.Value != "float division by zero" && one.Value != "division by zero" {
		t.Errorf("%s.%s: %s", one.Module, one.Type, one.Value)
	}
	sameTraceback(t, one.Frames, r.Said["traceback"])
	last := one.Frames[len(one.Frames)-1]
	if last.Context != "    return half / 0" || len(last.Pre) != 5 || last.Pre[4] != "    half = number / 2" || len(last.Post) != 5 {
		t.Errorf("%+v", last)
	}
	if last.Vars["number"] != "7" || last.Vars["half"] != "3.5" || last.Module != "__main__" || !strings.HasPrefix(last.File, "/") {
		t.Errorf("%+v", last)
	}
	if got.Versions.Packages["django"] != got.Versions.Django || got.Versions.Python == "" || !strings.HasPrefix(got.Versions.Build, got.Versions.Python) {
		t.Errorf("%+v", got.Versions)
	}
	crumbs := got.Breadcrumbs
	if len(crumbs) < 2 || crumbs[0].Category != "query" || !strings.HasPrefix(crumbs[0].Message, "SELECT COUNT") || crumbs[1].Message != "counted 3 of carrots" || crumbs[1].Category != "log" {
		t.Errorf("%+v", crumbs)
	}
}

func chain(t *testing.T, r response, want ...string) {
	t.Helper()
	got, _, _ := r.report(t)
	var have []string
	for _, e := range got.Errors[0].Chain {
		parent := "-"
		if e.Parent != nil {
			parent = string(rune('0' + *e.Parent))
		}
		have = append(have, e.Type+" "+parent+" "+e.Source)
	}
	if !slices.Equal(have, want) {
		t.Errorf("got %q, want %q", have, want)
	}
}

func user(id, name string) func(*testing.T, response) {
	return func(t *testing.T, r response) {
		got, _, _ := r.report(t)
		if got.User["id"] != id || got.User["name"] != name || (got.User["email"] != "") != (name != "") {
			t.Errorf("%v", got.User)
		}
	}
}

func values(t *testing.T, r response) {
	got, _, _ := r.report(t)
	frames := got.Errors[0].Chain[0].Frames
	vars := frames[len(frames)-1].Vars
	for name, want := range map[string]string{
		"text": "'carrots'", "number": "12", "yes": "True", "nothing": "None", "ratio": "1.5", "raw": "b'raw'",
		"day": "datetime.date(2026, 1, 2)", "price": "Decimal('9.90')", "uid": "UUID('00000000-0000-0000-0000-000000000005')",
		"items": "[1, 'two']", "pair": "(1,)", "things": "{3}", "order": "{'sku': 'c-1', 'password': [Filtered], 'inner': {'token': [Filtered]}}",
		"line": "Line('sku': 'c-1', 'count': 2, 'api_key': [Filtered])", "huge": "<int of 16610 bits>", "kind": "<class '__main__.Line'>",
		"function": "<function fail>", "module": "<module json>", "failure": "ValueError('why', 3)", "row": "<auth.User pk=5>",
		"loop": "[[[[[…]]]]]", "ordered": "OrderedDict({'a': 1})",
	} {
		if vars[name] != want {
			t.Errorf("%s is %s, want %s", name, vars[name], want)
		}
	}
	for name, value := range vars {
		if len(value) > 2048 || strings.Contains(value, "s3cr3t") {
			t.Errorf("%s: %d bytes: %s", name, len(value), value)
		}
	}
}

func TestSitecustomizeAnswersInEveryDjango(t *testing.T) {
	for _, e := range environments {
		t.Run(e.dir, func(t *testing.T) {
			p := process{python: interpreter(t, e.dir, e.missing), env: []string{"DJANGO_PROBE_SECRET=" + secret}}
			for _, server := range []string{"wsgi", "asgi"} {
				var requests []request
				for _, c := range cases {
					requests = append(requests, asked(server, c.path, c.options...))
				}
				all, stderr := p.answers(t, requests...)
				if strings.Contains(stderr, "django probe") {
					t.Errorf("it complains: %s", stderr)
				}
				for i, c := range cases {
					t.Run(server+"/"+c.name, func(t *testing.T) { c.check(t, all[i]) })
				}
			}
		})
	}
}

func TestSitecustomizeTellsAGroupAsSentryDoes(t *testing.T) {
	p := process{python: interpreter(t, "venv", "django"), env: []string{"DJANGO_PROBE_SECRET=" + secret}}
	all, _ := p.answers(t, asked("wsgi", "/grouped/"))
	chain(t, all[0], "ExceptionGroup - ", "ZeroDivisionError 0 __cause__", "ZeroDivisionError 0 exceptions[0]", "ZeroDivisionError 0 exceptions[1]",
		"ExceptionGroup 0 exceptions[2]", "KeyError 4 exceptions[0]")
	got, _, _ := all[0].report(t)
	if one := got.Errors[0].Chain; !one[0].Group || one[0].Value != "outer" || !slices.Equal(one[2].Notes, []string{"note 1"}) {
		t.Errorf("%+v", one)
	}
}

func TestSitecustomizeKnowsThatItWasForked(t *testing.T) {
	p := process{python: interpreter(t, "venv", "django"), env: []string{"DJANGO_PROBE_SECRET=" + secret}}
	all, _ := p.answers(t, asked("wsgi", "/"), asked("wsgi", "/"), asked("wsgi", "/forking/"))
	child, line, _ := strings.Cut(all[2].Body, " ")
	if words := strings.Fields(line); !slices.Contains(words, "pid="+child) || !slices.Contains(words, "n=1") || !slices.Contains(words, "busy=1") {
		t.Errorf("the child %s tells %q", child, line)
	}
}

func TestSitecustomizeGoesWithSentrysSDK(t *testing.T) {
	p := process{python: interpreter(t, "sentry-sdk", "sentry-sdk"), env: []string{"DJANGO_PROBE_SECRET=" + secret}, args: []string{"--sentry"}}
	for _, server := range []string{"wsgi", "asgi"} {
		all, stderr := p.answers(t, asked(server, "/queries/4/"), asked(server, "/logged/"), asked(server, "/unhandled/"))
		if got := all[0].line(t); got["q"] != "5" || strings.Contains(stderr, "django probe") {
			t.Errorf("%s: %v %s", server, got, stderr)
		}
		if got, _, _ := all[1].report(t); len(got.Errors) != 1 || got.Errors[0].Message != "order 17 was not counted" {
			t.Errorf("%s: %+v", server, got.Errors)
		}
		if got, _, _ := all[2].report(t); got.Errors[0].Handled || len(got.Breadcrumbs) < 2 || got.Breadcrumbs[1].Message != "counted 3 of carrots" {
			t.Errorf("%s: %+v", server, got)
		}
	}
}

// What goes on behind the response is not the request's any more: it is not counted, and keeps nothing of it.
func TestSitecustomizeLetsGoOfARequestThatIsOver(t *testing.T) {
	p := process{python: interpreter(t, "venv", "django"), env: []string{"DJANGO_PROBE_SECRET=" + secret}}
	all, stderr := p.answers(t, asked("wsgi", "/background/", "n1=2", "log"), asked("wsgi", "/background-said/"))
	if got := all[0].line(t); got["q"] != "1" {
		t.Errorf("%v\n%s", got, stderr)
	}
	if want := "200 statements later: 1 counted, kept: []"; all[1].Body != want {
		t.Errorf("got %q, want %q\n%s", all[1].Body, want, stderr)
	}
}
