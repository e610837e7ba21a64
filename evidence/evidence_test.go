package evidence

import (
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name, contentType, body string
		source                  Source
		summary                 string
	}{
		{"Django without DEBUG", "text/html", "\n<!doctype html>\n<html lang=\"en\">\n<head>\n  <title>Server Error (500)</title>\n</head>\n<body>\n" +
			"  <h1>Server Error (500)</h1><p></p>\n</body>\n</html>\n", Django, "Server Error (500)"},
		{"gunicorn", "text/html", "<html>\n  <head>\n    <title>Internal Server Error</title>\n  </head>\n  <body>\n" +
			"    <h1><p>Internal Server Error</p></h1>\n    \n  </body>\n</html>\n", Gunicorn, "Internal Server Error"},
		{"uvicorn", "text/plain; charset=utf-8", "Internal Server Error", Uvicorn, "Internal Server Error"},
		{"Werkzeug", "text/html", "<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n<h1>Internal Server Error</h1>\n<p>The server…</p>\n",
			Werkzeug, "500 Internal Server Error"},
		{"a page with a title of its own", "text/html", "<html><title>Ooops</title><h1>Sorry</h1>", Page, "Ooops"},
		{"a heading counts for more than the words before it", "text/html", "<body>Menu<h1>Broken</h1>", Page, "Broken"},
		{"a page without a title", "text/html", "<body><p>Out of <b>order</b></p></body>", Page, "Out of"},
		{"style sheets and scripts say nothing", "text/html", "<style>b{}</style><script>var x</script>Broken", Page, "Broken"},
		{"entities are read once", "text/html", "<title>a &lt; b &amp;amp; c</title>", Page, "a < b &amp; c"},
		{"a page that was declared a text", "text/plain", "<title>Broken</title>", Page, "Broken"},
		{"the first line of a text", "text/plain", "\ufeff\n  upstream is down\nreally", Text, "upstream is down"},
		{"a text without a type", "", "down", Text, "down"},
		{"a title that only looks like the debug page's", "text/html", "<title>We met at /dev/null</title>", Page, "We met at /dev/null"},
		{"a debug page that was cut before it said anything", "text/html", "<title>KeyError\n at /x/</title><style>pre.exception_value {", Page, "KeyError at /x/"},
		{"a debug page without a message", "text/html", `<title>KeyError at /x/</title><div id="summary"><pre class="exception_value">No exception message supplied</pre>` +
			`<table class="meta"><tr><th>Exception Type:</th><td>KeyError</td></tr></table></div>`, DebugPage, "KeyError"},
		{"latin-1", "text/plain; charset=latin-1", "gro\xdf", Text, "gro\ufffd"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := Read(c.contentType, []byte(c.body), false)
			if e == nil || e.Source != c.source || e.Summary() != c.summary {
				t.Errorf("Read = %+v (%q), want %q of %q", e, e.Summary(), c.summary, c.source)
			}
		})
	}
}

func TestSomeBodiesTellNothing(t *testing.T) {
	for _, c := range []struct{ name, contentType, body string }{
		{"an empty body", "text/html", ""},
		{"blanks", "text/plain", " \n\t"},
		{"a picture", "image/png", "\x89PNG\r\n"},
		{"a binary body that calls itself text", "text/plain", "a\x00b"},
		{"an empty page", "text/html", "<html></html>"},
		{"XML, where any word may be a secret", "application/xml", "<account><password>hunter2</password></account>"},
		{"Django's page for what was not found", "text/html", `<title>Page not found at /x</title><header id="summary"><h1>Page not found <small>(404)</small></h1>` +
			`<pre class="exception_value">No product</pre></header><p>because you have <code>DEBUG = True</code> in`},
		{"JSON without a message", "application/json", `{"price":1}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if e := Read(c.contentType, []byte(c.body), false); e != nil {
				t.Errorf("Read = %+v", e)
			}
		})
	}
}

func TestNothingHasASummary(t *testing.T) {
	var e *Evidence
	if got := e.Summary(); got != "" {
		t.Errorf("Summary = %q", got)
	}
}

func TestTheEvidenceOutlivesTheBody(t *testing.T) {
	body := []byte("Traceback (most recent call last):\n  File \"x.py\", line 1, in f\n    g()\nKeyError: 'a'\n")
	e := Read("text/plain", body, false)
	clear(body)
	if got := e.Summary(); got != "KeyError: 'a'" || e.Exceptions[0].Frames[0].ContextLine != "g()" {
		t.Errorf("Read = %+v", e)
	}
}

func TestNothingOfTheRequestOrTheSettingsIsRead(t *testing.T) {
	for name, r := range recordings(t) {
		for contentType, page := range map[string]string{"text/html": r.HTML, "text/plain": r.Text} {
			e := Read(contentType, []byte(page), false)
			for _, word := range []string{"never-in-evidence", "ROOT_URLCONF", "SERVER_NAME", "sessionid"} {
				if strings.Contains(dump(e), word) {
					t.Errorf("%s, %s: %s is in the evidence", name, contentType, word)
				}
			}
		}
	}
}
