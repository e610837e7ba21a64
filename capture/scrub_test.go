package capture

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestNoSecretGetsIntoAnEvent(t *testing.T) {
	if len(secrets) < 60 {
		t.Fatalf("only %d secrets", len(secrets))
	}
	for name, x := range secrets {
		t.Run(name, func(t *testing.T) {
			if payload, _ := eventOf(t, x); strings.Contains(string(payload), planted) {
				t.Errorf("the event holds the secret: %s", payload)
			}
		})
	}
}

func TestNoSecretOfDjangosPagesGetsIntoAnEvent(t *testing.T) {
	for name, contentType := range map[string]string{"debug.html": "text/html; charset=utf-8", "debug.txt": "text/plain; charset=utf-8"} {
		t.Run(name, func(t *testing.T) {
			page := fixture(t, name)
			if !strings.Contains(page, planted) {
				t.Fatal("there is no secret in the page")
			}
			payload, decoded := eventOf(t, failed(contentType, page))
			if at := strings.Index(string(payload), planted); at >= 0 {
				t.Errorf("the event holds a secret: …%s", payload[max(0, at-200):min(len(payload), at+50)])
			}
			body := at(t, decoded, "contexts", "response", "data").(string)
			if strings.Contains(body, "quickly please") {
				t.Error("what the user posted is still there")
			}
			for _, evidence := range []string{"invalid literal for int() with base 10", "render.py", "charge", "total_price", "Django Version"} {
				if !strings.Contains(body, evidence) {
					t.Errorf("the evidence %q is lost", evidence)
				}
			}
		})
	}
}

// Cut wherever the capture limit falls, a page shows no more than the whole one.
func TestNoSecretOfACutPageGetsOut(t *testing.T) {
	s := newScrubber(t)
	step := 37
	if testing.Short() {
		step = 499
	}
	for name, format := range map[string]format{"debug.html": formatHTML, "debug.txt": formatText} {
		page := fixture(t, name)
		for n := 0; n < len(page); n += step {
			if clean := s.body([]byte(page[:n]), format); strings.Contains(clean, planted) {
				t.Fatalf("%s, cut after %d bytes, shows a secret", name, n)
			}
		}
	}
}

// A part of a secret is one, too: no document shows more than its first bytes,
// which are those of harmless values as well.
func TestNoSecretOfCutJSONGetsOut(t *testing.T) {
	const document = `{"id": 7, "user": {"name": "Ada", "password": "Xq1-Xq2-Xq3", "tokens": ["Xq4", {"a": "Xq5"}]},
  "headers": [{"Authorization": "Bearer Xq6"}, {"Accept": "*/*"}], "client-secret" : "Xq7\"Xq8\\", "price": 12.5,
  "payload": "{\"api_key\": \"Xq9\", \"n\": 1}", "url": "https://ada:Xq10@shop.example/?token=Xq11", "é": "café",
  "session": {"nested": {"deep": ["Xq12", "Xq13"]}}, "html": "<input name=\"csrf\" value=\"Xq14\">", "last": null}`
	s := newScrubber(t)
	whole := s.json([]byte(document))
	for _, harmless := range []string{`"id":7`, `"name":"Ada"`, `"Accept":"*/*"`, `"price":12.5`, `"é":"café"`, `"last":null`} {
		if !strings.Contains(whole, harmless) {
			t.Errorf("%s is lost from %s", harmless, whole)
		}
	}
	for n := range len(document) + 1 {
		if clean := s.json([]byte(document[:n])); strings.Contains(clean, "Xq") {
			t.Fatalf("cut after %d bytes: %s", n, clean)
		}
	}
}

func TestHarmlessValuesSurvive(t *testing.T) {
	s := newScrubber(t)
	for name, body := range map[string]string{
		"an exception and the key it lacks":     "KeyError: 'price'",
		"an exception of a token":               "TokenExpired: log in again",
		"a query without secrets":               "GET /orders/?page=2&sort=-price HTTP/1.1",
		"an address":                            "http://app:8000/orders/?page=2",
		"an address in IPv6":                    "http://[::1]:8000/ refused",
		"an address and a decorator":            "see http://app/ or @app.route",
		"a public key":                          "-----BEGIN PUBLIC KEY-----\nMII\n-----END PUBLIC KEY-----",
		"a time":                                "05:06:07 worker 3 started",
		"a Windows path":                        `C:\shop\views.py`,
		"a percentage":                          "a discount of 30% or 3D",
		"a frame of a traceback":                "  File \"/srv/shop/views.py\", line 7, in <module>\n    total = price * 1.2",
		"the word after a bearer":               "bearer of bad news: none",
		"a separator at the start":              ": = %3D",
		"an empty text":                         "",
		"a comparison with less and more":       "if a < b and c > d: total = 1",
		"what follows a quoted secret's quotes": "x=1\nprice='5'",
	} {
		t.Run(name, func(t *testing.T) {
			if got := s.text(body); got != body {
				t.Errorf("text(%q) = %q", body, got)
			}
		})
	}
	for name, body := range map[string]string{
		"a JSON price":           `{"price":12.50,"total":90071992547409931}`,
		"markup in JSON":         `{"detail":"<b>a & b</b>"}`,
		"a JSON list of numbers": `[1,2,3]`,
		"two JSON documents":     "{\"a\": 1}\n{\"b\": 2}\n",
	} {
		if got := s.body([]byte(body), formatJSON); got != body {
			t.Errorf("%s: %s became %s", name, body, got)
		}
	}
	const page = `<!doctype html><title>KeyError: 'price'</title><p class="key">Cart &amp; <b>total: 5</b></p><a href="/orders/?page=2&amp;a=1">x</a>` +
		`<input name="quantity" value="3"><meta name="viewport" content="width=device-width"><aside>See also</aside>` +
		`<table><tr><td>price</td><td>5</td></tr></table>`
	if got := s.html([]byte(page)); got != page {
		t.Errorf("a page became %s", got)
	}
}

func TestWhatIsBesideASecretSurvives(t *testing.T) {
	s := newScrubber(t)
	for _, c := range []struct {
		name   string
		got    string
		wanted string
	}{
		{"a quoted value", s.text("login(password='x', count=3)"), "login(password=[Filtered], count=3)"},
		{"a quoted value in JSON", s.text(`{"token": "x", "price": 5`), `{"token": [Filtered], "price": 5`},
		{"an unquoted value", s.text("a: 1\npassword: x y\nb: 2"), "a: 1\npassword: [Filtered]\nb: 2"},
		{"a value in parentheses", s.text("Key (token)=(x) already exists."), "Key (token)=[Filtered] already exists."},
		{"a database address", s.text("dial postgres://shop:x@db:5432/shop: refused"), "dial postgres://[Filtered]@db:5432/shop: refused"},
		{"a bearer", s.text("sent 'Bearer abcdefgh' to app"), "sent 'Bearer [Filtered]' to app"},
		{"a private key", s.text("a\n-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\nb"), "a\n[Filtered]\nb"},
		{"a token that has both a name and a shape", s.text("token: eyJabcdefghijk\nprice: 5"), "token: [Filtered]\nprice: 5"},
		{"text that was scrubbed before", s.text(s.text("a {token: 'x', b: 1}\nc: 2")), "a {token: [Filtered], b: 1}\nc: 2"},
		{"a query", s.query("page=2&token=x&sort=a+b"), "page=2&token=[Filtered]&sort=a+b"},
		{"a URL", s.url("https://ada:x@shop.example/a?page=2&token=x#top"), "https://[Filtered]@shop.example/a?page=2&token=[Filtered]"},
		{"cookies", s.headerValue("Cookie", "sessionid=x; theme=dark"), "sessionid=[Filtered]; theme=[Filtered]"},
		{"a cookie that is set", s.headerValue("Set-Cookie", "sessionid=x; Path=/; Max-Age=60; Secure; SameSite=Lax; odd=1"),
			"sessionid=[Filtered]; Path=/; Max-Age=60; Secure; SameSite=Lax"},
		{"a content type", s.headerValue("Content-Type", "text/html; charset=utf-8"), "text/html; charset=utf-8"},
		{"a table row", s.html([]byte("<tr><td>token</td><td><b>x</b></td></tr><tr><td>price</td><td>5</td></tr>")),
			"<tr><td>token</td><td><b>[Filtered]</b></td></tr><tr><td>price</td><td>5</td></tr>"},
		{"an input", s.html([]byte(`<input name="token" value="x" class="a"><p>b</p>`)), `<input name="token" value="[Filtered]" class="a"><p>b</p>`},
		{"XML", s.html([]byte("<u><token>x</token><name>ada</name></u>")), "<u><token>[Filtered]</token><name>ada</name></u>"},
		{"an operator's own term", newScrubber(t, "Internal-Id").text("internal_id=7, key: x"), "internal_id=[Filtered]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.got != c.wanted {
				t.Errorf("got  %q\nwant %q", c.got, c.wanted)
			}
		})
	}
}

func TestNewScrubberRefusesAnEmptyTerm(t *testing.T) {
	for _, term := range []string{"", "  "} {
		if _, err := NewScrubber([]string{"a", term}); err == nil || !strings.Contains(err.Error(), "would hide everything") {
			t.Errorf("NewScrubber(%q): %v", term, err)
		}
	}
}

func TestHeadersAreBounded(t *testing.T) {
	s := newScrubber(t)
	huge := http.Header{"User-Agent": {"curl"}, "X-Long": {strings.Repeat("\xff", 1<<20)}, "Cookie": {strings.Repeat("a=1;", 1<<18)}}
	for i := range 1000 {
		huge.Set(fmt.Sprintf("X-Many-%d", i), strings.Repeat("v", 100))
	}
	size := 0
	flat := s.header(huge)
	for name, value := range flat {
		size += len(name) + len(value)
	}
	if size > maxHeaderBytes {
		t.Errorf("%d bytes are kept", size)
	}
	if flat["User-Agent"] != "curl" {
		t.Error("the User-Agent is lost")
	}
	if s.header(nil) != nil || s.header(http.Header{}) != nil {
		t.Error("no header makes some")
	}
}

func TestNamesOfExceptionsAreToldFromNamesOfSecrets(t *testing.T) {
	s := newScrubber(t)
	for line, want := range map[string]string{
		"KeyError: 'price'":                       "KeyError: 'price'",
		"raised MultiValueDictKeyError: 'q'":      "raised MultiValueDictKeyError: 'q'",
		"AuthenticationFailed: no such user":      "AuthenticationFailed: no such user",
		"API key invalid: sk_live_4eC39Hq":        "API key invalid: [Filtered]",
		"ValueError: Token expired: 9f8e7d6c5b4a": "ValueError: Token expired: [Filtered]",
		"session expired: k2v9w0xq1m5c":           "session expired: [Filtered]",
		"Password required = hunter2":             "Password required = [Filtered]",
		"secret_error: no such file":              "secret_error: no such file",
		"session expired: log in again":           "session expired: log in again",
	} {
		if got := s.text(line); got != want {
			t.Errorf("%q became %q, want %q", line, got, want)
		}
	}
}

func TestASecretMayBeAKeyOfAJSONDocument(t *testing.T) {
	s := newScrubber(t)
	const document = `{"id": 7, "errors": {"jane@example.com": ["taken"], "joe@example.com": {"token": "x"}}}`
	const want = `{"errors":{"[Filtered]":["taken"],"[Filtered] 2":{"token":"[Filtered]"}},"id":7}`
	if got := s.body([]byte(document), formatJSON); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := s.Explain("application/json", []byte(document), false).Text; got != want {
		t.Errorf("explained is %s, want %s", got, want)
	}
}
