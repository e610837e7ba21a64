package capture

import (
	"encoding/base64"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/exchange"
)

// unnamed are secrets that show by their shape, wherever they are. All are made up.
var unnamed = map[string]string{
	"a Visa":                            "4111111111111111",
	"a Visa with blanks":                "4012 8888 8888 1881",
	"a Mastercard with dashes":          "5555-5555-5555-4444",
	"an American Express":               "378282246310005",
	"a Diners Club":                     "30569309025904",
	"a Discover":                        "6011111111111117",
	"a JCB":                             "3530111333300000",
	"an IBAN":                           "DE89370400440532013000",
	"an IBAN in groups":                 "GB82 WEST 1234 5698 7654 32",
	"a social security number":          "219-09-9999",
	"an e-mail address":                 "ada.lovelace@example.com",
	"an e-mail address with a tag":      "ada+shop@mail.example.co.uk",
	"a JSON Web Token":                  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJlLW9mLWFkYQ",
	"a bearer":                          "Bearer 9f8e7d6c5b4a39281706",
	"basic authentication":              "Basic YWRhOmxvdmVsYWNlLTE4MTU=",
	"a token of Django REST framework":  "Token 9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b",
	"a password reset":                  "c5xxy8-0123456789abcdef0123456789abcdef",
	"an AWS key":                        "AKIAIOSFODNN7EXAMPLE",
	"a temporary AWS key":               "ASIAIOSFODNN7EXAMPLE",
	"a Stripe key":                      "sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc",
	"a Stripe webhook":                  "whsec_4eC39HqLyjWDarjtT1zdp7dc",
	"a GitHub token":                    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
	"a fine-grained GitHub token":       "github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuv",
	"a GitLab token":                    "glpat-x5abcDEFghiJKLmnop",
	"a Slack token":                     "xoxb-" + "2345678901-abcdefghijkl",
	"a Google key":                      "AIzaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe",
	"a SendGrid key":                    "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",
	"an npm token":                      "npm_abcdefghijklmnopqrstuvwxyz0123456789",
	"a Docker token":                    "dckr_pat_abcdefghijklmnopqrstuvw",
	"a Vault token":                     "hvs.CAESIJabcdefghijklmnopqrst",
	"a database address":                "postgres://shop:hunter2-pg@db:5432/shop",
	"a cache's address":                 "redis://:hunter2-redis@cache:6379/0",
	"a Sentry DSN with a secret":        "https://3f2a1b:9c8d7e-dsn@sentry.example/42",
	"an address of a private Git":       "https://ada:hunter2-git@git.example/shop.git",
	"a private key":                     "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7\n-----END RSA PRIVATE KEY-----",
	"a private key of another standard": "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAA\n-----END OPENSSH PRIVATE KEY-----",
}

// tells are what is left of a secret when the rest of it may stay: the scheme in
// front of a token, the host of an address.
var tells = map[string]string{
	"a bearer": "9f8e7d6c5b4a39281706", "basic authentication": "YWRhOmxvdmVsYWNl", "a token of Django REST framework": "9944b09199c6",
	"a database address": "hunter2-pg", "a cache's address": "hunter2-redis", "a Sentry DSN with a secret": "9c8d7e-dsn", "an address of a private Git": "hunter2-git",
	"a private key": "MIIEowIBAAKCAQEA7", "a private key of another standard": "b3BlbnNzaC1rZXktdjEAAAA",
}

// places are where an unnamed secret can stand.
var places = map[string]func(secret string) *exchange.Exchange{
	"in a header": func(s string) *exchange.Exchange { return header("X-Note", strings.ReplaceAll(s, "\n", " ")) },
	"in a Referer": func(s string) *exchange.Exchange {
		return header("Referer", "https://shop.example/?q="+url.QueryEscape(s))
	},
	"in a Location": func(s string) *exchange.Exchange { return header("Location", "/next?a=1#q="+url.QueryEscape(s)) },
	"in a request's id": func(s string) *exchange.Exchange {
		return with(asText("boom"), func(x *exchange.Exchange) { x.Failure.RequestID = s })
	},
	"in a tag": func(s string) *exchange.Exchange {
		return with(asText("boom"), func(x *exchange.Exchange) { x.Failure.Tags = map[string]string{"note": s} })
	},
	"in a query":        func(s string) *exchange.Exchange { return query("page=2&q=" + url.QueryEscape(s)) },
	"in a query's name": func(s string) *exchange.Exchange { return query(url.QueryEscape(s) + "=1") },
	"in text":           func(s string) *exchange.Exchange { return asText("ValueError: cannot use " + s + " for that") },
	"in a traceback":    func(s string) *exchange.Exchange { return asText(traceback("pay('"+s+"')", "ValueError: "+s)) },
	"in a repr": func(s string) *exchange.Exchange {
		return asText("<Order: " + s + ">, {'note': '" + s + "'}, [" + s + "]")
	},
	"in a title": func(s string) *exchange.Exchange {
		return asHTML("<title>no such " + html.EscapeString(s) + "</title>")
	},
	"in a paragraph":  func(s string) *exchange.Exchange { return asHTML("<p>It is <b>" + html.EscapeString(s) + "</b>.</p>") },
	"in an attribute": func(s string) *exchange.Exchange { return asHTML(`<a title="` + html.EscapeString(s) + `">x</a>`) },
	"in a field": func(s string) *exchange.Exchange {
		return asHTML(`<input name=q value="` + html.EscapeString(s) + `">`)
	},
	"in a script":       func(s string) *exchange.Exchange { return asHTML(`<script>let x = ` + strconv.Quote(s) + `</script>`) },
	"in JSON":           func(s string) *exchange.Exchange { return asJSON(`{"a":[{"note":` + strconv.Quote(s) + `}]}`) },
	"in JSON's message": func(s string) *exchange.Exchange { return asJSON(`{"detail":` + strconv.Quote("no "+s) + `}`) },
	"in JSON, cut":      func(s string) *exchange.Exchange { return asJSON(`{"a":[{"note":` + strconv.Quote(s) + `}, {"b": "`) },
	"in XML": func(s string) *exchange.Exchange {
		return failed("application/xml", "<a><b>"+html.EscapeString(s)+"</b></a>")
	},
	"in YAML":             func(s string) *exchange.Exchange { return asText("order:\n  note: " + s + "\n  total: 5\n") },
	"in a panic":          func(s string) *exchange.Exchange { return panicked("cannot use " + s) },
	"in an error":         func(s string) *exchange.Exchange { return gatewayError("reading: " + s) },
	"in a debug page":     func(s string) *exchange.Exchange { return asHTML(debugPage(s)) },
	"in gzip":             func(s string) *exchange.Exchange { return encoded("gzip", "boom: "+s) },
	"in brotli":           func(s string) *exchange.Exchange { return encoded("br", "boom: "+s) },
	"in a request's JSON": func(s string) *exchange.Exchange { return posted("application/json", `{"note":`+strconv.Quote(s)+`}`) },
	"in a request's form": func(s string) *exchange.Exchange {
		return posted("application/x-www-form-urlencoded", "a=1&note="+url.QueryEscape(s))
	},
	"in a part's name": func(s string) *exchange.Exchange { return posted(multipartForm(s)) },
}

func traceback(line, exception string) string {
	return "Traceback (most recent call last):\n  File \"/srv/shop/views.py\", line 7, in pay\n    " + line + "\n" + exception + "\n"
}

// debugPage has the secret in the message, in source lines, in local variables, in its
// traceback, in the form, in META and in the settings.
func debugPage(secret string) string {
	shown := html.EscapeString(secret)
	return strings.NewReplacer(
		"twelve", shown, "visa", shown, "1299", shown, "quickly please", shown,
		"&#x27;testserver&#x27;", "&#x27;"+shown+"&#x27;", "&#x27;UTC&#x27;", "&#x27;"+shown+"&#x27;",
	).Replace(debugFixture)
}

func encoded(coding, body string) *exchange.Exchange {
	return with(asText(body), func(x *exchange.Exchange) {
		x.Failure.ResponseHeader.Set("Content-Encoding", coding)
		x.Failure.Body = encode(setup{}, coding, strings.NewReader(body))
	})
}

func posted(contentType, body string) *exchange.Exchange {
	return with(asText("boom"), func(x *exchange.Exchange) {
		x.Request.Header.Set("Content-Type", contentType)
		x.Failure.RequestBody = []byte(body)
	})
}

func multipartForm(secret string) (contentType, body string) {
	var out strings.Builder
	w := multipart.NewWriter(&out)
	part, _ := w.CreateFormFile(strings.ReplaceAll(secret, "\n", " "), "cv of "+strings.ReplaceAll(secret, "\n", " ")+".pdf")
	io.WriteString(part, secret)
	w.WriteField("note", secret)
	w.Close()
	return w.FormDataContentType(), out.String()
}

// moreSecrets go under a name, as those of [secrets] do.
var moreSecrets = map[string]*exchange.Exchange{
	"an environment":               asText("DEBUG=1\nSTRIPE_SECRET_KEY=s3cr3t-200\nPATH=/bin"),
	"an exported variable":         asText(`export DJANGO_SECRET_KEY="s3cr3t-201"`),
	"YAML":                         asText("db:\n  user: shop\n  password: s3cr3t-202\n"),
	"YAML of several lines":        asText("tls:\n  key: |\n    s3cr3t-203\n"),
	"TOML":                         asText("[db]\npassword = \"s3cr3t-204\""),
	"an INI file":                  asText("[db]\npassword: s3cr3t-205"),
	"a dataclass":                  asText("Account(id=7, api_key='s3cr3t-206', active=True)"),
	"a named tuple":                asText("Login(user='ada', password='s3cr3t-207')"),
	"a list of pairs":              asText("[('user', 'ada'), ('password', 's3cr3t-208')]"),
	"an ordered dictionary":        asText("OrderedDict([('token', 's3cr3t-209')])"),
	"a QueryDict":                  asText("<QueryDict: {'csrfmiddlewaretoken': ['s3cr3t-210'], 'a': ['1']}>"),
	"a header of WSGI":             asText("{'HTTP_AUTHORIZATION': 'Basic s3cr3t-211', 'REQUEST_METHOD': 'GET'}"),
	"a cookie of WSGI":             asText("'HTTP_COOKIE': 'sessionid=s3cr3t-212; a=b'"),
	"bytes in a dictionary":        asText(`{b'password': b's3cr3t-213'}`),
	"a raw string":                 asText(`password=r's3cr3t-214'`),
	"a format string":              asText(`token=f"s3cr3t-215{x}"`),
	"a traceback's source line":    asText(traceback("login(user, password='s3cr3t-216')", "KeyError: 'a'")),
	"a traceback's message":        asText(traceback("login()", "AuthError: bad token: s3cr3t-217")),
	"a chained traceback":          asText(traceback("a()", "KeyError: 1") + "\nDuring handling of the above exception, another exception occurred:\n\n" + traceback("b(secret=\"s3cr3t-218\")", "ValueError: x")),
	"a shell command":              asText("mysql --user=shop --password=s3cr3t-219 shop"),
	"a curl command":               asText("curl -H 'X-Api-Key: s3cr3t-220' https://pay.example/"),
	"an LDAP error":                asText("bind failed for cn=shop, passwd=s3cr3t-221"),
	"an ODBC string":               asText("Driver={SQL};Server=db;Uid=shop;Pwd=s3cr3t-222;"),
	"a Mongo address":              asText("mongodb+srv://shop:s3cr3t-223@cluster0.example/?retryWrites=true"),
	"a proxy's address":            asText("ProxyError: http://ada:s3cr3t-224@proxy.example:3128"),
	"an SMTP address":              asText("smtp://mailer:s3cr3t-225@mail.example:587"),
	"JSON with escapes":            asJSON(`{"\u0070assword":"s3cr3t-226"}`),
	"JSON with line breaks":        asJSON("{\n  \"auth\" : {\n    \"x\": \"s3cr3t-227\"\n  }\n}"),
	"JSON of a list of headers":    asJSON(`{"headers":{"authorization":["Bearer s3cr3t-228"]}}`),
	"JSON in JSON in JSON":         asJSON(`{"a":"{\"b\":\"{\\\"token\\\":\\\"s3cr3t-229\\\"}\"}"}`),
	"a JSON error with its cause":  asJSON(`{"detail":"no","error":{"message":"password=s3cr3t-230"}}`),
	"problem details":              failed("application/problem+json", `{"title":"x","detail":"token: s3cr3t-231"}`),
	"JSON lines":                   failed("application/json", "{\"a\":1}\n{\"secret\":\"s3cr3t-232\"}\n"),
	"a select":                     asHTML(`<select name="token"><option data-token="s3cr3t-233b"></select><input type=hidden name=session value=s3cr3t-233c>`),
	"a button":                     asHTML(`<button name="csrf_token" value="s3cr3t-234">Pay</button>`),
	"an inline handler":            asHTML(`<a onclick="pay({token: 's3cr3t-235'})">x</a>`),
	"a style":                      asHTML(`<style>/* password: s3cr3t-236 */</style>`),
	"a template":                   asHTML(`<template><input name="secret" value="s3cr3t-237"></template>`),
	"a noscript":                   asHTML(`<noscript><img src="/p?token=s3cr3t-238"></noscript>`),
	"an SVG":                       asHTML(`<svg><text data-secret="s3cr3t-239">x</text></svg>`),
	"CDATA":                        failed("application/xml", `<a><![CDATA[password=s3cr3t-240]]></a>`),
	"a SOAP fault":                 failed("text/xml", `<s:Fault><detail><authToken>s3cr3t-241</authToken></detail></s:Fault>`),
	"entities of numbers":          asHTML(`<p>&#112;assword=s3cr3t-242</p>`),
	"an entity in a name":          asHTML(`<input name="to&#107;en" value="s3cr3t-243">`),
	"upper case":                   asHTML(`<INPUT NAME=PASSWORD VALUE=s3cr3t-244>`),
	"an unclosed tag":              asHTML(`<input name=token value="s3cr3t-245`),
	"a table with spans":           asHTML(`<table><tr><td><code>SECRET_KEY</code></td><td><span>s3cr3t-246</span></td></tr></table>`),
	"two columns of headings":      asHTML(`<tr><th>Token</th><td>a</td><td>s3cr3t-247</td></tr>`),
	"a deep link":                  asHTML(`<a href="/a?next=%2Fb%3Ftoken%3Ds3cr3t-248">x</a>`),
	"a link of mail":               asHTML(`<a href="mailto:?body=password%3Ds3cr3t-249">x</a>`),
	"a fragment of OAuth":          header("Referer", "https://app.example/cb#id_token=s3cr3t-250&state=1"),
	"a fragment behind a route":    header("Referer", "https://app.example/#/cb?access_token=s3cr3t-251"),
	"a cookie with odd case":       header("cOOkie", "a=s3cr3t-252"),
	"a header with odd case":       header("x-API-kEY", "s3cr3t-253"),
	"a header of a proxy":          header("X-Forwarded-Access-Token", "s3cr3t-254"),
	"a header of a cloud":          header("X-Goog-Iap-Jwt-Assertion", "s3cr3t-255"),
	"a signed header":              header("X-Hub-Signature-256", "sha256=s3cr3t-256"),
	"a digest":                     header("Authorization", `Digest username="ada", response="s3cr3t-257"`),
	"a WWW-Authenticate":           header("Www-Authenticate", `Basic realm="s3cr3t-258"`),
	"a protocol of a WebSocket":    header("Sec-Websocket-Protocol", "access_token, token=s3cr3t-259"),
	"a Set-Cookie with odd quotes": header("Set-Cookie", `sessionid="a\"s3cr3t-260"; Path=/`),
	"a Set-Cookie without a name":  header("Set-Cookie", "s3cr3t-261; Path=/"),
	"a query of an array":          query("auth[0][token]=s3cr3t-262"),
	"a query escaped twice":        query("next=%252F%253Ftoken%253Ds3cr3t-263"),
	"a query with an empty name":   query("=token%3Ds3cr3t-264"),
	"a path behind its name":       at7("/reset-token/s3cr3t-265/"),
	"a path behind an escaped one": at7("/api%5Fkey/s3cr3t-266/x"),
	"a path of parameters":         at7("/a;token=s3cr3t-267/b"),
	"userinfo in a host":           with(query("a=1"), func(x *exchange.Exchange) { x.Request.Host = "ada:s3cr3t-268@shop.example" }),
	"a form of a request":          posted("application/x-www-form-urlencoded", "user=ada&password=s3cr3t-270"),
	"JSON of a request":            posted("application/json", `{"user":"ada","password":"s3cr3t-271"}`),
	"a file of a request":          posted(multipartForm("password=s3cr3t-272")),
	"text of a request":            posted("text/plain", "s3cr3t-273"),
	"a part that is cut":           with(posted("application/json", `{"password":"s3cr3t-274`), func(x *exchange.Exchange) { x.Failure.RequestBodyCut = true }),
	"an upload":                    posted("application/octet-stream", "s3cr3t-275"),
	"UTF-16":                       failed("text/plain; charset=utf-16", "\xff\xfes\x003\x00c\x00r\x003\x00t\x00-\x00 s3cr3t-276"),
	"an image":                     failed("image/png", "\x89PNG s3cr3t-277"),
	"an unknown coding":            with(asText("s3cr3t-278"), func(x *exchange.Exchange) { x.Failure.ResponseHeader.Set("Content-Encoding", "rot13") }),
	"gzip":                         encoded("gzip", "password=s3cr3t-279"),
	"brotli":                       encoded("br", `{"token":"s3cr3t-280"}`),
	"gzip that was cut": with(encoded("gzip", strings.Repeat("x ", 4000)+"password=s3cr3t-281"), func(x *exchange.Exchange) {
		x.Failure.Body, x.Failure.BodyCut = x.Failure.Body[:len(x.Failure.Body)-6], true
	}),
	"a body cut in the secret":   with(asText("password='s3cr3t-282"), func(x *exchange.Exchange) { x.Failure.BodyCut = true }),
	"a page cut in the secret":   with(asHTML(`<tr><td>token</td><td>s3cr3t-283`), func(x *exchange.Exchange) { x.Failure.BodyCut = true }),
	"a key cut in the secret":    with(asText("-----BEGIN PRIVATE KEY-----\ns3cr3t-284"), func(x *exchange.Exchange) { x.Failure.BodyCut = true }),
	"a debug page":               asHTML(strings.ReplaceAll(debugFixture, "s3cr3t-", "s3cr3t-285-")),
	"a debug text":               asText(debugTextFixture),
	"a panic with a header":      panicked(map[string]string{"Authorization": "s3cr3t-287"}),
	"a proxy's error":            gatewayError("dial tcp: proxyconnect: http://ada:s3cr3t-288@proxy:3128 refused"),
	"a visitor's session":        with(asText("boom"), func(x *exchange.Exchange) { x.Visitor = "s3cr3t-289" }),
	"a user of a header":         with(asText("boom"), func(x *exchange.Exchange) { x.Request.Header.Set("X-User", "s3cr3t-290") }),
	"a token with basic in it":   asText("Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("ada:s3cr3t-291"))),
	"Stripe's own words":         asText("Invalid API Key provided: s3cr3t-292"),
	"a session of Django":        asText("SessionStore: session_key=s3cr3t-293"),
	"a signature of a cookie":    asText(`BadSignature: Signature "s3cr3t-294" does not match`),
	"a password's hash":          asText("password: pbkdf2_sha256$600000$s3cr3t-295"),
	"a one-time password":        asText("otp=s3cr3t-296"),
	"an AWS secret":              asText("aws_secret_access_key = s3cr3t-297"),
	"a security code":            asText("{'cvc': 's3cr3t-298'}"),
	"a signed address of S3":     asText("https://b.s3.example/x?X-Amz-Signature=s3cr3t-299&X-Amz-Security-Token=s3cr3t-299b"),
	"a signed address of Google": header("Location", "https://s.example/x?GoogleAccessId=a&Signature=s3cr3t-300"),
}

// at7 returns a failure of another path.
func at7(path string) *exchange.Exchange {
	return with(query(""), func(x *exchange.Exchange) { x.Failure.URL = path })
}

var debugFixture, debugTextFixture = fixture(setup{}, "debug.html"), fixture(setup{}, "debug.txt")

func TestTheCorpusIsLarge(t *testing.T) {
	if n := len(secrets) + len(moreSecrets); n < 200 {
		t.Errorf("%d secrets have a name", n)
	}
	if n := len(unnamed) * len(places); n < 900 {
		t.Errorf("%d secrets have none", n)
	}
	for name := range tells {
		if !strings.Contains(unnamed[name], tells[name]) {
			t.Errorf("%s does not hold what tells it", name)
		}
	}
	for _, word := range []string{"twelve", "visa", "1299", "quickly please"} {
		if !strings.Contains(debugFixture, word) {
			t.Errorf("the debug page has no %q to replace", word)
		}
	}
	if http.CanonicalHeaderKey("x-API-kEY") != "X-Api-Key" {
		t.Error("odd case is none")
	}
}

// setup stands in for a test where there is none yet.
type setup struct{ testing.TB }

func (setup) Helper()           {}
func (setup) Fatal(args ...any) { panic(args) }
