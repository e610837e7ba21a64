package capture

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/internal/testutil"
)

// sentCredentials is how a client can send a credential: the change of the request, and the
// texts that must be in no event.
var sentCredentials = []struct {
	name    string
	send    func(x *exchange.Exchange)
	secrets []string
}{
	{"the cookie of a session", sendsHeader("Cookie", "theme=dark; sessionid=q3x81v0z7m2k5n9p4r6t8w1y0u2i4o6a"), []string{"q3x81v0z7m2k5n9p4r6t8w1y0u2i4o6a"}},
	{"a random cookie under no telling name", sendsHeader("Cookie", "shop=q3x81v0z7m2k5n9p4r6t8w1y0u2i4o6a; lang=de"), []string{"q3x81v0z7m2k5n9p4r6t8w1y0u2i4o6a"}},
	{"a cookie in quotes", sendsHeader("Cookie", `basket_token="Zx9\054Ab7\"qq"`), []string{`Zx9,Ab7"qq`}},
	{"a cookie with escapes", sendsHeader("Cookie", "auth_token=Zx9%2FAb7%3Dqq"), []string{"Zx9/Ab7=qq", "Zx9%2FAb7%3Dqq"}},
	{"a bearer token", sendsHeader("Authorization", "Bearer tok-93kd-x8"), []string{"tok-93kd-x8"}},
	{"a token of Django REST framework", sendsHeader("Authorization", "Token 9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b"), []string{"9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b"}},
	{"user and password", sendsHeader("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("ada.lovelace:hunter2&<co>"))),
		[]string{"hunter2&<co>", "ada.lovelace", base64.StdEncoding.EncodeToString([]byte("ada.lovelace:hunter2&<co>"))}},
	{"a key of an API", sendsHeader("X-Api-Key", "k3y-of-a-shop"), []string{"k3y-of-a-shop"}},
	{"the CSRF token of a header", sendsHeader("X-Csrftoken", "aB3dE5gH7jK9mN1pQ3sT5vW7yZ"), []string{"aB3dE5gH7jK9mN1pQ3sT5vW7yZ"}},
	{"a token of a WebSocket", sendsHeader("Sec-Websocket-Protocol", "bearer, x8Kd02mQz7"), []string{"x8Kd02mQz7"}},
	{"a token of the query", func(x *exchange.Exchange) { x.Failure.URL = "/orders/?page=2&reset_token=a7d9%2Bk2x" }, []string{"a7d9+k2x"}},
	{"the password of a form", sendsBody(formType, "name=ada&password=correct+horse%2Fbattery&csrfmiddlewaretoken=zzT0ken99"), []string{"correct horse/battery", "zzT0ken99"}},
	{"the password of a JSON document", sendsBody(jsonType, `{"user": {"name": "ada", "password": "pa55\"wörd"}, "otp": [{"token": 12345678}]}`), []string{`pa55"wörd`, "12345678"}},
	{"a password as a name and a value", sendsBody(jsonType, `{"fields": [{"name": "password", "value": "s3cret-pass"}]}`), []string{"s3cret-pass"}},
	{"the password of a document that was cut", sendsBody(jsonType, `{"password": "s3cret-pass", "note": "and`), []string{"s3cret-pass"}},
	{"the password of a multipart form", sendsBody(multipartType, "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\ns3cret-pass\r\n--b--\r\n"), []string{"s3cret-pass"}},
	{"a cookie that the response sets", func(x *exchange.Exchange) {
		x.Failure.ResponseHeader.Add("Set-Cookie", "sessionid=n3w0kd82mxq; Path=/")
	}, []string{"n3w0kd82mxq"}},
	{"a password of letters", sendsBody(formType, "password=sunflower"), []string{"sunflower"}},
}

func sendsHeader(name, value string) func(*exchange.Exchange) {
	return func(x *exchange.Exchange) { x.Request.Header.Set(name, value) }
}

func sendsBody(contentType, body string) func(*exchange.Exchange) {
	return func(x *exchange.Exchange) {
		x.Request.Header.Set("Content-Type", contentType)
		x.Failure.RequestBody = []byte(body)
	}
}

// writtenAs is how a program writes a text.
var writtenAs = map[string]func(string) string{
	"as it is":            func(s string) string { return s },
	"in capitals":         func(s string) string { return strings.Map(upper, s) },
	"escaped for a query": url.QueryEscape,
	"escaped for a path":  url.PathEscape,
	"escaped in small":    func(s string) string { return strings.ToLower(url.QueryEscape(s)) },
	"escaped twice":       func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
	"each byte escaped": func(s string) string {
		return fmt.Sprintf("%%%X", []byte(s))[:1] + strings.ReplaceAll(fmt.Sprintf("% X", []byte(s)), " ", "%")
	},
	"in HTML":                 html.EscapeString,
	"in an attribute of JSON": func(s string) string { return html.EscapeString(string(must(json.Marshal(s)))) },
	"in JSON":                 func(s string) string { return string(must(json.Marshal(s))) },
	"in JSON in JSON":         func(s string) string { return string(must(json.Marshal(string(must(json.Marshal(s)))))) },
	"as the repr of bytes":    func(s string) string { return fmt.Sprintf("b'%s'", strings.ReplaceAll(reprBytes(s), "'", `\'`)) },
	"over two lines":          func(s string) string { return "('" + s[:4] + "'\n '" + s[4:] + "')" },
	"behind a prefix":         func(s string) string { return "django.cache:" + s + ":1" },
}

func must(b []byte, err error) []byte { return b }

// upper is of ASCII: no digit of a token is another letter.
func upper(r rune) rune {
	if 'a' <= r && r <= 'z' {
		r -= 'a' - 'A'
	}
	return r
}

// reprBytes writes what Python writes for bytes.
func reprBytes(s string) string {
	var out strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\\':
			out.WriteString(`\\`)
		case c < ' ' || c > '~':
			fmt.Fprintf(&out, `\x%02x`, c)
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}

func TestACredentialIsHiddenInEverySpelling(t *testing.T) {
	for _, c := range sentCredentials {
		x := failed("text/plain", "boom")
		c.send(x)
		f := New(Config{}).Site(Options{Scrubber: newScrubber(t)}).copy(x, 0)
		m := newMask(f)
		for _, secret := range c.secrets {
			for name, spell := range writtenAs {
				told := spell(secret)
				if got := m.text("what " + told + " is, and " + told + "."); strings.Contains(got, told) || strings.Count(got, filtered) < 2 || !strings.HasPrefix(got, "what ") {
					t.Errorf("%s, %s: %s", c.name, name, got)
				}
			}
		}
	}
}

func TestACredentialIsHiddenWhereverItAppears(t *testing.T) {
	const secret = "q3x81v0z7m2k5n9p4r6t8w1y0u2i4o6a"
	places := map[string]func() *exchange.Exchange{
		"the message of a page": func() *exchange.Exchange { return failed("text/html", "<title>no session "+secret+"</title>") },
		"a text":                func() *exchange.Exchange { return asText("no session " + secret) },
		"a traceback": func() *exchange.Exchange {
			return asText("Traceback (most recent call last):\n  File \"/srv/" + secret + ".py\", line 3, in f\n    get(" + secret + ")\nKeyError: '" + secret + "'\n")
		},
		"a document": func() *exchange.Exchange {
			return failed("application/json", `{"detail": "`+secret+` has gone", "`+secret+`": 1}`)
		},
		"a debug page": func() *exchange.Exchange {
			return failed("text/html", strings.ReplaceAll(fixture(t, "debug.html"), "twelve", secret))
		},
		"a debug page as text": func() *exchange.Exchange {
			return asText(strings.ReplaceAll(fixture(t, "debug.txt"), "twelve", secret))
		},
		"the report of the probe": func() *exchange.Exchange {
			return testified(exchange.AppError, report(t, "order 4711 could", secret+" could", "<shop.Order pk=4711>", "["+secret+"]",
				"SELECT * FROM", "SELECT '"+secret+"' FROM", "the till", secret, "shop/views.py", "shop/"+secret+".py"))
		},
		"what was logged": func() *exchange.Exchange {
			return testified(exchange.OK, loggedMessage("shop."+secret, "error", "no "+secret, "no %s"))
		},
		"the format of what was logged": func() *exchange.Exchange {
			return testified(exchange.OK, loggedMessage("shop", "error", "no "+secret, "no "+secret))
		},
		"the path": func() *exchange.Exchange {
			return with(asText("boom"), func(x *exchange.Exchange) { x.Failure.URL = "/basket/" + secret + "/" })
		},
		"the query": func() *exchange.Exchange {
			return with(asText("boom"), func(x *exchange.Exchange) { x.Failure.URL = "/?q=" + secret })
		},
		"the route": func() *exchange.Exchange {
			return with(asText("boom"), func(x *exchange.Exchange) { x.Route = "/basket/" + secret + "/" })
		},
		"a header": func() *exchange.Exchange { return with(asText("boom"), sendsHeader("X-Debug", "s="+secret)) },
		"another header": func() *exchange.Exchange {
			return with(asText("boom"), func(x *exchange.Exchange) { x.Failure.ResponseHeader.Set("X-Debug", secret) })
		},
		"the id": func() *exchange.Exchange {
			return with(asText("boom"), func(x *exchange.Exchange) { x.Failure.RequestID = secret })
		},
		"the code of an error": func() *exchange.Exchange {
			return with(asText("boom"), func(x *exchange.Exchange) { x.Failure.ErrorID = secret })
		},
		"a tag": func() *exchange.Exchange {
			return with(asText("boom"), func(x *exchange.Exchange) { x.Failure.Tags = map[string]string{"a": secret} })
		},
		"a placeholder": func() *exchange.Exchange {
			return with(asText("boom"), func(x *exchange.Exchange) { x.Failure.Placeholders = map[string]string{"p": secret} })
		},
		"an error of the gateway": func() *exchange.Exchange {
			return with(asText("boom"), func(x *exchange.Exchange) {
				x.Outcome, x.Failure.Cause, x.Failure.Err = exchange.GatewayError, exchange.CauseOther, errors.New("no "+secret)
			})
		},
		"a panic": func() *exchange.Exchange {
			return with(asText("boom"), func(x *exchange.Exchange) {
				x.Outcome, x.Failure.Panic, x.Failure.Stack = exchange.Panicked, "no "+secret, []byte("main.f("+secret+")")
			})
		},
		"a statement": func() *exchange.Exchange {
			return with(testified(exchange.OK, nil), func(x *exchange.Exchange) {
				x.Logged, x.Repeating, x.Probe.Answer.Repeated, x.Probe.Answer.Statement = false, true, 9, "SELECT "+secret
			})
		},
		"the body of the request": func() *exchange.Exchange {
			return with(asText("boom"), sendsBody(jsonType, `{"note": "`+secret+`", "`+secret+`": 1}`))
		},
	}
	policy, err := NewPolicy(Rules{Groups: []GroupRule{{Conditions: Conditions{Messages: []string{"boom"}}, Fingerprint: []string{"{default}", "{p}"}}}})
	if err != nil {
		t.Fatal(err)
	}
	for name, make := range places {
		for _, times := range []int{1, 2} { // the second time the page is remembered
			x := make()
			x.Request.Header.Set("Cookie", "sessionid="+secret+"; theme=light")
			var log bytes.Buffer
			r := newRecording()
			site := r.Site(Options{Scrubber: newScrubber(t), Policy: policy, AttachBody: true, Destination: "here", Breadcrumbs: true,
				ErrorLog: ErrorLog{Logger: slog.New(slog.NewJSONHandler(&log, nil))}})
			for range times {
				site.Observe(x)
			}
			r.close(t)
			o := r.all[times-1]
			if o.Event == nil {
				t.Fatalf("%s: no event: %s", name, &r.log)
			}
			stored := fmt.Sprintf("%+v %s", o.Group, o.Event.Payload)
			if o.Event.Attachment != nil {
				stored += string(o.Event.Attachment.Data)
			}
			if stored += log.String(); strings.Contains(stored, secret) || !strings.Contains(stored, filtered) {
				t.Errorf("%s: %s", name, stored)
			}
		}
	}
}

func TestACredentialIsHiddenInTransactions(t *testing.T) {
	x := sampled()
	x.Request.Header.Set("Cookie", "sessionid=q3x81v0z7m2k5n9p4r6t")
	x.Route = "/basket/q3x81v0z7m2k5n9p4r6t/"
	x.Failure.URL, x.Failure.RequestID = x.Route+"?q=q3x81v0z7m2k5n9p4r6t", "q3x81v0z7m2k5n9p4r6t"
	told, _ := transactionOf(t, Options{}, x)
	if strings.Contains(string(told.Payload), "q3x81v0z7m2k5n9p4r6t") {
		t.Errorf("%s", told.Payload)
	}
}

func TestATextThatWasCutShowsNoBeginningOfACredential(t *testing.T) {
	const secret = "q3x81v0z7m2k5n9p4r6t8w1y0u2i4o6a"
	x := with(asText("boom"), sendsHeader("Cookie", "sessionid="+secret))
	m := newMask(New(Config{}).Site(Options{Scrubber: newScrubber(t)}).copy(x, 0))
	for _, text := range []string{"session " + secret[:12], "session '" + secret[:9] + "…", "session " + secret[:20] + "... <trimmed>"} {
		if got := m.text(text); strings.Contains(got, secret[:9]) {
			t.Errorf("%s: %s", text, got)
		}
	}
	long := strings.Repeat("x9Kd", 400) // which is looked for in pieces
	m = newMask(New(Config{}).Site(Options{Scrubber: newScrubber(t)}).copy(with(asText("boom"), sendsHeader("Authorization", "Bearer "+long)), 0))
	if got := m.text("token " + long + " = 1"); got != "token [Filtered] = 1" {
		t.Errorf("a long one: %s", got)
	}
}

func TestWordsAreNotHiddenAsCredentials(t *testing.T) {
	for name, cookie := range map[string]string{
		"a language":            "django_language=de-at",
		"a theme":               "theme=light",
		"a long word":           "view=gallery",
		"a choice":              "cookie_consent=accepted",
		"a switch":              "sidebar_open=true",
		"a number":              "visits=4711",
		"a time zone":           "tz=America/New_York",
		"a date":                "seen=2026-03-04",
		"a path":                "next=/orders/4711/items/",
		"an address":            "from=https://shop.example/orders/4711/",
		"a group of a test":     "ab=variant2",
		"a kind of credentials": "auth_method=password",
		"a date and a time":     "seen=2026-03-04T05:06:07Z",
		"nothing":               "sessionid=",
		"a short one":           "sessionid=abc",
	} {
		_, value, _ := strings.Cut(cookie, "=")
		text := "for " + value + " there is nothing"
		m := newMask(New(Config{}).Site(Options{Scrubber: newScrubber(t), SendDefaultPII: true}).copy(with(asText("x"), sendsHeader("Cookie", cookie)), 0))
		if got := m.text(text); got != text {
			t.Errorf("%s: %s", name, got)
		}
	}
	x := with(asText("x"), func(x *exchange.Exchange) {
		x.Request.Header = http.Header{"X-Forwarded-Host": {"shop.example"}, "X-Forwarded-Proto": {"https"}, "Authorization": {"Bearer a1b2c3d4"}}
	})
	m := newMask(New(Config{}).Site(Options{Scrubber: newScrubber(t), SendDefaultPII: true}).copy(x, 0))
	for _, text := range []string{"https://shop.example/", "order xa1b2c3d4y", ""} {
		if got := m.text(text); got != text {
			t.Errorf("%q is %q", text, got)
		}
	}
}

func TestTheVisitorsAddressIsHiddenInEverySpelling(t *testing.T) {
	for _, c := range []struct {
		name, client, told string
		hidden             bool
	}{
		{"as it is", "192.0.2.1", "192.0.2.1", true},
		{"with a port", "192.0.2.1", "192.0.2.1:4711", true},
		{"in a sentence", "192.0.2.1", "from 192.0.2.1.", true},
		{"in a list", "192.0.2.1", "['10.0.0.1', '192.0.2.1']", true},
		{"behind a word", "192.0.2.1", "remote:192.0.2.1", true},
		{"mapped into IPv6", "192.0.2.1", "::ffff:192.0.2.1", true},
		{"mapped in hexadecimal", "192.0.2.1", "::FFFF:c000:201", true},
		{"of a client that is mapped itself", "::ffff:192.0.2.1", "192.0.2.1", true},
		{"compressed", "2001:db8::7", "2001:db8::7", true},
		{"in full", "2001:db8::7", "2001:0db8:0000:0000:0000:0000:0000:0007", true},
		{"in capitals", "2001:db8::7", "2001:DB8:0::7", true},
		{"in brackets", "2001:db8::7", "http://[2001:db8::7]:8000/", true},
		{"with a zone", "fe80::7", "fe80::7%eth0", true},
		{"of a client with a zone", "fe80::7%eth0", "fe80::7", true},
		{"with a port and no brackets", "2001:db8::7", "2001:db8::7:443", true},
		{"behind another word", "2001:db8::7", "remote:2001:db8::7", true},
		{"escaped for a query", "2001:db8::7", "ip=2001%3Adb8%3A%3A7", true},
		{"another address", "192.0.2.1", "192.0.2.2", false},
		{"a longer one", "192.0.2.1", "192.0.2.11", false},
		{"a longer one on the left", "192.0.2.1", "1192.0.2.1", false},
		{"a version", "192.0.2.1", "1.192.0.2", false},
		{"another one of IPv6", "2001:db8::7", "2001:db8::70", false},
		{"a loopback address", "127.0.0.1", "http://127.0.0.1:8000/", false},
		{"another loopback address", "::1", "http://[::1]:8000/", false},
		{"nobody's address", "", "192.0.2.9", false},
		{"what is no address", "e", "e", false},
		{"that of the server behind", "10.0.0.5", "dial tcp 10.0.0.5:8000", false},
	} {
		x := with(asText("boom"), func(x *exchange.Exchange) {
			x.Failure.ClientIP, x.Failure.Upstream, x.Request.RemoteAddr = c.client, "10.0.0.5:8000", "10.0.0.2:4711"
		})
		f := New(Config{}).Site(Options{Scrubber: newScrubber(t)}).copy(x, 0)
		got := newMask(f).text(c.told)
		if hidden := strings.Contains(got, filtered); hidden != c.hidden || !hidden && got != c.told {
			t.Errorf("%s: %s", c.name, got)
		}
		if c.hidden && strings.Contains(got, "2001") {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

func TestEveryAddressOfTheVisitorIsHidden(t *testing.T) {
	x := with(asText("boom"), func(x *exchange.Exchange) {
		x.Request.RemoteAddr = "198.51.100.7:4711"
		x.Request.Header.Set("X-Forwarded-For", "10.1.2.3, [2001:db8::9]:80")
		x.Request.Header.Add("X-Forwarded-For", "203.0.113.8:99")
		x.Request.Header.Set("Forwarded", `for="[2001:db8::a]:1";proto=https, for=203.0.113.9`)
		x.Request.Header.Set("Cf-Connecting-Ip", "203.0.113.10")
	})
	payload := func(opts Options) string {
		const told = "192.0.2.1 10.1.2.3 2001:DB8::9 203.0.113.8 2001:db8:0::A 203.0.113.9 203.0.113.10 198.51.100.7 10.0.0.2"
		x.Failure.Body, x.Failure.URL = []byte(told), "/?"+url.Values{"ip": {told}}.Encode()
		b, _ := eventWith(t, opts, x)
		return string(b)
	}
	hidden := payload(Options{})
	for _, address := range []string{"192.0.2.1", "10.1.2.3", "2001:", "2001%3A", "203.0.113", "198.51.100"} {
		if strings.Contains(hidden, address) {
			t.Errorf("%s is in %s", address, hidden)
		}
	}
	if !strings.Contains(hidden, "10.0.0.2") {
		t.Errorf("the address of a proxy is hidden in %s", hidden)
	}
	if asked := payload(Options{SendDefaultPII: true}); !strings.Contains(asked, "203.0.113.8") || !strings.Contains(asked, "192.0.2.1") {
		t.Errorf("they are hidden although they are asked for: %s", asked)
	}
}

func TestTheTraceOfAnEventIsNotMasked(t *testing.T) {
	told, decoded := transactionOf(t, Options{Release: "shop@7"}, with(sampled(), func(x *exchange.Exchange) {
		x.Request.Header.Set("Cookie", "sessionid="+x.Trace.TraceID().String())
	}))
	if at(t, decoded, "contexts", "trace", "trace_id") != "01"+strings.Repeat("0", 30) {
		t.Errorf("%s", told.Payload)
	}
}

func TestMaskingIsLinear(t *testing.T) {
	var cookies strings.Builder
	for i := range 500 {
		fmt.Fprintf(&cookies, "session_%d=%s%031d; ", i, strings.Repeat("a", i%30), i)
	}
	x := with(asText("boom"), func(x *exchange.Exchange) {
		x.Request.Header = http.Header{"Cookie": {cookies.String(), "token=" + strings.Repeat("a", 4000) + "1; auth_token=" + strings.Repeat("ab", 2000) + "1"}}
	})
	f := New(Config{}).Site(Options{Scrubber: newScrubber(t)}).copy(x, 0)
	var m *mask
	if took := testutil.CPUTime(func() { m = newMask(f) }); took > time.Second {
		t.Errorf("collecting them takes %s", took)
	}
	for _, unit := range []string{"a", "ab", "%41", "%2541", "&amp;", `\\`, `\u0061`, "'\n'", ":1", "1.", "f:f", "…", "a...", "192.0.2."} {
		text := strings.Repeat(unit, MaxBody/len(unit))
		if took := testutil.CPUTime(func() { m.text(text) }); took > 2*time.Second {
			t.Errorf("a text of %q takes %s", unit, took)
		}
	}
}

func FuzzMask(f *testing.F) {
	x := with(asText("boom"), func(x *exchange.Exchange) {
		x.Request.Header.Set("Cookie", "sessionid=q3x81v0z7m2k5n9p4r6t; auth_token=Zx9%2FAb7")
	})
	f.Add("a q3x81v0z7m2k5n9p4r6t %5a%782&#57;/ab7 192.0.2.1 ::ffff:c000:201 \\")
	f.Fuzz(func(t *testing.T, text string) {
		m := newMask(New(Config{}).Site(Options{Scrubber: newScrubber(t)}).copy(x, 0))
		got := m.text(text)
		if strings.Contains(strings.ToLower(got), "q3x81v0z7m2k5n9p4r6t") {
			t.Errorf("%q is %q", text, got)
		}
		if m.addresses[netip.MustParseAddr("192.0.2.1")] && strings.Contains(" "+got+" ", " 192.0.2.1 ") {
			t.Errorf("%q is %q", text, got)
		}
	})
}
