package caddymodule

import (
	"strings"
	"testing"
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
	if err := printFound(&out, answer); err != nil {
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

func TestAnIssueWithoutAnEventIsReported(t *testing.T) {
	var out strings.Builder
	if err := printFound(&out, found{Issue: []byte(`{"title":"no"}`)}); err != nil || !strings.HasSuffix(out.String(), "event        none is kept\n") {
		t.Errorf("%v: %s", err, out.String())
	}
}

func TestAnIssueOfWhatWasLoggedIsReportedWithItsMessage(t *testing.T) {
	var out strings.Builder
	event := `{"id":"7ace","payload":{"logger":"shop.mail","logentry":{"formatted":"no receipt for \u001b[31m7"},"request":{"method":"GET","url":"https://shop/"}}}`
	err := printFound(&out, found{Issue: []byte(`{"title":"no receipt"}`), Event: []byte(event)})
	if err != nil || !strings.HasSuffix(out.String(), "\nshop.mail: no receipt for \uFFFD[31m7\n") {
		t.Errorf("%v: %s", err, out.String())
	}
}
