package integration

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/integration/stack"
)

// believed is what Django makes of a request.
type believed struct {
	Host   string
	Secure bool
	URL    string
	Meta   map[string]string
}

// believes sends a GET with these header lines and returns what Django makes of it.
func (f *fortress) believes(t *testing.T, addr, headers string) believed {
	t.Helper()
	answers := f.exchange(t, addr, "GET /who HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n"+headers+"\r\n")
	if statuses(answers) != "200" {
		t.Fatalf("it is answered with %q", statuses(answers))
	}
	var b believed
	if err := json.NewDecoder(answers[0].Body).Decode(&b); err != nil {
		t.Fatal(err)
	}
	return b
}

// varies are variables of which the value is the gateway's own, and another each time.
var varies = map[string]*regexp.Regexp{
	"HTTP_X_REQUEST_START": regexp.MustCompile(`^t=\d{13}$`),
	"HTTP_X_REQUEST_ID":    regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`),
	"HTTP_TRACEPARENT":     regexp.MustCompile(`^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$`),
}

// Whatever a client says, Django believes what it does without it.
func TestNobodyPassesForAProxy(t *testing.T) {
	f := newFortress(t)
	honest := f.believes(t, f.site, "")
	if honest.Host != "shop.example.com" || honest.Secure || honest.URL != "http://shop.example.com/who" ||
		honest.Meta["HTTP_X_FORWARDED_FOR"] != "127.0.0.1" || honest.Meta["HTTP_X_FORWARDED_PROTO"] != "http" ||
		honest.Meta["HTTP_X_FORWARDED_HOST"] != "shop.example.com" || honest.Meta["REMOTE_ADDR"] != "" {
		t.Fatalf("of an honest request Django believes %+v", honest)
	}
	all := map[string]string{}
	for _, header := range []string{
		"X-Forwarded-For: 1.2.3.4", "X-Forwarded-For: 1.2.3.4, 5.6.7.8", "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-For: 1.2.3.4", "X-Forwarded-For: unknown",
		"X-Forwarded-Proto: https", "X-Forwarded-Proto: https, http", "X-Forwarded-Proto: http\r\nX-Forwarded-Proto: https", "X-Forwarded-Proto: javascript",
		"X-Forwarded-Host: evil.example", "X-Forwarded-Host: evil.example, shop.example.com", "X-Forwarded-Host: shop.example.com\r\nX-Forwarded-Host: evil.example",
		"X-Forwarded-Port: 443", "X-Forwarded-Prefix: /evil", "X-Forwarded-Protocol: ssl", "X-Forwarded-Protocol: https", "X-Forwarded-Ssl: on", "X-Forwarded-Server: evil.example",
		"Forwarded: for=1.2.3.4;proto=https;host=evil.example", "Forwarded: for=\"[::1]\"\r\nForwarded: proto=https", "X-Real-Ip: 1.2.3.4", "X-Request-Start: t=1",
		"X-Accel-Redirect: /protected/bill.pdf", "X-Accel-Mapping: /=/", "X-Accel-Internal: /protected/", "X-Sendfile-Type: X-Accel-Redirect",
		"X-Request-Id: chosen-by-a-client", "X-Request-Id: a\r\nX-Request-Id: b",
	} {
		all[header] = header
		all["in small letters "+header] = lowerNames(header, strings.ToLower)
		all["in capitals "+header] = lowerNames(header, strings.ToUpper)
		all["with underscores "+header] = lowerNames(header, func(name string) string { return strings.ReplaceAll(name, "-", "_") })
		all["with dots "+header] = lowerNames(header, func(name string) string { return strings.ReplaceAll(name, "-", ".") })
	}
	for _, header := range []string{
		"X-Forwarded_For: 1.2.3.4", "X_Forwarded-Proto: https", "X-Forwarded.Proto: https", "X_Forwarded.Proto: https", "x_forwarded_proto: https\r\nX-Forwarded-Proto: https",
		"Script_Name: /evil", "SCRIPT_NAME: /evil", "Path_Info: /evil", "PATH_INFO: /evil", "REMOTE_ADDR: 1.2.3.4", "REMOTE_USER: admin", "HTTP_HOST: evil.example", "wsgi.url_scheme: https",
		"Content_Type: text/evil", "SERVER_NAME: evil.example", "X-Forwarded-Proto: https\r\n ", "X-Forwarded-Proto:\thttps",
	} {
		all[header] = header
	}
	for name, headers := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sameBelief(t, f.believes(t, f.site, headers+"\r\n"), honest)
		})
	}
	for _, named := range []string{"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Request-Start", "X-Request-Id", "Host", "close, X-Forwarded-Proto, X-Request-Id", "x-request-id"} {
		t.Run("named in Connection: "+named, func(t *testing.T) {
			t.Parallel()
			sameBelief(t, f.believes(t, f.site, "Connection: "+named+"\r\n"), honest)
		})
	}
}

func lowerNames(header string, change func(string) string) string {
	lines := strings.Split(header, "\r\n")
	for i, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		lines[i] = change(name) + ": " + value
	}
	return strings.Join(lines, "\r\n")
}

func sameBelief(t *testing.T, got, want believed) {
	t.Helper()
	if got.Host != want.Host || got.Secure != want.Secure || got.URL != want.URL {
		t.Errorf("Django believes %s, %v, %s", got.Host, got.Secure, got.URL)
	}
	for _, name := range slices.Sorted(maps.Keys(merged(got.Meta, want.Meta))) {
		if pattern, ok := varies[name]; ok {
			if !pattern.MatchString(got.Meta[name]) {
				t.Errorf("%s is %q", name, got.Meta[name])
			}
		} else if got.Meta[name] != want.Meta[name] {
			t.Errorf("%s is %q, not %q", name, got.Meta[name], want.Meta[name])
		}
	}
}

func merged(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// A proxy in front that Caddy is told to trust is believed, in what it is known for.
func TestATrustedProxyIsBelieved(t *testing.T) {
	f := newFortress(t)
	for _, c := range []struct{ name, headers, url, client, id string }{
		{"the scheme", "X-Forwarded-Proto: https\r\n", "https://shop.example.com/who", "127.0.0.1", ""},
		{"the client", "X-Forwarded-For: 1.2.3.4\r\n", "http://shop.example.com/who", "1.2.3.4, 127.0.0.1", ""},
		{"the id of the request", "X-Request-Id: abcdef-123456\r\n", "http://shop.example.com/who", "127.0.0.1", "abcdef-123456"},
		{"but no malformed id", "X-Request-Id: <script>alert(1)</script>\r\n", "http://shop.example.com/who", "127.0.0.1", ""},
		{"but not gunicorn's other names of the scheme", "X-Forwarded-Ssl: on\r\nX-Forwarded-Protocol: ssl\r\n", "http://shop.example.com/who", "127.0.0.1", ""},
		{"but no headers with underscores", "X_Forwarded_Proto: https\r\n", "http://shop.example.com/who", "127.0.0.1", ""},
		{"but not Forwarded", "Forwarded: proto=https\r\n", "http://shop.example.com/who", "127.0.0.1", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := f.believes(t, f.trusting, c.headers)
			if got.URL != c.url || got.Secure != strings.HasPrefix(c.url, "https:") || got.Meta["HTTP_X_FORWARDED_FOR"] != c.client {
				t.Errorf("Django believes %s, %v, for %s", got.URL, got.Secure, got.Meta["HTTP_X_FORWARDED_FOR"])
			}
			if id := got.Meta["HTTP_X_REQUEST_ID"]; c.id != "" && id != c.id || c.id == "" && !varies["HTTP_X_REQUEST_ID"].MatchString(id) {
				t.Errorf("the request is %q", id)
			}
		})
	}
}

func TestAHostIsWhatTheClientAsksFor(t *testing.T) {
	f := newFortress(t)
	ask := func(target, headers string) string {
		return "GET " + target + " HTTP/1.1\r\n" + headers + "Connection: close\r\n\r\n"
	}
	const host = "Host: shop.example.com\r\n"
	all := []attack{
		{"the site's own", ask("{p}/a", host), "200", "GET /a"},
		{"with a port", ask("{p}/a", "Host: shop.example.com:8000\r\n"), "200", "GET /a"},
		{"in capitals", ask("{p}/a", "Host: SHOP.EXAMPLE.COM\r\n"), "200", "GET /a"},
		{"a URL, and the same host", ask("http://shop.example.com{p}/a", host), "200", "GET /a"},
		{"a URL, and another host: the URL counts", ask("http://shop.example.com{p}/a", "Host: evil.example\r\n"), "200", "GET /a"},
		{"a URL of another host: the URL counts", ask("http://evil.example{p}/a", host), "400", ""},
		{"a path of two slashes", ask("//evil.example{p}/a", host), "200", ""},
		{"none", ask("{p}/a", ""), "400", ""},
		{"none, in HTTP/1.0", "GET {p}/a HTTP/1.0\r\n\r\n", "400", ""},
		{"two", ask("{p}/a", host+"Host: evil.example\r\n"), "400", ""},
		{"the same twice", ask("{p}/a", host+host), "400", ""},
		{"one of 10 KB", ask("{p}/a", "Host: "+strings.Repeat("a", 10_000)+".example.com\r\n"), "431", ""},
		{"two in another case", ask("{p}/a", host+"hOST: evil.example\r\n"), "400", ""},
	}
	for name, value := range map[string]string{
		"empty": "", "another": "evil.example", "a suffix": "evilshop.example.com", "a subdomain": "evil.shop.example.com", "with userinfo": "shop.example.com@evil.example",
		"with userinfo and a port": "shop.example.com:80@evil.example", "with a path": "shop.example.com/evil", "with a query": "shop.example.com?evil", "with a fragment": "shop.example.com#evil",
		"with a backslash": "shop.example.com\\evil", "with a space": "shop.example.com evil", "two in a line": "shop.example.com, evil.example", "with a port of letters": "shop.example.com:evil",
		"with two ports": "shop.example.com:80:80", "NUL": "shop.example.com\x00", "a control character": "shop.example.com\x01", "an escape": "shop.example.com%00", "an escaped slash": "shop.example.com%2fevil",
		"markup": "<script>", "quotes": "\"shop.example.com\"", "an address": "127.0.0.1", "an IPv6 address": "[::1]", "a broken IPv6 address": "[::1", "bytes above 127": "sh\xc3\xb6p.example.com", "a semicolon": "shop.example.com;evil",
		"an underscore": "_", "a star": "*.example.com",
	} {
		all = append(all, attack{"refused is " + name, ask("{p}/a", "Host: "+value+"\r\n"), "400", ""})
	}
	f.repel(t, all)
}

func TestAResponseCannotBeSplit(t *testing.T) {
	f := newFortress(t)
	ask := func(path string) string {
		return "GET {p}" + path + " HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n"
	}
	const crlf = "%0d%0aX-Evil:%20yes%0d%0a%0d%0a<script>"
	for _, c := range []struct{ name, path, want string }{
		{"CRLF in a header", "/header/?value=a" + crlf, "500"},
		{"LF in a header", "/header/?value=a%0aX-Evil:%20yes", "500"},
		{"CR in a header", "/header/?value=a%0dX-Evil:%20yes", "500"},
		{"CRLF of another alphabet in a header", "/header/?value=a%E5%98%8D%E5%98%8AX-Evil:%20yes", "200"},
		{"NUL in a header", "/header/?value=a%00X-Evil:%20yes", "500"},
		{"CRLF in a cookie", "/cookie/?value=a" + crlf, "200"},
		{"CRLF in a redirect", "/redirect/?to=/a" + crlf, "302"},
		{"a redirect to a script", "/redirect/?to=javascript:alert(1)", "400"},
		{"CRLF in the path", "/a" + crlf, "200"},
		{"CRLF in a path that is redirected", "/redirect/?to=//shop.example.com/%250d%250aX-Evil:yes", "302"},
		{"CRLF in a path that leads to a file", "/../../static/" + crlf, "200"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			answers := f.exchange(t, f.site, strings.ReplaceAll(ask(c.path), "{p}", ownPath()))
			if got := statuses(answers); got != c.want {
				t.Fatalf("it is answered with %q, want %q", got, c.want)
			}
			if evil := answers[0].Header.Get("X-Evil"); evil != "" {
				t.Error("the response has a header of the client's")
			}
		})
	}
}

// check --deploy warns of nothing that a proxy has to do with.
func TestDjangoHasNothingToSayAgainstTheProxy(t *testing.T) {
	needs(t, "django")
	cmd := exec.CommandContext(t.Context(), stack.Root(".build", "venv", "bin", "python"), stack.Root("integration", "shop", "manage.py"), "check", "--deploy")
	cmd.Env = append(os.Environ(), "SHOP_DATA="+t.TempDir(), "SHOP_HTTPS=1", "SHOP_HOSTS=shop.example.com",
		"SHOP_SECRET_KEY=pGv8aZ3kQ1xN7rT5wY2uB9mC4eH6jL0sD-fK_iOqXzVnMbRtWyPlAgEh")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "no issues") {
		t.Errorf("%v\n%s", err, out)
	}
}
