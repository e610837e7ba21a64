package capture

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/caddy-django/gateway/exchange"
)

// planted begins every secret of the tests; whatever follows is its own.
const planted = "s3cr3t-"

// header, query, page and so on plant a secret in one place of a failure.
func header(name, value string) *exchange.Exchange {
	x := failed("text/plain", "boom")
	x.Request.Header.Add(name, value)
	x.Failure.ResponseHeader.Add(name, value)
	return x
}

func query(query string) *exchange.Exchange {
	x := failed("text/plain", "boom")
	x.Failure.URL = "/orders/7/?" + query
	return x
}

func asHTML(page string) *exchange.Exchange { return failed("text/html; charset=utf-8", page) }
func asJSON(body string) *exchange.Exchange { return failed("application/json", body) }
func asForm(body string) *exchange.Exchange { return failed("application/x-www-form-urlencoded", body) }

func panicked(value any) *exchange.Exchange {
	x := failed("", "")
	x.Outcome, x.Failure.Panic = exchange.Panicked, value
	return x
}

func gatewayError(message string) *exchange.Exchange {
	x := unreachable(exchange.CauseOther, "app:8000")
	x.Failure.Err = errors.New(message)
	return x
}

// secrets are all made up. The operator's own tags are not among the places:
// they are what the configuration asks for, and pass as they are.
var secrets = map[string]*exchange.Exchange{
	// headers
	"Authorization: Bearer":         header("Authorization", "Bearer s3cr3t-1"),
	"Authorization: Basic":          header("Authorization", "Basic s3cr3t-2"),
	"Proxy-Authorization":           header("Proxy-Authorization", "Basic s3cr3t-3"),
	"X-Api-Key":                     header("X-Api-Key", "s3cr3t-4"),
	"X-CSRFToken":                   header("X-Csrftoken", "s3cr3t-5"),
	"X-Auth-Token":                  header("X-Auth-Token", "s3cr3t-6"),
	"X-Forwarded-For":               header("X-Forwarded-For", "s3cr3t-7"),
	"Forwarded":                     header("Forwarded", "for=s3cr3t-8"),
	"X-Real-Ip":                     header("X-Real-Ip", "s3cr3t-9"),
	"True-Client-Ip":                header("True-Client-Ip", "s3cr3t-10"),
	"Cf-Connecting-Ip":              header("Cf-Connecting-Ip", "s3cr3t-11"),
	"X-Amz-Security-Token":          header("X-Amz-Security-Token", "s3cr3t-12"),
	"Sec-WebSocket-Key":             header("Sec-Websocket-Key", "s3cr3t-13"),
	"a bearer under another name":   header("X-Passed-On", "Bearer s3cr3t-14"),
	"a pair in an innocent header":  header("X-Debug", "user=7, password=s3cr3t-15"),
	"a JSON Web Token":              header("X-Amzn-Oidc-Data", "eyJs3cr3t-16.eyJs3cr3t-16.s3cr3t-16"),
	"a header of two values":        with(header("X-Api-Key", "s3cr3t-17"), func(x *exchange.Exchange) { x.Request.Header.Add("X-Api-Key", "s3cr3t-17b") }),
	"a header in lower case":        with(header("Accept", "*/*"), func(x *exchange.Exchange) { x.Request.Header["cookie"] = []string{"a=s3cr3t-18"} }),
	"a cookie":                      header("Cookie", "sessionid=s3cr3t-19; theme=s3cr3t-19b"),
	"a cookie without a name":       header("Cookie", "a=1; s3cr3t-20"),
	"a quoted cookie":               header("Cookie", `a="x;s3cr3t-21"`),
	"a cookie that is set":          header("Set-Cookie", "sessionid=s3cr3t-22; Path=/; HttpOnly"),
	"two cookies that are set":      with(header("Set-Cookie", "a=s3cr3t-23; Path=/"), func(x *exchange.Exchange) { x.Failure.ResponseHeader.Add("Set-Cookie", "sessionid=s3cr3t-23b; Secure") }),
	"a quoted cookie that is set":   header("Set-Cookie", `a="x;s3cr3t-24"; Path=/`),
	"a Referer's query":             header("Referer", "https://shop.example/reset/?token=s3cr3t-25&next=/"),
	"a Referer's user":              header("Referer", "https://ada:s3cr3t-26@shop.example/"),
	"a Location's fragment":         header("Location", "https://app.example/cb#access_token=s3cr3t-27&state=1"),
	"a Location's fragment route":   header("Location", "https://app.example/#/login?token=s3cr3t-28"),
	"a path parameter":              header("Location", "/cart;jsessionid=s3cr3t-29?page=2"),
	"an escaped name":               header("Referer", "/?to%6ben=s3cr3t-30"),
	"a URL within a URL":            header("Location", "/login/?next=%2Freset%2F%3Ftoken%3Ds3cr3t-31"),
	"a URL within a URL within one": header("Location", "/a?next=%2Fb%3Fnext%3D%252Fc%253Ftoken%253Ds3cr3t-32"),
	"a URL escaped three times":     header("Location", "/a?next=%25252Fb%25253Ftoken%25253Ds3cr3t-35"),
	"a Refresh header":              header("Refresh", "0; url=/reset/?token=s3cr3t-33"),
	"a Link header":                 header("Link", "</feed?key=s3cr3t-34>; rel=next"),

	// the request line
	"a query":                           query("token=s3cr3t-40&page=2"),
	"a query in brackets":               query("user[password]=s3cr3t-41"),
	"a query with semicolons":           query("page=2;token=s3cr3t-42"),
	"a query with a second question":    query("page=2?token=s3cr3t-43"),
	"a query with spaces":               query("api+key=s3cr3t-44"),
	"a query that cannot be decoded":    query("%zz&token=s3cr3t-45"),
	"JSON in a query":                   query("filter=%7B%22api_key%22%3A%22s3cr3t-46%22%7D"),
	"a name with a value that has some": query("secret=a=s3cr3t-47"),
	"a token without a name":            query("eyJs3cr3t-48.eyJs3cr3t-48.x"),
	"an address in a query":             query("db=postgres%3A%2F%2Fshop%3As3cr3t-49%40db%2F"),
	"a path parameter of the request":   with(query("page=2"), func(x *exchange.Exchange) { x.Failure.URL = "/cart;sessionid=s3cr3t-50?x=1" }),

	// JSON
	"a JSON value":                  asJSON(`{"password":"s3cr3t-60"}`),
	"a JSON number":                 asJSON(`{"card_number": 4111, "cvc": "s3cr3t-61"}`),
	"JSON within JSON":              asJSON(`{"user":{"profile":{"api_key":"s3cr3t-62"}}}`),
	"JSON in a list":                asJSON(`[{"a":1},[{"token":"s3cr3t-63"}]]`),
	"a list of secrets":             asJSON(`{"tokens":["s3cr3t-64",{"x":"s3cr3t-64b"}]}`),
	"JSON in a JSON string":         asJSON(`{"payload":"{\"token\": \"s3cr3t-65\"}"}`),
	"a page in a JSON string":       asJSON(`{"html":"<input name=\"csrfmiddlewaretoken\" value=\"s3cr3t-66\">"}`),
	"an escaped JSON key":           asJSON(`{"pass\u0077ord":"s3cr3t-67"}`),
	"a JSON key in camel case":      asJSON(`{"clientSecret":"s3cr3t-68","twoFactorCode":"s3cr3t-68b","clientIp":"s3cr3t-68c"}`),
	"a JSON key with a space":       asJSON(`{"Card number":"s3cr3t-69"}`),
	"a JSON string that was cut":    asJSON(`{"a":1,"password":"s3cr3t-70`),
	"a JSON object that was cut":    asJSON(`{"a":1,"credentials":{"user":"ada","x":"s3cr3t-71"`),
	"a JSON list that was cut":      asJSON("{\"tokens\": [\n  \"a\",\n  \"s3cr3t-72\""),
	"JSON in JSON that was cut":     asJSON(`{"payload":"{\"token\": \"s3cr3t-73\", \"a`),
	"a page in JSON that was cut":   asJSON(`{"html":"<input name=\"csrfmiddlewaretoken\" value=\"s3cr3t-74\"> <p`),
	"two JSON documents":            asJSON(`{"a":1}{"password":"s3cr3t-75"}`),
	"JSON that is served as a page": asHTML(`{"token": "a<b>s3cr3t-76"}`),
	"what only begins as JSON":      asHTML(`[error] <input name="csrfmiddlewaretoken" value="s3cr3t-77">`),
	"a JSON message":                asJSON(`{"detail":"bad password: s3cr3t-78"}`),
	"JSON without a content type":   failed("", `{"session":"s3cr3t-79"}`),

	// forms
	"a form":              asForm("user=ada&password=s3cr3t-80"),
	"a form that was cut": asForm("user=ada&password=s3cr3t-81&pas"),

	// pages
	"an input":                           asHTML(`<input type="hidden" name="csrfmiddlewaretoken" value="s3cr3t-90">`),
	"an input with its value first":      asHTML(`<INPUT VALUE='s3cr3t-91' NAME=csrfmiddlewaretoken>`),
	"a password input":                   asHTML(`<input type=password name=x value=s3cr3t-92>`),
	"an input known by its id":           asHTML(`<input id="id_password" value="s3cr3t-93">`),
	"an input that was cut":              asHTML(`<p>x</p><input name="csrfmiddlewaretoken" value="s3cr3t-94`),
	"a text area":                        asHTML(`<textarea name="private_key">s3cr3t-95</textarea>`),
	"a meta tag":                         asHTML(`<meta name="csrf-token" content="s3cr3t-96">`),
	"a meta tag for a header":            asHTML(`<meta http-equiv="set-cookie" content="a=s3cr3t-97">`),
	"a refresh":                          asHTML(`<meta http-equiv="refresh" content="0; url=/?token=s3cr3t-98">`),
	"a data attribute":                   asHTML(`<div data-api-key="s3cr3t-99">`),
	"htmx headers":                       asHTML(`<body hx-headers='{"X-CSRFToken": "s3cr3t-100"}'>`),
	"a link":                             asHTML(`<a href="/reset/?token=s3cr3t-101&amp;a=1">x</a>`),
	"a form's action":                    asHTML(`<form action="https://ada:s3cr3t-102@pay.example/">`),
	"a script":                           asHTML(`<script>var csrfToken = 's3cr3t-103'; f()</script>`),
	"a JSON script":                      asHTML(`<script type="application/json">{"stripe": {"secretKey": "s3cr3t-104"}}</script>`),
	"a comment":                          asHTML(`<!-- password: s3cr3t-105 -->`),
	"an input in a comment":              asHTML(`<!-- <input name=token value=s3cr3t-106> -->`),
	"an input in an attribute":           asHTML(`<iframe srcdoc="<input name=token value=s3cr3t-107>">`),
	"a table row":                        asHTML(`<tr><td>password</td><td class="code"><pre>&#x27;s3cr3t-108&#x27;</pre></td></tr>`),
	"a table row with a heading":         asHTML(`<tr><th scope=row>API key<td>s3cr3t-109<td>s3cr3t-109b</tr>`),
	"a definition":                       asHTML(`<dl><dt>Password</dt><dd>s3cr3t-110</dd></dl>`),
	"a label and a value in bold":        asHTML(`<p>Password: <b>s3cr3t-111</b></p>`),
	"two labels and a value":             asHTML(`<b>Password:</b> <i>Token:</i> <u>s3cr3t-122</u>`),
	"escaped quotes":                     asHTML(`<pre>{&#x27;password&#x27;: &#x27;s3cr3t-112&#x27;}</pre>`),
	"quotes that are escaped twice":      asHTML(`<pre>{&amp;quot;password&amp;quot;: &amp;quot;s3cr3t-113&amp;quot;}</pre>`),
	"an escaped input":                   asHTML(`<pre>&lt;input name=&quot;csrfmiddlewaretoken&quot; value=&quot;s3cr3t-114&quot;&gt;</pre>`),
	"XML":                                failed("application/xml", `<?xml version="1.0"?><user><name>ada</name><password>s3cr3t-115</password></user>`),
	"XML within XML":                     failed("text/xml", `<credentials><user>s3cr3t-116</user></credentials>`),
	"an XML attribute":                   failed("application/soap+xml", `<s:login user="ada" password="s3cr3t-117"/>`),
	"a page that is served as text":      failed("text/plain", `<input name="csrfmiddlewaretoken" value="s3cr3t-118">`),
	"a page whose type cannot be parsed": failed("text/html; =", `<p><input name="csrfmiddlewaretoken" value="s3cr3t-119">`),
	"the title of a page":                asHTML(`<title>login failed, password=s3cr3t-120</title>`),
	"a page after some text":             failed("text/plain", `Oops: <input name="csrfmiddlewaretoken" value="s3cr3t-121">`),

	// text
	"a setting":                      asText("SECRET_KEY = 's3cr3t-130'"),
	"bytes":                          asText("token=b's3cr3t-131', a=1"),
	"an escaped quote":               asText(`password="a\"s3cr3t-132"`),
	"adjacent literals":              asText(`password = 'a' 's3cr3t-133'`),
	"a triple quote":                 asText("private_key = '''\ns3cr3t-134\n'''"),
	"a triple quote that was cut":    asText("private_key = \"\"\"\ns3cr3t-135"),
	"an unquoted value":              asText("password: correct horse s3cr3t-136"),
	"an unquoted value with a <":     asText("password: a<b>s3cr3t-137"),
	"a value on the next line":       asText("password:\n  s3cr3t-138"),
	"an annotation":                  asText(`password: str = "s3cr3t-139"`),
	"a comparison":                   asText("assert token == 's3cr3t-140'"),
	"an unequal comparison":          asText("assert password != 's3cr3t-141'"),
	"a hash rocket":                  asText(`:api_key => "s3cr3t-142"`),
	"a nested value":                 asText("DATABASES_AUTH = {\n 'x': 's3cr3t-143'}"),
	"a tuple":                        asText("SECRETS = (\n 's3cr3t-144',\n)"),
	"a dictionary":                   asText("{'user': 'ada', 'password': 's3cr3t-145'}"),
	"a subscript":                    asText("environ['API_KEY'] = 's3cr3t-146'"),
	"a header dump":                  asText("GET / HTTP/1.1\nAuthorization: Basic s3cr3t-147"),
	"an error that quotes a pair":    asText("AuthenticationError: token=s3cr3t-148 is bad"),
	"two words":                      asText("Session ID: s3cr3t-149"),
	"PostgreSQL's detail":            asText("DETAIL:  Key (session_key)=(s3cr3t-150) already exists."),
	"a database address":             asText("could not connect to postgres://shop:s3cr3t-151@db:5432/shop"),
	"an address without a user":      asText("redis://:s3cr3t-152@cache:6379/0"),
	"an address with a bad password": asText("amqp://shop:s3cr3t/s3cr3t-153@queue//"),
	"an address with a # in it":      asText("amqp://shop:a#s3cr3t-154@queue//"),
	"an address that was cut":        asText("postgres://shop:s3cr3t-155"),
	"a bearer":                       asText("curl -H 'bearer s3cr3t-156'"),
	"a JSON Web Token in text":       asText("bad signature of eyJs3cr3t-157.eyJs3cr3t-157.s3cr3t-157!"),
	"a private key":                  asText("-----BEGIN RSA PRIVATE KEY-----\ns3cr3t-158\n-----END RSA PRIVATE KEY-----"),
	"a private key that was cut":     asText("-----BEGIN PRIVATE KEY-----\nMII\ns3cr3t-159"),
	"an empty value before it":       asText("password=\n'api_key': 's3cr3t-164'"),
	"a query in a log line":          asText(`"GET /x?a=1&token=s3cr3t-160 HTTP/1.1" 500`),
	"an escaped query in a log line": asText(`next=%2Fx%3Ftoken%3Ds3cr3t-161`),
	"a request dump":                 asText("E at /x/\nm\n\nRequest information:\nUSER: s3cr3t-162\n\nGET: No GET data"),
	"an SMTP password":               asText("SMTP_PASS=s3cr3t-163"),

	// what the gateway itself has to say
	"a panic":                 panicked("connecting with password=s3cr3t-170"),
	"a panic with an error":   panicked(fmt.Errorf("dial %w", errors.New("redis://:s3cr3t-171@cache"))),
	"a panic with a struct":   panicked(struct{ Header http.Header }{http.Header{"Authorization": {"s3cr3t-172"}}}),
	"an error's text":         gatewayError("reading response: token: s3cr3t-173"),
	"an error with a URL":     gatewayError(`Get "http://shop:s3cr3t-174@app:8000/?key=s3cr3t-174b": EOF`),
	"an error in a long line": gatewayError(strings.Repeat("x", 3*maxText) + " password=s3cr3t-175"),
}
