package nginx

import "strings"

func fileRequests() (cases []Case) {
	for _, target := range []string{
		"/static/shop.css", "/static/shop.css?v=1", "/static/hashed.b05dff2bb378.css", "/static/none.css", "/static/", "/static", "/static/sub/", "/static/sub", "/static/sub/page.html", "/static/sub/data.json", "/static/sub/data.wasm", "/static/sub/data.unknown", "/static/sub/noextension", "/static/sub/module.mjs", "/static/sub/icon.svg", "/static/sub/font.woff2", "/static/sub/image.webp", "/static/sub/empty.txt",
		"/static/.hidden", "/static/sub/.hidden", "/static/staticfiles.json", "/static/link-inside.css", "/static/link-outside", "/static/r%C3%A9sum%C3%A9.txt", "/static/résumé.txt", "/static/a%20b.txt", "/static/a+b.txt", "/static/a%2Bb.txt", "/static/a%3Fb.txt", "/static/a%23b.txt", "/static/a%25b.txt",
		"/static//shop.css", "/static/./shop.css", "/static/sub/../shop.css", "/static/%2e%2e/secret.txt", "/static/../secret.txt", "/static../secret.txt", "/static/..%2fsecret.txt", "/static/..%5csecret.txt", "/static/sub%2Fpage.html", "/static/shop.css/", "/static/shop.css%00.txt", "/static/shop.css%20", "/static/SHOP.CSS", "/STATIC/shop.css", "/static/" + strings.Repeat("a", 300),
		"/media/note.txt", "/media/page.html", "/media/image.svg", "/media/script.js", "/media/unknown", "/media/none", "/media/", "/media/../secret.txt", "/media/%2e%2e/secret.txt", "/media/.hidden", "/media/link-outside",
		"/protected/report.pdf", "/protected/", "/protected", "/protected/none",
	} {
		name := target
		if len(name) > 60 {
			name = name[:20] + "… (long)"
		}
		cases = append(cases, one("files", name, request("GET", target)))
	}
	for name, accept := range map[string]string{
		"gzip": "gzip", "what browsers say": "gzip, deflate, br, zstd", "gzip refused": "gzip;q=0", "anything": "*", "identity": "identity",
	} {
		cases = append(cases,
			one("precompressed", name, request("GET", "/static/packed.css", "Accept-Encoding: "+accept)),
			one("precompressed", name+", none there", request("GET", "/static/sub/data.json", "Accept-Encoding: "+accept)))
	}
	return append(cases,
		one("precompressed", "HEAD", request("HEAD", "/static/packed.css", "Accept-Encoding: gzip")),
		one("precompressed", "a range of it", request("GET", "/static/packed.css", "Accept-Encoding: gzip", "Range: bytes=0-9")),
		one("precompressed", "compressed by name", request("GET", "/static/packed.css.gz")),
		one("precompressed", "a page of Django's", request("GET", "/mirror/page/", "Accept-Encoding: gzip", "Cookie: sessionid=x")),
	)
}

// resources are what can be asked for in part, or if it has changed.
var resources = []struct{ name, target string }{
	{"static", "/static/shop.css"}, {"media", "/media/note.txt"}, {"protected", "/mirror/download/?name=report.pdf"},
}

func ranges() (cases []Case) {
	for _, r := range resources {
		for _, value := range []string{
			"bytes=0-0", "bytes=0-9", "bytes=10-", "bytes=-5", "bytes=-0", "bytes=0-999999", "bytes=-999999", "bytes=999999-", "bytes=9-5", "bytes=0-1,4-5", "bytes=0-1, -2", "bytes=0-5,3-9", "bytes=0-0,999999-", "bytes=a-b", "bytes=", "bytes", "lines=0-1", "bytes=0-1,", "bytes= 0-1", "bytes=0-99999999999999999999",
		} {
			cases = append(cases, one("ranges", r.name+", "+value, request("GET", r.target, "Range: "+value)))
		}
		if r.name == "protected" {
			continue
		}
		for name, of := range map[string]string{"ETag": "{etag}", "date": "{modified}", "another ETag": `"other"`, "an old date": "Thu, 01 Jan 1970 00:00:01 GMT", "nothing known": "x"} {
			c := one("ranges", r.name+", if-range "+name, request("GET", r.target, "Range: bytes=0-4", "If-Range: "+of))
			c.Validators = r.target
			cases = append(cases, c)
		}
		cases = append(cases, one("ranges", r.name+", HEAD", request("HEAD", r.target, "Range: bytes=0-4")))
	}
	return append(cases, one("ranges", "Django", request("GET", "/mirror/page/", "Range: bytes=0-9")))
}

func conditionals() (cases []Case) {
	for _, r := range append(resources, struct{ name, target string }{"Django", "/mirror/page/"}) {
		for _, c := range []struct{ name, header string }{
			{"the same ETag", "If-None-Match: {etag}"}, {"the same, weak", "If-None-Match: W/{etag}"}, {"one of several", `If-None-Match: "a", {etag}`}, {"any", "If-None-Match: *"}, {"another", `If-None-Match: "a"`}, {"without quotes", "If-None-Match: a"},
			{"the same date", "If-Modified-Since: {modified}"}, {"an older date", "If-Modified-Since: Thu, 01 Jan 1970 00:00:01 GMT"}, {"a later date", "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"}, {"no date", "If-Modified-Since: yesterday"},
			{"match", "If-Match: {etag}"}, {"match another", `If-Match: "a"`}, {"match any", "If-Match: *"}, {"unmodified since an older date", "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:01 GMT"}, {"unmodified since a later date", "If-Unmodified-Since: Fri, 01 Jan 2100 00:00:00 GMT"},
			{"another ETag and the same date", "If-None-Match: \"a\"\r\nIf-Modified-Since: {modified}"},
		} {
			if r.name == "Django" && strings.Contains(c.header, "{modified}") {
				continue // it names none
			}
			of := one("conditionals", r.name+", "+c.name, request("GET", r.target, c.header))
			of.Validators = r.target
			cases = append(cases, of)
		}
	}
	return cases
}

func downloads() (cases []Case) {
	for _, target := range []string{
		"name=report.pdf", "name=none.pdf", "name=r%C3%A9sum%C3%A9.pdf", "name=a%20b%2Bc.pdf", "name=a%25b.pdf", "name=a%3Fb.pdf", "name=sub/deep.txt", "name=sub/", "name=sub", "name=", "name=.hidden", "name=link-outside", "name=../secret.txt", "name=report.pdf&type=text/html",
		"to=/protected/report.pdf", "to=/protected/a%2520b%252Bc.pdf", "to=/protected/a%20b%2Bc.pdf", "to=/protected/../protected/report.pdf", "to=/protected/..%252fsecret.txt", "to=/protected/%252e%252e/secret.txt", "to=/protected//report.pdf", "to=/static/shop.css", "to=/mirror/redirected", "to=/etc/passwd", "to=report.pdf", "to=/protected/report.pdf%3Fa=b", "to=http://example.com/protected/report.pdf",
	} {
		cases = append(cases, one("protected", target, request("GET", "/mirror/download/?"+target)))
	}
	for _, method := range []string{"HEAD", "POST", "PUT", "DELETE", "OPTIONS"} {
		cases = append(cases, one("protected", method, withBody(method, "/mirror/download/?name=report.pdf", form, "a=b")))
	}
	return append(cases, one("protected", "Accept-Encoding", request("GET", "/mirror/download/?name=packed.css", "Accept-Encoding: gzip")))
}

func answers() (cases []Case) {
	for _, query := range []string{
		"status=200", "status=201&header=Location:/mirror/1", "status=204", "status=205", "status=299", "status=301&header=Location:/elsewhere/", "status=302&header=Location:http://127.0.0.1/internal", "status=302&header=Location:é", "status=303&header=Location:relative", "status=304", "status=400", "status=401&header=WWW-Authenticate:Basic", "status=403", "status=404", "status=405&header=Allow:GET", "status=409", "status=413", "status=418", "status=429&header=Retry-After:5", "status=500", "status=501", "status=502", "status=503&header=Retry-After:5", "status=504", "status=599",
		"header=Set-Cookie:a=b;Path=/", "header=Cache-Control:no-store", "header=Vary:Cookie", "header=Content-Language:fr", "header=Server:django", "header=Date:Thu,%2001%20Jan%201970%2000:00:01%20GMT", "header=X-Own:a", "header=X_Own:a", "header=X-Own:caf%C3%A9", "header=ETag:W/%22a%22", "header=Accept-Ranges:bytes", "header=Content-Encoding:gzip", "header=Content-Disposition:attachment", "header=X-Accel-Buffering:no", "header=X-Accel-Expires:5", "header=X-Accel-Charset:utf-8", "header=X-Accel-Limit-Rate:0", "header=Strict-Transport-Security:max-age=1", "header=Link:%3C/a%3E;rel=preload", "header=Via:1.1%20x", "header=Status:404", "header=Refresh:0;/a", "header=X-Frame-Options:DENY", "header=X-Powered-By:x", "header=X-Request-ID:a",
	} {
		cases = append(cases, one("answers", query, request("GET", "/mirror/answer/?"+query)))
	}
	for _, target := range []string{"/mirror/page/", "/mirror/stream/", "/products/none/", "/none", "/accounts/login/", "/admin/", "/crash/", "/upload/", "/crash/value-error/"} {
		cases = append(cases, one("answers", target, request("GET", target)), one("answers", "HEAD "+target, request("HEAD", target)))
	}
	return cases
}

// WithoutDjango are cases for when gunicorn is not there.
func WithoutDjango() (cases []Case) {
	for _, method := range []string{"GET", "HEAD", "POST"} {
		cases = append(cases, one("down", method, withBody(method, "/mirror/", form, "a=b")))
	}
	return append(cases,
		one("down", "a static file", request("GET", "/static/shop.css")),
		one("down", "what an upload is", request("GET", "/media/note.txt")),
		one("down", "too large", request("POST", "/mirror/", "Content-Length: 99999999")),
		one("down", "what asks for JSON", request("GET", "/mirror/", "Accept: application/json")))
}
