package caddymodule

import (
	"strings"
	"testing"

	"github.com/caddy-django/gateway/store"
)

func TestAnIssueIsReportedWithTheInnermostFramesOfTheProject(t *testing.T) {
	answer := found{
		Issue: []byte(`{"id":"0c1ba142","title":"the cart is \u001b[31mbroken","kind":"app_error","site":"shop","method":"GET","route":"/cart/","status":500,
			"count":1500,"first_seen":"2026-11-22T10:00:00.000Z","last_seen":"2026-11-22T10:00:01.000Z"}`),
		Event: []byte(`{"id":"7ace","issue_id":"0c1ba142","time":"2026-11-22T10:00:01.000Z","state":"set_aside","reason":"HTTP 413","payload":{
			"release":"shop@1.4.2","request":{"method":"GET","url":"https://shop/cart/","query_string":"page=2"},"tags":{"view":"shop.cart"},
			"contexts":{"gateway":{"outcome":"gateway_error","cause":"refused","error":"dial","upstream":"unix","duration_ms":12.5,"request_id":"r-1","error_id":"e-1"}},
			"exception":{"values":[{"type":"KeyError","value":"'anvil'"},{"type":"ValueError","value":"broken\nfor good","stacktrace":{"frames":[
				{"filename":"a.py","lineno":1,"function":"a","in_app":true},
				{"filename":"b.py","lineno":2,"function":"b","in_app":true},
				{"filename":"django.py","lineno":3,"function":"get","in_app":false},
				{"filename":"c.py","lineno":4,"function":"c","in_app":true,"context_line":"    c()"},
				{"filename":"d.py","lineno":5,"function":"d","in_app":true}]}}]}}}`),
	}
	var out strings.Builder
	if err := printFound(&out, answer, false); err != nil {
		t.Fatal(err)
	}
	mustPrint(t, out.String(), nil, `the cart is \x{FFFD}\[31mbroken

issue        0c1ba142
kind         app_error
where        shop GET /cart/: 500
count        1,500
first seen   2026-11-22 10:00:00 UTC, .*
last seen    2026-11-22 10:00:01 UTC, .*

event        7ace
time         2026-11-22 10:00:01 UTC, .*
delivery     set_aside HTTP 413
request      GET https://shop/cart/
query        page=2
view         shop.cart
release      shop@1.4.2
outcome      gateway_error refused
error        dial
upstream     unix
duration     12.5 ms
request id   r-1
error id     e-1

KeyError: 'anvil'

  File "b.py", line 2, in b
  File "c.py", line 4, in c
    c\(\)
  File "d.py", line 5, in d
ValueError: broken
for good
`)
}

// reportOf prints the report of an event with these exceptions, without what is above them.
func reportOf(t *testing.T, exceptions string, locals bool) string {
	t.Helper()
	var out strings.Builder
	answer := found{Issue: []byte(`{"title":"no"}`), Event: []byte(`{"payload":{"exception":{"values":[` + exceptions + `]}}}`)}
	if err := printFound(&out, answer, locals); err != nil {
		t.Fatal(err)
	}
	_, report, found := strings.Cut(out.String(), "duration     0 ms\n")
	if !found {
		t.Fatalf("the report is\n%s", out.String())
	}
	return report
}

func TestWithoutAFrameOfTheProjectTheInnermostOfAllAreShown(t *testing.T) {
	frame := func(name string) string {
		return `{"filename":"` + name + `.py","lineno":1,"function":"f","in_app":false}`
	}
	frames := strings.Join([]string{frame("wsgi"), frame("base"), frame("csrf"), frame("sessions")}, ",")
	got := reportOf(t, `{"type":"OSError","value":"full","stacktrace":{"frames":[`+frames+`]}}`, false)
	want := "\n  File \"base.py\", line 1, in f\n  File \"csrf.py\", line 1, in f\n  File \"sessions.py\", line 1, in f\nOSError: full\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := reportOf(t, `{"type":"OSError","value":"full","stacktrace":{"frames":[]}}`, true); got != "\nOSError: full\n" {
		t.Errorf("without frames: %q", got)
	}
}

func TestLocalsAreBelowTheirFrameInAFormThatATerminalDoesNotObey(t *testing.T) {
	exception := `{"type":"KeyError","value":"'x'","stacktrace":{"frames":[
		{"filename":"outer.py","lineno":1,"function":"f","in_app":true,"context_line":" g()","vars":{"password":"[Filtered]","b":"{'a': 1,\n 'b': 2}","a":"1"}},
		{"filename":"inner.py","lineno":2,"function":"g","in_app":true,"vars":{"evil\u001b[2J":"\u001b]0;owned\u0007\r\u202eKeyError: forged\nFile \"x\"\té"}}]}}`
	want := `
  File "outer.py", line 1, in f
    g()
      a = 1
      b = {'a': 1,
           'b': 2}
      password = [Filtered]
  File "inner.py", line 2, in g
      evil\x1b[2J = \x1b]0;owned\a\r\u202eKeyError: forged
                    File "x"\té
KeyError: 'x'
`
	if got := reportOf(t, exception, true); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := reportOf(t, exception, false); strings.Contains(got, " = ") {
		t.Errorf("nobody wanted locals:\n%s", got)
	}
}

func TestTheTableOfIssuesIsNoneThatATerminalObeys(t *testing.T) {
	var out strings.Builder
	err := printIssues(&out, []store.Issue{{ID: "0c1ba142", Kind: "app_error", Site: "s\x1b[1m", Method: "M\r", Route: "/\x07/", Title: "no\n\x1b]0;owned\a"}})
	if err != nil || strings.ContainsAny(out.String(), "\x1b\a\r") || strings.Count(out.String(), "\n") != 2 {
		t.Errorf("it prints %q (%v)", out.String(), err)
	}
}

func TestAnIssueWithoutAnEventIsReported(t *testing.T) {
	var out strings.Builder
	if err := printFound(&out, found{Issue: []byte(`{"title":"no"}`)}, false); err != nil || !strings.HasSuffix(out.String(), "event        none is kept\n") {
		t.Errorf("%v: %s", err, out.String())
	}
}

func TestAnIssueOfWhatWasLoggedIsReportedWithItsMessage(t *testing.T) {
	var out strings.Builder
	event := `{"id":"7ace","payload":{"logger":"shop.mail","logentry":{"formatted":"no receipt for \u001b[31m7"},"request":{"method":"GET","url":"https://shop/"}}}`
	err := printFound(&out, found{Issue: []byte(`{"title":"no receipt"}`), Event: []byte(event)}, false)
	if err != nil || !strings.HasSuffix(out.String(), "\nshop.mail: no receipt for \uFFFD[31m7\n") {
		t.Errorf("%v: %s", err, out.String())
	}
}
