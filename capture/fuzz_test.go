package capture

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/caddy-django/gateway/evidence"
	"github.com/caddy-django/gateway/internal/testutil"
)

// slow is what no input of a fuzzer's size may take.
const slow = 2 * time.Second

func finishesIn(t *testing.T, limit time.Duration, what string, f func()) {
	t.Helper()
	if took := testutil.CPUTime(f); took > limit {
		t.Errorf("%s took %v", what, took)
	}
}

func FuzzDecode(f *testing.F) {
	for coding := range encoders {
		name := strings.Replace(coding, "raw", "deflate", 1)
		whole := encode(f, coding, strings.NewReader("<title>Server Error (500)</title>"))
		f.Add(whole, name)
		f.Add(whole[:len(whole)/2], name)
		f.Add(encode(f, "gzip", strings.NewReader(string(whole))), name+", gzip")
	}
	f.Fuzz(func(t *testing.T, body []byte, coding string) {
		const limit = 64 << 10
		finishesIn(t, slow, "decode", func() {
			plain, cut, err := decode(body, coding, limit)
			if len(plain) > limit || err != nil && plain != nil && len(plain) > 0 || cut && err != nil {
				t.Errorf("%d bytes, cut %v, error %v", len(plain), cut, err)
			}
		})
	})
}

func FuzzSummarize(f *testing.F) {
	for _, name := range []string{"debug.html", "debug.txt", "production.html"} {
		f.Add(fixture(f, name))
	}
	f.Add(`{"detail":[{"msg":"Field required"}]}`)
	f.Add("Traceback (most recent call last):\n  x\nKeyError: 'a'\n")
	f.Fuzz(func(t *testing.T, body string) {
		for format := formatBinary; format <= formatForm; format++ {
			finishesIn(t, slow, "summarize", func() {
				summary := summarize(evidence.Glance(mediaTypes[format], []byte(body), false))
				if len(summary) > maxSummary {
					t.Errorf("a summary of %d bytes", len(summary))
				}
				if utf8.ValidString(body) && !utf8.ValidString(summary) {
					t.Errorf("summary %q is no UTF-8", summary)
				}
				if strings.ContainsAny(summary, "\n\r\t") {
					t.Errorf("summary %q is more than a line", summary)
				}
				normalize(summary)
			})
		}
	})
}

// secretValue is what the fuzzers plant in the middle of what they make up.
const secretValue = "Xq7Zx4Kw9"

func scrubbers(f *testing.F) *Scrubber {
	for _, x := range secrets {
		f.Add(string(x.Failure.Body), "")
		f.Add("", string(x.Failure.Body))
	}
	return newScrubber(f)
}

func plantable(before, after string) bool {
	return !strings.Contains(before+after, secretValue[:2])
}

func FuzzScrubText(f *testing.F) {
	s := scrubbers(f)
	f.Fuzz(func(t *testing.T, before, after string) {
		if !plantable(before, after) {
			return
		}
		finishesIn(t, slow, "text", func() {
			for _, pair := range []string{"\npassword=" + secretValue, "\n'api_key': '" + secretValue + "'", "\ntoken: \"" + secretValue + "\"",
				"\nredis://:" + secretValue + "@cache"} {
				if clean := s.text(before + pair + "\n" + after); strings.Contains(clean, secretValue) {
					t.Errorf("%q survives between %q and %q: %q", pair, before, after, clean)
				}
			}
		})
	})
}

func FuzzScrubHTML(f *testing.F) {
	s := scrubbers(f)
	f.Fuzz(func(t *testing.T, before, after string) {
		// What comes before must not turn the input into something else: a
		// comment, an attribute, the text of a script. Escaped, it is text.
		before = strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(before)
		if !plantable(before, after) {
			return
		}
		finishesIn(t, slow, "html", func() {
			for _, element := range []string{
				`<input name="csrfmiddlewaretoken" value="` + secretValue + `">`,
				`<meta content='` + secretValue + `' name=csrf-token>`,
				`<table><tr><td>password</td><td>` + secretValue + `</td></tr></table>`,
				`<a href="/?token=` + secretValue + `">x</a>`,
			} {
				page := before + element + after
				if clean := s.html([]byte(page)); strings.Contains(clean, secretValue) {
					t.Errorf("%s survives in %q: %q", element, page, clean)
				}
				cut := before + element[:strings.Index(element, secretValue)+len(secretValue)]
				if clean := s.html([]byte(cut)); strings.Contains(clean, secretValue) {
					t.Errorf("%s survives in %q: %q", element, cut, clean)
				}
			}
			s.html([]byte(after + before))
		})
	})
}

func FuzzScrubJSON(f *testing.F) {
	s := scrubbers(f)
	f.Fuzz(func(t *testing.T, before, after string) {
		if !plantable(before, after) {
			return
		}
		document := `{"a":` + strconv.QuoteToASCII(before) + `,"b":{"api_key":"` + secretValue + `"},"c":` + strconv.QuoteToASCII(after) + `}`
		if strings.Contains(document, `\x`) || strings.Contains(document, `\U`) || strings.Contains(document, `\a`) || strings.Contains(document, `\v`) {
			return // Go's escapes, which JSON does not know
		}
		finishesIn(t, slow, "json", func() {
			for n := strings.Index(document, secretValue); n <= len(document); n++ {
				if clean := s.json([]byte(document[:n])); strings.Contains(clean, secretValue) {
					t.Fatalf("it survives in %s: %s", document[:n], clean)
				}
				if n > strings.Index(document, secretValue)+64 {
					n += 16
				}
			}
			s.json([]byte(before + after))
		})
	})
}

func FuzzScrubURL(f *testing.F) {
	s := newScrubber(f)
	f.Add("a=1&", "&b=2")
	f.Add("next=%2F%3F", ";x")
	f.Fuzz(func(t *testing.T, before, after string) {
		if !plantable(before, after) {
			return
		}
		finishesIn(t, slow, "query", func() {
			raw := before + "&token=" + url.QueryEscape(secretValue) + after
			if clean := s.query(raw); strings.Contains(clean, secretValue) {
				t.Errorf("it survives in %q: %q", raw, clean)
			}
			if clean := s.url("https://shop.example/?" + raw); strings.Contains(clean, secretValue) {
				t.Errorf("it survives in the URL %q: %q", raw, clean)
			}
		})
	})
}
