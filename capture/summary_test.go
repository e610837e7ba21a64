package capture

import (
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/evidence"
	"github.com/caddy-django/gateway/internal/testutil"
)

var mediaTypes = map[format]string{formatHTML: "text/html", formatJSON: "application/json", formatText: "text/plain", formatBinary: "image/png"}

func TestSummarize(t *testing.T) {
	for _, c := range []struct {
		name   string
		format format
		body   string
		want   string
	}{
		{"Django's production page", formatHTML, fixture(t, "production.html"), "Server Error (500)"},
		{"Django's debug page", formatHTML, fixture(t, "debug.html"), "ValueError: invalid literal for int() with base 10: 'twelve'"},
		{"Django's plain debug page", formatText, fixture(t, "debug.txt"), "ValueError: invalid literal for int() with base 10: 'twelve'"},
		{"a debug page without a message", formatHTML, strings.NewReplacer(
			`<pre class="exception_value">invalid literal for int() with base 10: &#x27;twelve&#x27;`, `<pre class="exception_value">No exception message supplied`,
			"<td><pre>invalid literal for int() with base 10: &#x27;twelve&#x27;", "<td><pre>").Replace(fixture(t, "debug.html")), "ValueError"},
		{"a debug page that was cut before the message", formatHTML, "<title>KeyError at /x/</title><h1>Key", "KeyError at /x/"},
		{"a plain debug page without a message", formatText, strings.ReplaceAll(fixture(t, "debug.txt"),
			"invalid literal for int() with base 10: 'twelve'", "No exception message supplied"), "ValueError"},
		{"a title that only looks like the debug page's", formatHTML, "<title>We met at /dev/null</title>", "We met at /dev/null"},
		{"gunicorn's page", formatHTML,
			"<html>\n  <head>\n    <title>Internal Server Error</title>\n  </head>\n  <body>\n    <h1><p>Internal Server Error</p></h1>\n    \n  </body>\n</html>\n",
			"Internal Server Error"},
		{"werkzeug's page", formatHTML,
			"<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n<h1>Internal Server Error</h1>\n<p>The server encountered an internal error.</p>\n",
			"500 Internal Server Error"},
		{"werkzeug's debugger", formatHTML, "<html><head><title>ZeroDivisionError: division by zero\n // Werkzeug Debugger</title>", "ZeroDivisionError: division by zero // Werkzeug Debugger"},
		{"uvicorn's text", formatText, "Internal Server Error", "Internal Server Error"},
		{"a page without a title", formatHTML, "<body><p>Out of <b>order</b></p></body>", "Out of"},
		{"a heading counts for more than the words before it", formatHTML, "<body>Menu<h1>Broken</h1>", "Broken"},
		{"style sheets and scripts say nothing", formatHTML, "<style>b{}</style><script>var x</script>Broken", "Broken"},
		{"entities are read once", formatHTML, "<title>a &lt; b &amp;amp; c</title>", "a < b &amp; c"},
		{"an empty page", formatHTML, "<html></html>", ""},
		{"REST framework", formatJSON, `{"detail":"A server error occurred.","code":"error"}`, "A server error occurred."},
		{"Ninja", formatJSON, `{"detail":[{"type":"missing","loc":["body"],"msg":"Field required"}]}`, "Field required"},
		{"problem details", formatJSON, `{"type":"about:blank","title":"Out of stock","status":500,"detail":"No more of 7"}`, "Out of stock: No more of 7"},
		{"problem details without a detail", formatJSON, `{"type":"about:blank","title":"Out of stock"}`, "Out of stock"},
		{"GraphQL", formatJSON, `{"data":null,"errors":[{"message":"Cannot resolve"}]}`, "Cannot resolve"},
		{"a nested message", formatJSON, `{"error":{"code":"E1","message":"no stock"}}`, "no stock"},
		{"null is no message", formatJSON, `{"detail":null,"message":"boom"}`, "boom"},
		{"JSON without a message", formatJSON, `{"price":1}`, ""},
		{"an empty list", formatJSON, `[]`, ""},
		{"a JSON string", formatJSON, `"boom"`, "boom"},
		{"JSON that was cut", formatJSON, `{"detail":"boo`, ""},
		{"a message too deep down to look for", formatJSON, strings.Repeat(`{"error":`, 9) + `"x"` + strings.Repeat(`}`, 9), ""},
		{"a traceback ends in what went wrong", formatText,
			"Traceback (most recent call last):\n  File \"x.py\", line 1, in f\n    g()\n  ^^^\nKeyError: 'a'\n\nDuring handling of the above exception, another exception occurred:\n\n" +
				"Traceback (most recent call last):\n  File \"x.py\", line 3, in h\nshop.SoldOut: none\n", "SoldOut: none"},
		{"a traceback that was cut", formatText, "Traceback (most recent call last):\n  File \"x.py\"", "Traceback (most recent call last):"},
		{"the first line of a text", formatText, "\n\n  upstream\tis   down\nreally", "upstream is down"},
		{"a binary body says nothing", formatBinary, "\x00\x01", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := summarize(evidence.Glance(mediaTypes[c.format], []byte(c.body), false)); got != c.want {
				t.Errorf("summarize = %q, want %q", got, c.want)
			}
		})
	}
}

func TestASummaryIsBounded(t *testing.T) {
	for name, body := range map[string]string{
		"ASCII":            strings.Repeat("a", 10*maxSummary),
		"three bytes each": strings.Repeat("€", maxSummary),
		"blanks":           strings.Repeat(" \t", 10*maxSummary) + "x",
	} {
		if got := summarize(evidence.Glance("text/plain", []byte(body), false)); len(got) > maxSummary || got != strings.ToValidUTF8(got, "") {
			t.Errorf("%s: a summary of %d bytes", name, len(got))
		}
	}
}

func TestDeepJSONIsReadQuickly(t *testing.T) {
	deep := []byte(strings.Repeat(`{"error":`, 9_000) + `1` + strings.Repeat(`}`, 9_000))
	if took := testutil.CPUTime(func() { summarize(evidence.Glance("application/json", deep, false)) }); took > time.Second {
		t.Errorf("took %v", took)
	}
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"boom", 4, "boom"},
		{"boomer", 5, "bo…"},
		{"€€€", 8, "€…"},
		{"", 0, ""},
	} {
		if got := clip(c.in, c.n); got != c.want {
			t.Errorf("clip(%q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
	}
}
