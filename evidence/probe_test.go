package evidence

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/probe"
)

func readReport(t *testing.T) *probe.Report {
	t.Helper()
	text, err := os.ReadFile("../probe/testdata/report.json")
	if err != nil {
		t.Fatal(err)
	}
	r := new(probe.Report)
	if err := json.Unmarshal(text, r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEvidenceOfTheProbe(t *testing.T) {
	got := FromReport(readReport(t))
	want := &Evidence{
		Source: Probe, Django: "5.2.1", Python: "3.12.1", Cut: true,
		Exceptions: []Exception{
			{Type: "ValueError", Value: "no such currency", Relation: "exceptions[1]", Skip: 1, Frames: []Frame{
				{File: "shop/money.py", AbsPath: "/srv/shop/shop/money.py", Module: "shop.money", Function: "Money.parse", Line: 7, ContextLine: "    raise ValueError(message)", InApp: true},
			}},
			{Type: "KeyError", Value: "'sku'", Relation: "exceptions[0]"},
			{Type: "ExceptionGroup", Value: "two (2 sub-exceptions)", Relation: Cause, Group: true},
			{Type: "CheckoutFailed", Module: "shop.errors", Value: "order 4711 could not be paid", Notes: []string{"the till is stuck"}, Omitted: 3, Frames: []Frame{
				{File: "django/core/handlers/exception.py", AbsPath: "/srv/shop/.venv/lib/python3.12/site-packages/django/core/handlers/exception.py", Module: "django.core.handlers.exception", Function: "inner", Line: 55,
					PreContext: []string{"        try:"}, ContextLine: "            response = get_response(request)", PostContext: []string{"        except Exception as exc:"},
					Locals: []Local{{"exc", "<shop.errors.CheckoutFailed>"}}},
				{File: "shop/views.py", AbsPath: "/srv/shop/shop/views.py", Module: "shop.views", Function: "checkout", Line: 12,
					PreContext: []string{"    try:", "        pay(order)"}, ContextLine: "        raise CheckoutFailed(order.pk) from error", PostContext: []string{""},
					Locals: []Local{{"api_key", "hunter2-hunter2"}, {"order", "<shop.Order pk=4711>"}}, InApp: true},
			}},
		},
		Template: &Frame{File: "shop/order.html", Line: 3, PreContext: []string{"<h1>"}, ContextLine: "{{ order.total|money }}", PostContext: []string{"</h1>"}, InApp: true},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestEvidenceOfALoggedError(t *testing.T) {
	r := readReport(t)
	r.Errors = r.Errors[1:]
	got := FromReport(r)
	if want := (Log{"shop.mail", "error", "the receipt was not sent", "the %s was not sent"}); got.Logged == nil || *got.Logged != want {
		t.Errorf("logged as %+v, want %+v", got.Logged, want)
	}
	r.Errors[0].Chain = nil
	if got = FromReport(r); got.Message != "the receipt was not sent" || got.Summary() != got.Message || got.Thrown() != nil || got.Logged == nil {
		t.Errorf("without an exception it is %+v", got)
	}
	if r.Errors = nil; FromReport(r) != nil {
		t.Error("there is evidence of nothing")
	}
}

func TestFilesAreNamedAsTheSDKNamesThem(t *testing.T) {
	for _, c := range []struct{ file, module, want string }{
		{"/srv/shop/shop/views.py", "shop.views", "shop/views.py"},
		{"/srv/shop/shop/__init__.py", "shop", "__init__.py"},
		{"/srv/shop/shop/api/__init__.py", "shop.api", "shop/api/__init__.py"},
		{"/usr/lib/python3.12/site-packages/../shop/api/__init__.py", "shop.api", "shop/api/__init__.py"},
		{"/srv/shop/manage.py", "__main__", "manage.py"},
		{"/usr/lib/python3.12/json/decoder.py", "json.decoder", "json/decoder.py"},
		{"/srv/shop/generated.py", "shop.views", "/srv/shop/generated.py"},
		{"<string>", "shop.views", "<string>"},
	} {
		if f := frameOf(&probe.Frame{File: c.file, Module: c.module}); f.File != c.want || f.Module != c.module {
			t.Errorf("%s of %s is %s of %s, want %s", c.file, c.module, f.File, f.Module, c.want)
		}
	}
}

func TestTheLinesKeptAreThoseNextToTheLine(t *testing.T) {
	var pre, post []string
	for i := range maxContext + 3 {
		pre, post = append(pre, strconv.Itoa(i)), append(post, strconv.Itoa(i))
	}
	f := frameOf(&probe.Frame{File: "/a.py", Pre: pre, Post: post})
	if !slices.Equal(f.PreContext, pre[3:]) || !slices.Equal(f.PostContext, post[:maxContext]) {
		t.Errorf("kept are %v and %v", f.PreContext, f.PostContext)
	}
}

func TestEvidenceOfTheProbeIsBounded(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	vars := make(map[string]string)
	for i := range 500 {
		vars[strings.Repeat("v", i)] = long
	}
	frame := probe.Frame{File: long, Module: long, Function: long, Context: long, Pre: slices.Repeat([]string{long}, 50), Post: slices.Repeat([]string{long}, 50), Vars: vars}
	link := probe.Link{Type: long, Module: long, Value: long, Source: long, Notes: slices.Repeat([]string{long}, 100), Frames: []probe.Frame{frame}}
	e := FromReport(&probe.Report{Errors: []probe.Error{{Handled: true, Logger: long, Message: long, Chain: slices.Repeat([]probe.Link{link}, 50), Template: &frame}}})
	x := e.Exceptions[0]
	f := x.Frames[0]
	if len(e.Exceptions) != maxExceptions || len(x.Type) > maxLine || len(x.Value) > maxText || len(x.Notes) != maxNotes || len(x.Notes[0]) > maxText ||
		len(f.AbsPath) > maxLine || len(f.PreContext) != maxContext || len(f.PostContext) != maxContext || len(f.PreContext[0]) > maxLine ||
		len(f.Locals) != maxLocals || len(f.Locals[5].Value) > maxText || len(e.Logged.Message) > maxText || len(e.Template.File) > maxLine {
		t.Errorf("%d exceptions, %d notes, %d lines, %d variables", len(e.Exceptions), len(x.Notes), len(f.PreContext), len(f.Locals))
	}
}
