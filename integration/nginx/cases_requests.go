package nginx

import (
	"fmt"
	"strings"
)

func methods() (cases []Case) {
	targets := []struct{ name, target string }{
		{"Django", "/mirror/methods/"}, {"static", "/static/shop.css"}, {"media", "/media/note.txt"},
		{"nothing static", "/static/none.css"}, {"a redirect", "/mirror/answer/?status=302&header=Location:/elsewhere/"},
	}
	for _, t := range targets {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "PURGE", "TRACE"} {
			var headers []string
			if method == "POST" || method == "PUT" || method == "PATCH" {
				headers = append(headers, "Content-Length: 0")
			}
			cases = append(cases, one("methods", t.name+", "+method, request(method, t.target, headers...)))
		}
	}
	return append(cases,
		one("methods", "lower case", request("get", "/mirror/")),
		one("methods", "CONNECT with a host", request("CONNECT", "example.com:443")),
		one("methods", "OPTIONS of the server", request("OPTIONS", "*")),
		one("methods", "of odd letters", request("G@T", "/mirror/")),
		one("methods", "a POST without a body or a length", request("POST", "/mirror/")),
	)
}

func paths() (cases []Case) {
	for _, target := range []string{
		"/mirror/", "/mirror/?", "/mirror/?a", "/mirror/?a=b&a=c", "/mirror/?a=%00", "/mirror/?a=b?c", "/mirror/?q=a+b%20c", "/mirror/?q=%zz", "/mirror/?a;b",
		"/mirror//a", "/mirror///", "//mirror/", "/mirror/./a", "/mirror/../mirror/a", "/mirror/a/..", "/mirror/a/.", "/mirror/..", "/../mirror/", "/mirror/...",
		"/mirror/%2e%2e/mirror/", "/mirror/%2E/", "/mirror/a%2Fb", "/mirror/a%2fb", "/mirror/a%5Cb", "/mirror/a\\b", "/mirror/%00", "/mirror/a%00b", "/mirror/%0a", "/mirror/%0d%0aX-A:%20b",
		"/mirror/a;b=c", "/mirror/a;b/c", "/mirror/a,b", "/mirror/a:b", "/mirror/a@b", "/mirror/a=b", "/mirror/a&b", "/mirror/a+b", "/mirror/a%2Bb", "/mirror/a%20b", "/mirror/a!$'()*b", "/mirror/a~b", "/mirror/a|b", "/mirror/a\"b", "/mirror/<a>", "/mirror/{a}", "/mirror/[a]", "/mirror/^a", "/mirror/`a",
		"/mirror/%C3%A9", "/mirror/%c3%a9", "/mirror/é", "/mirror/%E9", "/mirror/%FF%FE", "/mirror/%25", "/mirror/%2525", "/mirror/%", "/mirror/%2", "/mirror/%zz",
		"/mirror/a%3Fb", "/mirror/a%23b", "/mirror/a#b", "/mirror/%7Ea", "/mirror/%41", "/mirror/" + strings.Repeat("a", 4000), "/mirror/?" + strings.Repeat("a", 4000), "/mirror/" + strings.Repeat("a/", 500),
		"/Mirror/", "/mirror", "/", "/.env", "/.git/config", "/none/", "/robots.txt", "/500.html", "/robots.txt/", "/health/?a",
		"http://" + Host + "/mirror/absolute", "http://other.example.com/mirror/absolute", "https://" + Host + "/mirror/absolute", "http://" + Host, "http://" + Host + "?a", "mirror/", "?a", "",
	} {
		name := target
		if len(name) > 60 {
			name = fmt.Sprintf("%s… (%d bytes)", name[:20], len(name))
		}
		cases = append(cases, one("paths", name, request("GET", target)))
	}
	return append(cases,
		one("paths", "a space in it", request("GET", "/mirror/a b")),
		one("paths", "a tab in it", request("GET", "/mirror/a\tb")),
		one("paths", "a control character in it", request("GET", "/mirror/a\x01b")),
	)
}

func hosts() (cases []Case) {
	for _, c := range []struct{ name, version, host string }{
		{"the site's", "1.1", Host}, {"in capitals", "1.1", strings.ToUpper(Host)}, {"with a port", "1.1", Host + ":8443"}, {"with an empty port", "1.1", Host + ":"},
		{"with a dot at its end", "1.1", Host + "."}, {"another", "1.1", "other.example.com"}, {"an address", "1.1", "127.0.0.1"}, {"empty", "1.1", ""},
		{"with a path", "1.1", Host + "/a"}, {"with a user", "1.1", "me@" + Host}, {"with a space", "1.1", "shop example.com"}, {"with a NUL", "1.1", Host + "\x00"},
		{"the site's, HTTP/1.0", "1.0", Host}, {"another, HTTP/1.0", "1.0", "other.example.com"},
	} {
		cases = append(cases, one("hosts", c.name, raw("GET /mirror/ HTTP/"+c.version, []string{"Host: " + c.host}, "")))
	}
	return append(cases,
		one("hosts", "none", raw("GET /mirror/ HTTP/1.1", nil, "")),
		one("hosts", "none, HTTP/1.0", raw("GET /mirror/ HTTP/1.0", nil, "")),
		one("hosts", "two", raw("GET /mirror/ HTTP/1.1", []string{"Host: " + Host, "Host: other.example.com"}, "")),
		one("hosts", "none, HTTP/0.9", "GET /mirror/\r\n"),
		one("hosts", "HTTP/1.2", raw("GET /mirror/ HTTP/1.2", []string{"Host: " + Host}, "")),
		one("hosts", "HTTP/2.0", raw("GET /mirror/ HTTP/2.0", []string{"Host: " + Host}, "")),
		one("hosts", "HTTP/1", raw("GET /mirror/ HTTP/1", []string{"Host: " + Host}, "")),
		one("hosts", "http in small letters", raw("GET /mirror/ http/1.1", []string{"Host: " + Host}, "")),
	)
}

func headers() (cases []Case) {
	for _, c := range []struct {
		name  string
		lines []string
	}{
		{"one of one's own", []string{"X-Own: a"}},
		{"two of a name", []string{"X-Own: a", "X-Own: b"}},
		{"empty", []string{"X-Own:"}},
		{"spaces around a value", []string{"X-Own:   a  "}},
		{"Latin-1", []string{"X-Own: caf\xe9"}},
		{"UTF-8", []string{"X-Own: café"}},
		{"a space before the colon", []string{"X-Own : a"}},
		{"a folded line", []string{"X-Own: a", " b"}},
		{"no colon", []string{"X-Own"}},
		{"no name", []string{": a"}},
		{"a control character", []string{"X-Own: a\x01b"}},
		{"a NUL", []string{"X-Own: a\x00b"}},
		{"a bare carriage return", []string{"X-Own: a\rb"}},
		{"an underscore in the name", []string{"X_Own: a"}},
		{"a dot in the name", []string{"X.Own: a"}},
		{"capitals", []string{"X-OWN: a"}},
		{"6 KB", []string{"X-Own: " + strings.Repeat("a", 6000)}},
		{"40 KB", []string{"X-Own: " + strings.Repeat("a", 40000)}},
		{"50 of them", strings.Split(strings.TrimSpace(strings.Repeat("X-Own: a\n", 50)), "\n")},
		{"a cookie", []string{"Cookie: a=b; c=d"}},
		{"two cookies", []string{"Cookie: a=b", "Cookie: c=d"}},
		{"Authorization", []string{"Authorization: Basic YTpi"}},
		{"Accept-Encoding", []string{"Accept-Encoding: gzip, br"}},
		{"Accept-Encoding identity", []string{"Accept-Encoding: identity"}},
		{"Accept-Language", []string{"Accept-Language: fr"}},
		{"Referer and User-Agent", []string{"Referer: http://a.example/", "User-Agent: agent/1"}},
		{"no User-Agent", nil},
		{"an empty User-Agent", []string{"User-Agent:"}},
		{"Upgrade to nothing known", []string{"Connection: Upgrade", "Upgrade: nothing"}},
		{"Upgrade to h2c", []string{"Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"}},
		{"hop by hop", []string{"Connection: X-Own", "X-Own: a"}},
		{"Keep-Alive", []string{"Keep-Alive: timeout=5"}},
		{"TE", []string{"TE: trailers"}},
		{"Proxy", []string{"Proxy: http://evil.example/"}},
		{"Proxy-Connection", []string{"Proxy-Connection: keep-alive"}},
		{"Proxy-Authorization", []string{"Proxy-Authorization: Basic YTpi"}},
		{"X-Forwarded-For", []string{"X-Forwarded-For: 192.0.2.1"}},
		{"X-Forwarded-Proto", []string{"X-Forwarded-Proto: https"}},
		{"X-Forwarded-Host", []string{"X-Forwarded-Host: evil.example"}},
		{"X-Forwarded-Ssl", []string{"X-Forwarded-Ssl: on"}},
		{"X-Forwarded-Protocol", []string{"X-Forwarded-Protocol: ssl"}},
		{"X-Forwarded-Port", []string{"X-Forwarded-Port: 443"}},
		{"Forwarded", []string{"Forwarded: for=192.0.2.1;proto=https"}},
		{"X-Real-IP", []string{"X-Real-IP: 192.0.2.1"}},
		{"Script-Name with an underscore", []string{"SCRIPT_NAME: /evil"}},
		{"X-Accel-Redirect in a request", []string{"X-Accel-Redirect: /protected/report.pdf"}},
		{"X-Request-ID", []string{"X-Request-ID: 0123456789abcdef"}},
		{"X-Request-Start", []string{"X-Request-Start: t=1"}},
		{"Via", []string{"Via: 1.1 elsewhere"}},
		{"Max-Forwards", []string{"Max-Forwards: 0"}},
		{"Origin", []string{"Origin: https://a.example"}},
	} {
		cases = append(cases, one("headers", c.name, request("GET", "/mirror/", c.lines...)))
	}
	return append(cases, one("headers", "lines that end with a line feed alone", "GET /mirror/ HTTP/1.1\nHost: "+Host+"\n\n"))
}
