package caddymodule

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/capture"
)

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestScrubPrintsWhatIsKept(t *testing.T) {
	config := writeFile(t, "Caddyfile", `shop.example {
	django_monitor {
		scrub customer_number
		send_default_pii
	}
}
blog.example {
	django_monitor {
		capture_body 8B
	}
}
`)
	less := writeFile(t, "Caddyfile", "shop.example {\n\tdjango_monitor {\n\t\tscrub -session\n\t}\n}\n")
	text := writeFile(t, "body", "customer_number=7\njane@example.com\npassword: hunter2\n")
	page := writeFile(t, "page.html", `{"a": <input name="token" value="x">`)
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"by default", []string{text}, "customer_number=7\n[Filtered]\npassword: [Filtered]\n"},
		{"with the options of a site", []string{text, "--config", config, "--site", "Shop.example"}, "customer_number=[Filtered]\njane@example.com\npassword: [Filtered]\n"},
		{"as much as the site captures", []string{text, "--config", config, "--site", "blog.example"}, "customer\n"},
		{"of a type that is given", []string{writeFile(t, "form", "a=1&token=a b"), "--content-type", "application/x-www-form-urlencoded"}, "a=1&token=[Filtered]\n"},
		{"of what is no text", []string{writeFile(t, "image", "\x89PNG\x00password=x")}, ""},
		{"of what a terminal would obey", []string{writeFile(t, "escapes", "a\tb\x1b[31mred\x07\u202etxt\r\nc")}, "a\tb\\x1b[31mred\\a\\u202etxt\nc\n"},
		{"with a built-in term taken away", []string{writeFile(t, "session", "session_data=7\npassword=x\n"), "--config", less}, "session_data=7\npassword=[Filtered]\n"},
		{"of a page", []string{page}, "{\"a\": <input name=\"token\" value=\"[Filtered]\">\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := run(t, scrubCommand(), c.args...)
			if err != nil || got != c.want {
				t.Errorf("printed %q (%v), want %q", got, err, c.want)
			}
		})
	}
}

func TestScrubSaysWhatItCannotDo(t *testing.T) {
	two := writeFile(t, "Caddyfile", "shop.example {\n\tdjango_monitor\n}\nblog.example {\n\tdjango_monitor\n}\n")
	none := writeFile(t, "Caddyfile", "shop.example {\n\trespond ok\n}\n")
	body := writeFile(t, "body", "x")
	for _, c := range []struct{ args, want string }{
		{filepath.Join(t.TempDir(), "nothing"), "reading the body: open "},
		{body + " --config " + two, "say with --site <host> which of blog.example, shop.example"},
		{body + " --site shop.example --config " + none, "uses django_monitor"},
		{body + " --config " + none, "no site in " + none + " uses django_monitor"},
		{body + " --site pay.example --config " + two, "no site pay.example in " + two + " uses django_monitor: there are blog.example, shop.example"},
		{body + " --site shop.example", "site shop.example is in no configuration"},
	} {
		if _, err := run(t, scrubCommand(), strings.Fields(c.args)...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want …%s…", c.args, err, c.want)
		}
	}
}

func TestScrubExplains(t *testing.T) {
	s, err := capture.NewScrubber(nil)
	if err != nil {
		t.Fatal(err)
	}
	traceback := "Traceback (most recent call last):\n  File \"/srv/shop/views.py\", line 7, in pay\n    charge(token='hunter2')\nKeyError: 'price'\n"
	for _, c := range []struct {
		name, body string
		cut        bool
		want       string
	}{
		{"a traceback", traceback, true, `Only the first 99 bytes are captured: capture_body says how many.
AT    CHARACTERS  TAKEN OUT BECAUSE OF
3:18  9           name "token" contains "token"

title: KeyError: 'price'
evidence: traceback

exception: KeyError: 'price'
  /srv/shop/views.py:7 in pay, 0 local variables
`},
		{"nothing", "boom", false, "Nothing is taken out.\n\ntitle: boom\nevidence: text\n"},
		{"what is no text", "\x00", false, "The body is no text: nothing of it is kept.\n"},
	} {
		var out bytes.Buffer
		if err := printExplanation(&out, s.Explain("", []byte(c.body), c.cut), 99, c.cut); err != nil {
			t.Fatal(err)
		}
		if out.String() != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, &out, c.want)
		}
	}
}
