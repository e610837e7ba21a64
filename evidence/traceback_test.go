package evidence

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// outline is an exception without what only a debug page shows.
func outline(chain []Exception) string {
	var b strings.Builder
	for _, x := range chain {
		fmt.Fprintf(&b, "%s|%s|%q|%s|+%d", x.Module, x.Type, x.Value, x.Relation, x.Omitted)
		for _, f := range x.Frames {
			fmt.Fprintf(&b, " %s:%d %s %q", f.AbsPath, f.Line, f.Function, f.ContextLine)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestReadTraceback(t *testing.T) {
	const header = "Traceback (most recent call last):\n"
	for _, c := range []struct{ name, text, want string }{
		{"a builtin exception", header + "  File \"/srv/x.py\", line 7, in f\n    g()\n    ~^^\nKeyError: 'a'\n",
			"|KeyError|\"'a'\"||+0 /srv/x.py:7 f \"g()\"\n"},
		{"one of the project", header + "  File \"x.py\", line 7, in <module>\n    f()\nshop.models.Sold\n",
			"shop.models|Sold|\"\"||+0 x.py:7 <module> \"f()\"\n"},
		{"a message of several lines", header + "  File \"x.py\", line 7, in f\nValueError: one\n  two\n\nthree\n",
			"|ValueError|\"one\\n  two\\n\\nthree\"||+0 x.py:7 f \"\"\n"},
		{"a chain", header + "  File \"x.py\", line 1, in f\n    g()\nKeyError: 'a'\n\nThe above exception was the direct cause of the following exception:\n\n" +
			header + "  File \"x.py\", line 2, in h\n    i()\nLookupError: b\n\nDuring handling of the above exception, another exception occurred:\n\n" +
			header + "  File \"x.py\", line 3, in j\n    k()\nsqlite3.OperationalError: c\n",
			"|KeyError|\"'a'\"|__cause__|+0 x.py:1 f \"g()\"\n|LookupError|\"b\"|__context__|+0 x.py:2 h \"i()\"\nsqlite3|OperationalError|\"c\"||+0 x.py:3 j \"k()\"\n"},
		{"frames that repeat", header + "  File \"x.py\", line 1, in f\n    f()\n  [Previous line repeated 988 more times]\n  File \"x.py\", line 2, in g\n    h()\nRecursionError: x\n",
			"|RecursionError|\"x\"||+988 x.py:1 f \"f()\" x.py:2 g \"h()\"\n"},
		{"an expression of several lines", header + "  File \"x.py\", line 1, in f\n    g(\n    ~^\n        1,\n        ^^\n    )\n    ^\n  File \"x.py\", line 9, in g\n    h()\nTypeError: x\n",
			"|TypeError|\"x\"||+0 x.py:1 f \"g(\" x.py:9 g \"h()\"\n"},
		{"a syntax error shows a place that was not called", header + "  File \"x.py\", line 1, in f\n    import y\n  File \"y.py\", line 3\n    x = (\n        ^\nSyntaxError: '(' was never closed\n",
			"|SyntaxError|\"'(' was never closed\"||+0 x.py:1 f \"import y\"\n"},
		{"a group, without its members", "  + Exception Group " + header + "  |   File \"x.py\", line 1, in f\n  |     raise g\n  | ExceptionGroup: two failed (2 sub-exceptions)\n" +
			"  +-+---------------- 1 ----------------\n    | shop.Out: north\n    +---------------- 2 ----------------\n    | ValueError: south\n    +------------------------------------\n",
			"|ExceptionGroup|\"two failed (2 sub-exceptions)\"||+0 x.py:1 f \"raise g\"\n"},
		{"Windows' line ends", "Traceback (most recent call last):\r\n  File \"C:\\x.py\", line 1, in f\r\n    g()\r\nKeyError: 'a'\r\n",
			"|KeyError|\"'a'\"||+0 C:\\x.py:1 f \"g()\"\n"},
		{"what comes before", "Unhandled exception in /x:\n\n" + header + "  File \"x.py\", line 1, in f\n    g()\nKeyError: 'a'",
			"|KeyError|\"'a'\"||+0 x.py:1 f \"g()\"\n"},
		{"one that is cut in a frame", header + "  File \"x.py\", line 1, in f\n    g()\n  File \"y.py\", li",
			"||\"\"||+0 x.py:1 f \"g()\"\n"},
		{"one that is cut in a number", header + "  File \"x.py\", line 1, in f\n    g()\n  [Previous line repeated ", "||\"\"||+0 x.py:1 f \"g()\"\n"},
		{"words that only begin like one", header + "and so on", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := outline(readTraceback(c.text)); got != c.want {
				t.Errorf("readTraceback =\n%s, want\n%s", got, c.want)
			}
		})
	}
}

func TestATracebackInAPage(t *testing.T) {
	page := "<html><title>Oops</title><pre>none here</pre><pre class=tb><b>Traceback (most recent call last):</b>\n" +
		"  File &quot;/srv/x.py&quot;, line 1, in &lt;module&gt;\n    <i>g</i>(&#39;&lt;b&gt;&#39;)\nKeyError: &#39;&lt;b&gt;&#39;\n</pre><p>Sorry</p>"
	e := Read("text/html", []byte(page), false)
	const want = "|KeyError|\"'<b>'\"||+0 /srv/x.py:1 <module> \"g('<b>')\"\n"
	if e == nil || e.Source != Traceback || e.Message != "" || outline(e.Exceptions) != want {
		t.Errorf("Read = %+v", e)
	}
}

// The page is as Werkzeug 3.1.3 renders it.
func TestWerkzeugsDebugger(t *testing.T) {
	page, err := os.ReadFile("testdata/werkzeug.html")
	if err != nil {
		t.Fatal(err)
	}
	e := Read("text/html; charset=utf-8", page, false)
	const want = `|KeyError|"\"<a> & 'b'\""|__cause__|+0 /srv/shop/shop/wsgi.py:5 app "try: inner()" /srv/shop/shop/wsgi.py:3 inner "def inner(): raise KeyError(\"<a> & 'b'\")"` + "\n" +
		`|RuntimeError|"two\nlines <x>"||+0 /srv/shop/shop/wsgi.py:6 app "except KeyError as e: raise RuntimeError(\"two\\nlines <x>\") from e"` + "\n"
	if e == nil || e.Source != WerkzeugDebugger || e.Cut || outline(e.Exceptions) != want {
		t.Errorf("Read = %+v\n%s", e, outline(e.Exceptions))
	}
}

func TestATracebackThatIsCutSaysSo(t *testing.T) {
	for text, want := range map[string]bool{
		"Traceback (most recent call last):\n  File \"x.py\", line 1, in f\n    g()\nKeyError: 'a'\n": false,
		"Traceback (most recent call last):\n  File \"x.py\", line 1, in f\n    g()\n":                true,
	} {
		if e := Read("text/plain", []byte(text), false); e == nil || e.Cut != want {
			t.Errorf("cut of %q: %+v", text, e)
		}
		if e := Read("text/plain", []byte(text), true); e == nil || !e.Cut {
			t.Errorf("cut of the beginning %q: %+v", text, e)
		}
	}
}
