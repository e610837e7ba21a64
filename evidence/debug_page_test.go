package evidence

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func dump(e *Evidence) string {
	text, err := json.Marshal(e)
	if err != nil {
		panic(err) // there is nothing in it that JSON could not say
	}
	return string(text)
}

// summaryOf is the top of a debug page.
func summaryOf(kind, value string) string {
	return `<div id="summary"><pre class="exception_value">` + value + `</pre><table><tr><th>Exception Type:</th><td>` + kind + `</td></tr>` +
		`<tr><th>Exception Value:</th><td><pre>` + value + `</pre></td></tr>` +
		`<tr><th>Exception Location:</th><td><span class="fname">/srv/shop/a, line 1.py</span>, line 2, in g</td></tr></table></div>`
}

func TestADebugPageThatIsCutSaysWhatItCan(t *testing.T) {
	r := recording(t, "django-5.2/recursion")
	e := Read("text/html", []byte(r.HTML[:384<<10]), true)
	if e == nil || !e.Cut || !strings.HasPrefix(e.Summary(), "RecursionError: maximum recursion depth exceeded") {
		t.Fatalf("Read = %+v", e)
	}
	frames := e.Exceptions[0].Frames
	if first, last := frames[0], frames[len(frames)-1]; first.Function != "inner" || last.Function != "recursion" || len(frames) < 50 {
		t.Errorf("%d frames from %v to %v", len(frames), first, last)
	}

	page := recording(t, "django-5.2/database").HTML
	cut := page[:strings.Index(page, `class="context-line"`)]
	e = Read("text/html", []byte(cut), true)
	if e == nil || !e.Cut || e.Summary() != "OperationalError: no such table: warehouse" {
		t.Fatalf("Read = %+v", e)
	}
	frames = e.Exceptions[0].Frames
	if last := frames[len(frames)-1]; last.File != "django/db/backends/sqlite3/base.py" || last.Function != "execute" || last.Line == 0 || last.InApp {
		t.Errorf("the innermost frame is %+v", last)
	}
}

const userFrame = `<li class="frame user"><code class="fname">/srv/shop/a, line 1.py</code>, line 2, in g</li>`

func TestTheInnermostFrameIsNotShownTwice(t *testing.T) {
	page := summaryOf("E", "x") + `<div id="browserTraceback"><ul class="traceback">` + userFrame
	e := Read("text/html", []byte(page), true)
	if got, want := outline(e.Exceptions), "|E|\"x\"||+0 /srv/shop/a, line 1.py:2 g \"\"\n"; got != want || !e.Cut {
		t.Errorf("the page says %s, want %s", got, want)
	}
}

func TestDjangoIsNotTheProjectWhereverItIsInstalled(t *testing.T) {
	page := summaryOf("E", "x") + `<div id="browserTraceback"><ul class="traceback">` +
		`<li class="frame django"><code class="fname">/src/django/django/urls/base.py</code>, line 1, in f</li>` + userFrame + `</ul></div>`
	frames := Read("text/html", []byte(page), false).Exceptions[0].Frames
	if len(frames) != 2 || frames[0].InApp || !frames[1].InApp {
		t.Errorf("frames %+v", frames)
	}
}

func TestTheRequestIsNotReadHoweverMuchItLooksLikeTheSummary(t *testing.T) {
	page := summaryOf("E", "x") + `<div id="requestinfo"><table><tr><th>Exception Value:</th><td>hunter2</td></tr></table></div>`
	if e := Read("text/html", []byte(page), false); e.Summary() != "E: x" {
		t.Errorf("Read = %+v", e)
	}
}

func TestADebugTextThatIsCutSaysWhatItCan(t *testing.T) {
	text := recording(t, "django-5.2/chained").Text
	for _, c := range []struct {
		name, before string
		frames       int
	}{
		{"in the frames", "    raise OutOfStock", 3},
		{"before the frames", "\nTraceback (most recent", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := Read("text/plain", []byte(text[:strings.Index(text, c.before)]), true)
			if e == nil || !e.Cut || e.Summary() != "OutOfStock: the stock\nof the warehouse is unreadable" {
				t.Fatalf("Read = %+v", e)
			}
			if last := e.Exceptions[len(e.Exceptions)-1]; len(last.Frames) != c.frames {
				t.Errorf("frames %+v", last.Frames)
			}
		})
	}
}

func TestADebugPageMayBeCutAnywhere(t *testing.T) {
	page := recording(t, "django-6.1/chained").HTML
	for n := 0; n < len(page); n += 97 {
		e := Read("text/html", []byte(page[:n]), true)
		if e == nil {
			continue
		}
		for _, x := range e.Exceptions {
			for _, f := range x.Frames {
				for _, local := range f.Locals {
					if !strings.Contains(page, "<td>"+local.Name+"</td>") {
						t.Fatalf("cut at %d: the variable %q", n, local.Name)
					}
				}
			}
		}
	}
}

func TestALongStackKeepsItsEnds(t *testing.T) {
	for name, r := range recordings(t) {
		if !strings.HasSuffix(name, "/recursion") {
			continue
		}
		for contentType, page := range map[string]string{"text/html": r.HTML, "text/plain": r.Text} {
			x := Read(contentType, []byte(page), false).Exceptions[0]
			want := len(r.Exceptions[0].Frames)
			if len(x.Frames) != maxFrames || x.Omitted != want-maxFrames || want < 900 {
				t.Errorf("%s, %s: %d frames and %d more, want %d", name, contentType, len(x.Frames), x.Omitted, want)
			}
		}
	}
}

func TestAChainWithoutEndKeepsItsEnds(t *testing.T) {
	var page strings.Builder
	page.WriteString(summaryOf("E", "last") + `<div id="browserTraceback"><ul class="traceback">`)
	for n := range 500 {
		fmt.Fprintf(&page, `<li class="frame user"><code class="fname">x.py</code>, line %d, in f</li><li><h3>The above exception (%d) was the direct cause of the following exception:</h3></li>`, n, n)
	}
	page.WriteString(`</ul></div>`)
	chain := Read("text/html", []byte(page.String()), false).Exceptions
	if len(chain) != maxExceptions || chain[0].Value != "0" || chain[maxExceptions-1].Value != "last" || chain[maxExceptions-2].Value != "499" {
		t.Errorf("%d exceptions: %+v", len(chain), chain)
	}
}

func TestTextsAreBounded(t *testing.T) {
	long := strings.Repeat("€", 96<<10)
	page := summaryOf("E", long) +
		`<div id="browserTraceback"><ul class="traceback"><li class="frame user"><code class="fname">` + long + `</code>, line 1, in f<table class="vars">` +
		strings.Repeat(`<tr><td>x</td><td><pre>`+long[:1<<10]+`</pre></td></tr>`, 1000) + `</table></li></ul></div>`
	for contentType, body := range map[string]string{
		"text/html":        page,
		"text/plain":       "Traceback (most recent call last):\n  File \"x.py\", line 1, in f\n    " + long + "\nKeyError: " + long,
		"application/json": `{"detail":"` + long + `"}`,
	} {
		if size := len(dump(Read(contentType, []byte(body), false))); size > 256<<10 {
			t.Errorf("%s: evidence of %d bytes", contentType, size)
		}
	}
}

func TestAnExceptionWithoutFramesIsOneOfTheChain(t *testing.T) {
	page := summaryOf("LookupError", "b") +
		`<div id="browserTraceback"><ul class="traceback"><li class="frame user">None</li><li class="cause"><h3>The above exception (a) was the direct cause of the following exception:</h3></li>` +
		`<li class="frame user"><code class="fname">/srv/x.py</code>, line 1, in f</li></ul></div>`
	e := Read("text/html", []byte(page), false)
	if got, want := outline(e.Exceptions), "||\"a\"|__cause__|+0\n|LookupError|\"b\"||+0 /srv/x.py:1 f \"\"\n"; got != want {
		t.Errorf("the page says\n%s, want\n%s", got, want)
	}
	text := "LookupError at /x\nb\n\nRequest Method: GET\nDjango Version: 5.2\nPython Version: 3.12.1\nInstalled Applications:\n[]\n\nTraceback (most recent call last):\n  None\n\n" +
		"The above exception (a) was the direct cause of the following exception:\n  File \"/srv/x.py\", line 1, in f\n    g()\n\nException Type: LookupError at /x\nException Value: b\nRequest information:\n"
	e = Read("text/plain", []byte(text), false)
	if got, want := outline(e.Exceptions), "||\"a\"|__cause__|+0\n|LookupError|\"b\"||+0 /srv/x.py:1 f \"g()\"\n"; got != want {
		t.Errorf("the text says\n%s, want\n%s", got, want)
	}
}
