package capture

import (
	"testing"

	"github.com/caddy-django/gateway/evidence"
	"github.com/caddy-django/gateway/exchange"
)

func TestMessageOf(t *testing.T) {
	thrown := func(x evidence.Exception) *evidence.Evidence {
		return &evidence.Evidence{Exceptions: []evidence.Exception{{Type: "OSError"}, x}}
	}
	for _, c := range []struct {
		said                      *evidence.Evidence
		exception, value, summary string
	}{
		{thrown(evidence.Exception{Type: "ValueError", Value: "invalid literal: 'x'"}), "ValueError", "invalid literal: 'x'", "ValueError: invalid literal: 'x'"},
		{thrown(evidence.Exception{Type: "OperationalError", Module: "django.db.utils", Value: "no such\n table"}),
			"django.db.utils.OperationalError", "no such table", "OperationalError: no such table"},
		{thrown(evidence.Exception{Type: "KeyError"}), "KeyError", "", "KeyError"},
		{thrown(evidence.Exception{Value: "the page does not tell its type"}), "", "the page does not tell its type", "the page does not tell its type"},
		{thrown(evidence.Exception{Type: "LoginError", Value: "password=" + secretValue}), "LoginError", "password=" + filtered, "LoginError: password=" + filtered},
		{&evidence.Evidence{Message: "shop.Closed: by a view of the project"}, "shop.Closed", "by a view of the project", "shop.Closed: by a view of the project"},
		{&evidence.Evidence{Message: "Server Error (500)"}, "", "Server Error (500)", "Server Error (500)"},
		{&evidence.Evidence{Message: "Not found: order 7"}, "", "Not found: order 7", "Not found: order 7"},
		{&evidence.Evidence{Message: "HTTP://x"}, "", "HTTP://x", "HTTP://x"},
		{nil, "", "", ""},
	} {
		if m := messageOf(newScrubber(t), c.said); m.exception != c.exception || m.value != c.value || m.summary != c.summary {
			t.Errorf("messageOf(%+v) = %q, %q, %q; want %q, %q, %q", c.said, m.exception, m.value, m.summary, c.exception, c.value, c.summary)
		}
	}
}

func TestWhatAPanicSaysIsItsMessage(t *testing.T) {
	x := failed("", "")
	x.Outcome, x.Failure.Panic = exchange.Panicked, "runtime error: index out of range"
	policy, err := NewPolicy(Rules{Ignore: Conditions{Messages: []string{"*index out of range*"}}})
	if err != nil {
		t.Fatal(err)
	}
	f := &failure{site: &Site{opts: Options{Scrubber: newScrubber(t)}}, x: *x, requestHeader: x.Request.Header}
	if !policy.ignoresLate(factsOf(f, newPageReader().read(f).message)) {
		t.Error("a panic is not ignored by what it says")
	}
}
