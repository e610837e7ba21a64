package evidence

import (
	"os"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/caddy-django/gateway/internal/testutil"
)

func FuzzRead(f *testing.F) {
	for _, r := range recordings(f) {
		if len(r.HTML) > 200<<10 {
			continue // a recursion: the same again and again
		}
		f.Add("text/html", r.HTML)
		f.Add("text/plain", r.Text)
	}
	werkzeug, err := os.ReadFile("testdata/werkzeug.html")
	if err != nil {
		f.Fatal(err)
	}
	f.Add("text/html", string(werkzeug))
	f.Add("application/json", `{"detail":[{"msg":"Field required"}],"error":{"code":1}}`)
	f.Add("application/problem+json", `{"type":"about:blank","title":"Out of stock","detail":"No more of 7"}`)
	f.Add("text/plain", "Traceback (most recent call last):\n  File \"x.py\", line 1, in f\n  [Previous line repeated 9 more times]\nKeyError: 'a'\n")
	f.Add("text/plain", "  + Exception Group Traceback (most recent call last):\n  |   File \"x.py\", line 1, in f\n  | ExceptionGroup: x\n")
	f.Fuzz(func(t *testing.T, contentType, body string) {
		var e *Evidence
		if took := testutil.CPUTime(func() { e = Read(contentType, []byte(body), true) }); took > time.Second {
			t.Errorf("took %v", took)
		}
		if e == nil {
			return
		}
		if len(e.Exceptions) > maxExceptions || len(e.Message) > maxText {
			t.Errorf("%d exceptions, a message of %d bytes", len(e.Exceptions), len(e.Message))
		}
		for _, text := range texts(e) {
			if !utf8.ValidString(text) || len(text) > maxText {
				t.Errorf("a text of %d bytes: %.100q", len(text), text)
			}
		}
	})
}

// texts are all that the evidence is made of.
func texts(e *Evidence) []string {
	all := []string{e.Message, e.Detail, e.Code, e.View, e.Django, e.Python}
	for _, x := range e.Exceptions {
		all = append(append(all, x.Type, x.Module, x.Value), x.Notes...)
		for _, f := range x.Frames {
			all = append(all, f.File, f.AbsPath, f.Module, f.Function, f.ContextLine)
			all = append(append(all, f.PreContext...), f.PostContext...)
			for _, local := range f.Locals {
				all = append(all, local.Name, local.Value)
			}
		}
	}
	return all
}
