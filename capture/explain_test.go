package capture

import (
	"fmt"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/evidence"
)

func TestAnExplanationNamesWhatIsTakenOut(t *testing.T) {
	for _, c := range []struct {
		name, contentType, body, text string
		want                          []string
	}{
		{"text", "text/plain", "a: 1\npassword = 'hunter2'\nmail jane@example.com, card 4111 1111 1111 1111\n",
			"a: 1\npassword = [Filtered]\nmail [Filtered], card [Filtered]\n",
			[]string{`2:12 9 name "password" contains "password"`, "3:6 16 e-mail address", "3:23 19 card number"}},
		{"a secret within a secret", "", "{'token': {'mail': 'jane@example.com', 'a': 'eyJabcdefghijk'}", "{'token': [Filtered]",
			[]string{`1:11 51 name "token" contains "token"`}},
		{"JSON", "application/json", `{"a": {"api_key": "héllo"}, "b": ["x", {"password": [1, 2]}]}`,
			`{"a":{"api_key":"[Filtered]"},"b":["x",{"password":"[Filtered]"}]}`,
			[]string{`1:18 5 name "api_key" contains "key"`, `1:53 5 name "password" contains "password"`}},
		{"a form", "application/x-www-form-urlencoded", "a=1&token=x&b=jane%40example.com", "a=1&token=[Filtered]&b=[Filtered]",
			[]string{`1:11 1 name "token" contains "token"`, "1:24 18 parameter that holds a secret"}},
		{"a page", "text/html", "<p>é</p><!-- x --><input name=token value=abc>\n<tr><td>secret</td><td>&lt;x&gt;</td></tr>",
			"<p>é</p><input name=\"token\" value=\"[Filtered]\">\n<tr><td>secret</td><td>[Filtered]</td></tr>",
			[]string{"1:9 10 comment", `1:36 3 name "token" contains "token"`, `2:24 3 name "secret" contains "secret"`}},
		{"nothing", "text/plain", "KeyError: 'price'", "KeyError: 'price'", nil},
		{"a font's character", "text/plain", "\U000F0000 password=x", "? password=[Filtered]", []string{`1:12 1 name "password" contains "password"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := newScrubber(t).Explain(c.contentType, []byte(c.body), false)
			var got []string
			for _, r := range e.Replacements {
				got = append(got, fmt.Sprintf("%d:%d %d %s", r.Line, r.Column, r.Length, r.Reason))
			}
			if e.Text != c.text || strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("got\n%s\n%s\nwant\n%s\n%s", e.Text, strings.Join(got, "\n"), c.text, strings.Join(c.want, "\n"))
			}
		})
	}
}

// What is explained is what is done.
func TestAnExplanationKeepsWhatAnEventDoes(t *testing.T) {
	s := newScrubber(t)
	bodies := map[string]string{"a debug page": fixture(t, "debug.html"), "a debug text": fixture(t, "debug.txt"), "a page": fixture(t, "production.html")}
	for name, x := range secrets {
		bodies[name] = string(x.Failure.Body)
	}
	for name, body := range bodies {
		for _, contentType := range []string{"", "text/html", "application/x-www-form-urlencoded"} {
			want := s.body([]byte(body), formatOf(contentType, []byte(body)))
			e := s.Explain(contentType, []byte(body), false)
			if e.Text != want {
				t.Errorf("%s: explained\n%s\nkept\n%s", name, e.Text, want)
			}
			if n := strings.Count(e.Text, filtered); n > len(e.Replacements) {
				t.Errorf("%s: %d replacements, %d are explained", name, n, len(e.Replacements))
			}
			lines := strings.Split(e.Text, "\n")
			for _, r := range e.Replacements {
				if at := string([]rune(lines[r.Line-1])[r.Column-1:]); r.Reason != "comment" && !strings.HasPrefix(at, filtered) {
					t.Errorf("%s: at %d:%d is %q", name, r.Line, r.Column, at)
				}
				if r.Length < 0 || strings.Contains(r.Reason, planted) {
					t.Errorf("%s: %+v", name, r)
				}
			}
		}
	}
}

func TestAnExplanationHoldsTheEvent(t *testing.T) {
	e := newScrubber(t).Explain("text/html", []byte(fixture(t, "debug.html")), false)
	if e.Source != evidence.DebugPage || !strings.Contains(e.Title, "invalid literal for int()") {
		t.Errorf("source %q, title %q", e.Source, e.Title)
	}
	if len(e.Exceptions) == 0 || len(e.Exceptions[len(e.Exceptions)-1].Stacktrace.Frames) == 0 {
		t.Errorf("exceptions %+v", e.Exceptions)
	}
	key := newScrubber(t).Explain("", []byte(traceback("pay('"+unnamed["a private key"]+"')", "ValueError: "+unnamed["a private key"])), false)
	if strings.Contains(key.Title+key.Text, tells["a private key"]) {
		t.Errorf("of a key the title is %q, the text %q", key.Title, key.Text)
	}
	if e := newScrubber(t).Explain("", []byte("\xff\xfe\x00p\x00a"), false); e.IsText || e.Text != "" {
		t.Errorf("of a body that is no text it keeps %q", e.Text)
	}
}
