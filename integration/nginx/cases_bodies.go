package nginx

import (
	"fmt"
	"strings"
)

const form = "application/x-www-form-urlencoded"

// multipart is a form with a field and a file.
func multipart(file string) (contentType, body string) {
	return "multipart/form-data; boundary=xyz", "--xyz\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nhello\r\n" +
		"--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"r\u00e9sum\u00e9.txt\"\r\nContent-Type: text/plain\r\n\r\n" + file + "\r\n--xyz--\r\n"
}

func bodies() (cases []Case) {
	add := func(name, request string) { cases = append(cases, one("bodies", name, request)) }
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "GET", "HEAD", "OPTIONS", "PROPFIND"} {
		add(method+" of a form", withBody(method, "/mirror/", form, "a=b&c=d%20e"))
	}
	for _, size := range []int{0, 1, 1000, 16 << 10, 32 << 10, 32<<10 + 1, 300 << 10, 1 << 20, 1<<20 + 1, 2 << 20} {
		add(fmt.Sprintf("%d bytes", size), withBody("POST", "/mirror/", "application/octet-stream", strings.Repeat("x", size)))
	}
	for _, size := range []int{10, 40 << 10, 500 << 10} {
		contentType, body := multipart(strings.Repeat("y", size))
		add(fmt.Sprintf("multipart with a file of %d bytes", size), withBody("POST", "/mirror/", contentType, body))
	}
	contentType, body := multipart("z")
	add("multipart cut short", withBody("POST", "/mirror/", contentType, body[:len(body)-12]))
	add("multipart without a boundary", withBody("POST", "/mirror/", "multipart/form-data", body))
	add("a form to the shop", withBody("POST", "/upload/", contentType, body))
	add("a form in Latin-1", withBody("POST", "/mirror/", form+"; charset=iso-8859-1", "a=%E9"))
	add("JSON", withBody("POST", "/mirror/", "application/json", `{"a": "é"}`))
	add("compressed", withBody("POST", "/mirror/", "application/json", "\x1f\x8b\x08\x00", "Content-Encoding: gzip"))
	add("of bytes of all kinds", withBody("POST", "/mirror/", "application/octet-stream", "\x00\r\n\r\nGET / HTTP/1.1\r\n\r\n\xff"))
	add("nobody reads it", withBody("POST", "/mirror/answer/?status=403", form, strings.Repeat("a", 100<<10)))
	add("too large, announced", withBody("POST", "/mirror/", form, "", "X-Own: a")+"")
	cases[len(cases)-1] = one("bodies", "too large, announced and not sent", request("POST", "/mirror/", "Content-Length: 99999999"))
	for name, lines := range map[string][]string{
		"a length that is no number":  {"Content-Length: a"},
		"a negative length":           {"Content-Length: -1"},
		"a length with a plus":        {"Content-Length: +5"},
		"a length in hexadecimal":     {"Content-Length: 0x5"},
		"an empty length":             {"Content-Length:"},
		"a length beyond all":         {"Content-Length: 99999999999999999999"},
		"two lengths, equal":          {"Content-Length: 5", "Content-Length: 5"},
		"two lengths, different":      {"Content-Length: 5", "Content-Length: 6"},
		"two lengths in one":          {"Content-Length: 5, 5"},
		"a length and chunked":        {"Content-Length: 5", "Transfer-Encoding: chunked"},
		"two encodings":               {"Transfer-Encoding: gzip, chunked"},
		"an encoding nobody knows":    {"Transfer-Encoding: xchunked"},
		"identity":                    {"Transfer-Encoding: identity", "Content-Length: 5"},
		"chunked twice":               {"Transfer-Encoding: chunked", "Transfer-Encoding: chunked"},
		"a tab before chunked":        {"Transfer-Encoding:\tchunked"},
		"chunked in capitals":         {"Transfer-Encoding: CHUNKED"},
		"a space before its colon":    {"Transfer-Encoding : chunked", "Content-Length: 5"},
		"chunked with an underscore":  {"Transfer_Encoding: chunked", "Content-Length: 5"},
		"chunked in an old HTTP":      {"X-Old: 1", "Transfer-Encoding: chunked"},
		"a length with spaces around": {"Content-Length:   5  "},
	} {
		version, content := "1.1", "5\r\nhello\r\n0\r\n\r\n"
		if strings.HasPrefix(lines[len(lines)-1], "Content-Length") || strings.Contains(name, "length") && name != "a length and chunked" {
			content = "hello"
		}
		if strings.HasPrefix(lines[0], "X-Old") {
			version = "1.0"
		}
		cases = append(cases, one("framing", name, raw("POST /mirror/ HTTP/"+version, append([]string{"Host: " + Host}, lines...), content)))
	}
	return cases
}

func chunkedBodies() (cases []Case) {
	for _, c := range []struct{ name, body string }{
		{"one chunk", "5\r\nhello\r\n0\r\n\r\n"},
		{"many chunks", strings.Repeat("1\r\na\r\n", 1000) + "0\r\n\r\n"},
		{"empty", "0\r\n\r\n"},
		{"sizes in capitals", "A\r\n0123456789\r\n0\r\n\r\n"},
		{"sizes with zeros before them", "0005\r\nhello\r\n000\r\n\r\n"},
		{"an extension", "5;a=b\r\nhello\r\n0\r\n\r\n"},
		{"an extension in quotes", "5;a=\"b;c\"\r\nhello\r\n0;d\r\n\r\n"},
		{"a space after the size", "5 \r\nhello\r\n0\r\n\r\n"},
		{"a trailer", "5\r\nhello\r\n0\r\nX-Trailer: a\r\n\r\n"},
		{"a trailer that would be a header", "5\r\nhello\r\n0\r\nContent-Length: 1\r\nX-Forwarded-Proto: https\r\n\r\n"},
		{"300 KB", "4b000\r\n" + strings.Repeat("x", 300<<10) + "\r\n0\r\n\r\n"},
		{"more than it may be", "200000\r\n" + strings.Repeat("x", 2<<20) + "\r\n0\r\n\r\n"},
		{"a size that is no number", "x\r\nhello\r\n0\r\n\r\n"},
		{"a negative size", "-5\r\nhello\r\n0\r\n\r\n"},
		{"a size with 0x", "0x5\r\nhello\r\n0\r\n\r\n"},
		{"a size beyond all", "fffffffffffffffff\r\nhello\r\n0\r\n\r\n"},
		{"a chunk longer than its size", "3\r\nhello\r\n0\r\n\r\n"},
		{"line feeds alone", "5\nhello\n0\n\n"},
		{"a carriage return alone", "5\rhello\r\n0\r\n\r\n"},
	} {
		cases = append(cases, one("chunked", c.name, chunked("POST", "/mirror/", c.body)))
	}
	contentType, body := multipart("z")
	return append(cases,
		one("chunked", "a form", raw("POST /mirror/ HTTP/1.1", []string{"Host: " + Host, "Content-Type: " + contentType, "Transfer-Encoding: chunked"},
			fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body))),
		one("chunked", "GET", chunked("GET", "/mirror/", "5\r\nhello\r\n0\r\n\r\n")),
		one("chunked", "nobody reads it", chunked("POST", "/mirror/answer/?status=403", "5\r\nhello\r\n0\r\n\r\n")),
	)
}

func expectations() []Case {
	head := request("POST", "/mirror/", "Content-Type: "+form, "Content-Length: 3", "Expect: 100-continue")
	chunks := request("POST", "/mirror/", "Content-Type: "+form, "Transfer-Encoding: chunked", "Expect: 100-continue")
	return []Case{
		{Name: "expect: the body after 100", Parts: []string{head, "a=b"}},
		{Name: "expect: the body at once", Parts: []string{head + "a=b"}},
		{Name: "expect: chunked after 100", Parts: []string{chunks, "3\r\na=b\r\n0\r\n\r\n"}},
		one("expect", "too large", request("POST", "/mirror/", "Content-Length: 99999999", "Expect: 100-continue")),
		one("expect", "without a body", request("GET", "/mirror/", "Expect: 100-continue")),
		one("expect", "something else", request("POST", "/mirror/", "Content-Length: 0", "Expect: a-miracle")),
		one("expect", "of a file", request("GET", "/static/shop.css", "Expect: 100-continue")),
		one("expect", "in HTTP/1.0", raw("POST /mirror/ HTTP/1.0", []string{"Host: " + Host, "Content-Length: 3", "Expect: 100-continue"}, "a=b")),
	}
}

func connections() []Case {
	get, css := request("GET", "/mirror/1"), request("GET", "/static/shop.css")
	post := withBody("POST", "/mirror/2", form, "a=b")
	chunks := chunked("POST", "/mirror/3", "5\r\nhello\r\n0\r\n\r\n")
	many := func(name string, methods []string, parts ...string) Case {
		return Case{Name: "connections: " + name, Parts: parts, Methods: methods}
	}
	return []Case{
		many("two, one after the other", []string{"GET", "POST"}, get, post),
		many("three in a pipeline", []string{"GET", "POST", "GET"}, get+post+get),
		many("five in a pipeline, to Django and to files", []string{"GET", "GET", "POST", "POST", "GET"}, get+css+post+chunks+get),
		many("a HEAD in between", []string{"GET", "HEAD", "GET"}, get+request("HEAD", "/mirror/")+get),
		many("a 404 in between", []string{"GET", "GET", "GET"}, get+request("GET", "/static/none.css")+css),
		many("a 304 in between", []string{"GET", "GET", "GET"}, get+request("GET", "/mirror/page/", `If-None-Match: "page-1"`)+get),
		many("what a 403 has not read", []string{"POST", "GET"}, withBody("POST", "/mirror/answer/?status=403", form, "GET /admin/ HTTP/1.1\r\nHost: x\r\n\r\n")+get),
		many("the file after a body", []string{"GET", "GET"}, withBody("GET", "/static/shop.css", form, "a=b")+get),
		many("the last one says close", []string{"GET", "GET"}, get+request("GET", "/mirror/", "Connection: close")+get),
		one("connections", "close", request("GET", "/mirror/", "Connection: close")),
		one("connections", "close, of a file", request("GET", "/static/shop.css", "Connection: close")),
		one("connections", "keep-alive", request("GET", "/mirror/", "Connection: keep-alive")),
		one("connections", "HTTP/1.0", raw("GET /mirror/ HTTP/1.0", []string{"Host: " + Host}, "")),
		one("connections", "HTTP/1.0 with keep-alive", raw("GET /mirror/ HTTP/1.0", []string{"Host: " + Host, "Connection: keep-alive"}, "")),
		one("connections", "HTTP/1.0 of a stream", raw("GET /mirror/stream/ HTTP/1.0", []string{"Host: " + Host, "Connection: keep-alive"}, "")),
		one("connections", "empty lines before a request", "\r\n\r\n"+get),
		one("connections", "TLS where there is none", "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03"),
		one("connections", "a preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
	}
}
