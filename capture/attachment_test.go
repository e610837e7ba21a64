package capture

import (
	"strings"
	"testing"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/store"
)

// attachmentOf runs a failure through a site that attaches bodies.
func attachmentOf(t *testing.T, x *exchange.Exchange, opts Options) *store.Attachment {
	t.Helper()
	var got *store.Occurrence
	rec := New(Config{Record: func(o store.Occurrence) { got = &o }})
	opts.Scrubber = newScrubber(t)
	rec.process(rec.Site(opts).copy(x, 0))
	if got == nil || got.Event == nil {
		t.Fatal("there is no event")
	}
	return got.Event.Attachment
}

func TestTheBodyIsAttachedAsTheFileItWas(t *testing.T) {
	on := Options{AttachBody: true, Destination: "https://sentry.example/1"}
	for name, c := range map[string]struct {
		x                     *exchange.Exchange
		file, media, contents string
	}{
		"a page":                 {asHTML(`<p>a</p><input name=token value=x>`), "response.html", "text/html; charset=utf-8", `<p>a</p><input name="token" value="[Filtered]">`},
		"JSON":                   {asJSON(`{"a": 1, "token": "x"}`), "response.json", "application/json", `{"a":1,"token":"[Filtered]"}`},
		"JSON that was cut":      {asJSON(`{"a": 1, "b": [`), "response.txt", "text/plain; charset=utf-8", `{"a": 1, "b": [`},
		"text":                   {asText("boom\npassword=x"), "response.txt", "text/plain; charset=utf-8", "boom\npassword=[Filtered]"},
		"a form":                 {asForm("a=1&token=x"), "response.txt", "text/plain; charset=utf-8", "a=1&token=[Filtered]"},
		"what is no text":        {failed("image/png", "\x89PNG\x00"), "", "", ""},
		"no body":                {failed("text/plain", ""), "", "", ""},
		"no response":            {unreachable(exchange.CauseRefused, "app:8000"), "", "", ""},
		"what could not be read": {with(asHTML("<p>a"), func(x *exchange.Exchange) { x.Failure.ResponseHeader.Set("Content-Encoding", "rot13") }), "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := attachmentOf(t, c.x, on)
			if c.file == "" {
				if got != nil {
					t.Errorf("attached is %+v", got)
				}
				return
			}
			if got == nil || got.Name != c.file || got.ContentType != c.media || string(got.Data) != c.contents {
				t.Errorf("attached is %+v", got)
			}
		})
	}
	if got := attachmentOf(t, asText("boom"), Options{Destination: on.Destination}); got != nil {
		t.Error("it is attached although nobody wants it")
	}
	if got := attachmentOf(t, asText("boom"), Options{AttachBody: true}); got != nil {
		t.Error("it is attached although the event goes nowhere")
	}
}

func TestNoSecretIsAttached(t *testing.T) {
	on := Options{AttachBody: true, Destination: "https://sentry.example/1"}
	all := map[string]*exchange.Exchange{
		"Django's debug page": asHTML(fixture(t, "debug.html")),
		"Django's debug text": asText(fixture(t, "debug.txt")),
	}
	for name, x := range secrets {
		all[name] = x
	}
	for name, x := range all {
		if got := attachmentOf(t, x, on); got != nil && strings.Contains(string(got.Data), planted) {
			t.Errorf("%s: attached is %s", name, got.Data)
		}
	}
}
