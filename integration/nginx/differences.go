package nginx

const (
	reframed = "Django's server never sees it: the gateway sends the body with a length of its own"
	hygiene  = "what only a proxy may say is not taken from a client"
	safer    = "a user's upload must not run as a part of the site"
	visible  = "only what is meant to be seen is served: no dot-files, no manifest, nothing outside the directory by a link"
)

// Differences are all that there are. The documentation has them as a table.
var Differences = []Expected{
	// What Django sees.
	{"`X-Request-ID` to Django", ".*", "Django's header X-Request-Id", "*", "UUID", "the id of the error event; one of a trusted proxy's is kept"},
	{"`X-Request-Start` to Django", ".*", "Django's header X-Request-Start", "*", "t=MILLISECONDS", "the time in Django's queue can be measured"},
	{"`X-Forwarded-Host` to Django", ".*", "Django's header X-Forwarded-Host", "*", "*", "Caddy sets it; nginx passes on what a client makes up"},
	{"`X-Forwarded-For` that a client sends", "headers: X-Forwarded-For", "Django's header X-Forwarded-For", "192.0.2.1, 127.0.0.1", "127.0.0.1", "it is believed of `trusted_proxies` alone"},
	{"`Forwarded`, `X-Real-IP`, `X-Forwarded-Port`, `X-Accel-Redirect` that a client sends", "headers: .*", "Django's header (Forwarded|X-Real-Ip|X-Forwarded-Port|X-Accel-Redirect)", "*", "", hygiene},
	{"`X-Forwarded-Ssl`, `X-Forwarded-Protocol` that a client sends", "headers: X-Forwarded-(Ssl|Protocol)", "status", "400", "200", hygiene + "; gunicorn believes them, and refuses the contradiction"},
	{"`Via` to Django and to the client", ".*", "(Django's h|h)eader Via", "*", "*Caddy*", "RFC 9110 7.6.3 asks for it"},
	{"`Connection: close` to Django", ".*", "Django's header Connection", "close", "*", "connections to gunicorn's threads and to uvicorn are used again"},
	{"`Upgrade` to Django", "headers: Upgrade.*", "Django's header (Upgrade|Http2-Settings)", "*", "*", "WebSockets pass without configuration"},
	{"headers of one connection", "headers: (hop by hop|TE|Proxy-.*)", "Django's header (X-Own|Te|Proxy-Connection|Proxy-Authorization)", "*", "*", "RFC 9110 7.6.1: they end at a proxy, but for `TE: trailers`"},
	{"`Content-Length: 0` of a POST without a body", "methods: a POST without a body or a length", "Django's header Content-Length", "", "0", "RFC 9110 8.6"},
	{"characters that a URL may not have, in `RAW_URI`", "paths: .*", "Django's target", "*", "*%*", "they are percent-encoded; `request.path` is the same"},
	{"a `#` in a path", "paths: /mirror/a#b", "Django's (path|uri)", "*/a*", "*/a*", "no client sends one: it is a part of the path, not its end"},
	{"a path in UTF-8 that is not percent-encoded", "paths: /mirror/é", "status", "400", "200", "gunicorn refuses it; the gateway percent-encodes it"},
	{"`..` above the root", `paths: /\.\./mirror/`, "status", "400", "404", "Django has no such page"},
	// What a client sees of Django.
	{"`X-Request-ID` to the client", ".*", "header X-Request-Id", "", "UUID", "a visitor can quote it; one that Django sets is kept"},
	{"`Server`", ".*", "header Server", "*", "*", "gunicorn's is passed on"},
	{"`Vary: Accept-Encoding`", ".*", "header Vary", "*", "*Accept-Encoding", "the response might be compressed, see [gzip](#gzip)"},
	{"a page is compressed", "headers: Accept-Encoding", "header Content-Encoding", "", "gzip", "nginx's `gzip` is off; the request has no cookie"},
	{"`Content-Type` and `Content-Length` of a 304", "connections: a 304 in between|conditionals: Django, .*|answers: status=304", "header Content-(Type|Length)", "*", "", "a 304 has no body"},
	{"`Content-Length: 0` of a redirect", "paths: /mirror", "header Content-Length", "", "0", "nginx redirects by itself, or leaves it away"},
	{"`Content-Length` of HEAD to the test's mirror", ".*HEAD.*", "header Content-Length", "*", "*", "it shows the headers named above"},
	{"a protected URL asked for directly", "files: /protected.*", "the page of an error", "*", "*", "Django answers it, with its own 404"},
	{"the page of an error", ".*", "the page of an error", "nginx's or gunicorn's", "the gateway's or Django's", "`error_page` is for all that the gateway refuses, with `Cache-Control: no-store`"},
	{"the connection after an error", ".*", "connection", "closed", "open", "the request was read to its end"},
	// Files.
	{"`charset=utf-8` of text files", ".*", "header Content-Type", "text/*", "text/*; charset=utf-8", "Django's source files are UTF-8; nginx names none"},
	{"types of scripts and archives", ".*", "header Content-Type", "application/*", "*/*", "RFC 9239: `text/javascript`, for `.mjs` too; `.gz` is `application/gzip`"},
	{"the type of a file with an unknown extension", "files: .*", "header Content-Type", "application/octet-stream", "", "none is claimed"},
	{"`Cache-Control` of static files", ".*", "header Cache-Control", "", "no-cache", "asked for again each time, answered with 304: a deployment is seen at once"},
	{"`Cache-Control` of names with a hash", "files: /static/hashed.*", "header Cache-Control", "", "public, max-age=31536000, immutable", "what never changes is not asked for again"},
	{"`nosniff` of uploads", ".*", "header X-Content-Type-Options", "", "nosniff", safer},
	{"uploads of HTML, SVG, scripts", "files: /media/.*", "header Content-(Disposition|Security-Policy)", "", "*", safer},
	{"`Accept-Ranges` of parts and of precompressed files", ".*", "header Accept-Ranges", "", "bytes", "ranges work there, too"},
	{"a range of a precompressed file", "precompressed: a range of it", "status", "200", "206", "ranges work there, too"},
	{"dot-files, the manifest, links that lead out", "(files|protected): .*(hidden|staticfiles.json|link-outside)", "status", "200", "404", visible},
	{"a directory with a slash", "(files|protected): .*/", "status", "403", "404", "there is no page at this address"},
	{"a directory without a slash", "(files|protected): .*sub", "status", "301", "404", "there is no page at the other address either"},
	{"PUT and others on a static file that is not there", "methods: nothing static, .*", "status", "405", "404", "it is not there for any method"},
	{"`Allow` of 405", "methods: (static|media), .*", "header Allow", "", "GET, HEAD", "RFC 9110 15.5.6 asks for it"},
	{"`Last-Modified` of 304", ".*", "header Last-Modified", "*", "", "the ETag says it"},
	{"headers of 412", "conditionals: .*", "header (Set-Cookie|Content-Disposition)", "", "*", "they are those of the file"},
	{"a date later than the file's", "conditionals: .*a later date", "status", "200", "304", "RFC 9110 13.1.3; nginx wants the very date (`if_modified_since exact`)"},
	{"`bytes=-0`, and a comma at the end of a range", "ranges: .*", "status", "416", "206", "an empty part is a part to Go; RFC 9110 5.6.1 allows the comma"},
	{"`Content-Range` of 416", "ranges: .*", "header Content-Range", "bytes *", "", "a range that is none has no length"},
	{"several ranges", "ranges: .*,.*", "body|header Content-Length", "*", "*", "the parts are the same, their headers in another order"},
	// Protected files.
	{"Django's headers on protected files", "(ranges|conditionals|protected): .*|files: /protected.*", "header (Cross-Origin-Opener-Policy|Referrer-Policy|X-Frame-Options)", "", "*", "they are kept; nginx takes five over and drops the rest"},
	{"`Content-Disposition` and `Cache-Control` of errors in place of a protected file", "(ranges|protected): .*", "header (Content-Disposition|Cache-Control)", "*", "*", "they are about the file"},
	{"`X-Accel-Redirect` to what is not `protected`", "protected: .*", "status", "*", "500", "a mistake of Django's, and an event; name the directory with `protected`"},
	{"`X-Accel-Redirect` with `..` that stays inside", `protected: to=/protected/\.\./protected/report.pdf`, "status", "404", "200", "it names a file of the directory"},
	// Protocol.
	{"`Allow` of a 405 to TRACE", "methods: .*TRACE", "header Allow", "", "*", "RFC 9110 15.5.6: it says which methods are"},
	{"`OPTIONS *`", "methods: OPTIONS of the server", "status", "400", "200", "RFC 9110 9.3.7"},
	{"CONNECT", "methods: CONNECT.*", "status", "400", "hangs up", "a host that is not ours gets no answer"},
	{"a host with a dot at its end", "hosts: with a dot at its end", "status|connection", "*", "*", "it is another host, unless you name it"},
	{"a host that is none", "hosts: with a user", "status", "hangs up", "400", "it is refused before it is looked up"},
	{"HTTP/0.9", "hosts: none, HTTP/0.9", "status", "hangs up", "400", "not spoken"},
	{"a line that is no header", "headers: no colon", "status|connection", "*", "*", "nginx leaves it out, the gateway refuses it"},
	{"a control character in a header", "headers: a control character", "connection", "open", "closed", "the gateway refuses it before gunicorn does"},
	{"a folded header", "headers: a folded line", "status", "400", "200", "RFC 9112 5.2: it is unfolded"},
	{"40 KB of headers", "headers: 40 KB", "status", "400", "431", "gunicorn's limit; Caddy's is 1 MB, `max_header_size` sets it"},
	{"`Content-Length` and chunked", "framing: a length and chunked", "status", "400", "200", "RFC 9112 6.3: chunked counts. " + reframed},
	{"the same `Content-Length` twice", "framing: two lengths, equal", "status", "400", "200", "RFC 9112 6.3. " + reframed},
	{"a tab before `chunked`", "framing: a tab before chunked", "status", "501", "200", "white space like any. " + reframed},
	{"`chunked` in HTTP/1.0", "framing: chunked in an old HTTP", "status", "400", "200", "HTTP/1.0 does not know it: the request has no body, and the connection ends"},
	{"`Transfer-Encoding` twice", "framing: chunked twice", "status", "400", "501", "refused in other words"},
	{"chunks with line feeds alone", "chunked: line feeds alone", "status|connection", "*", "*", "RFC 9112 7.1 asks for both"},
	{"100 for a request without a body", "expect: .*", "interim", "100", "", "there is nothing to go on with"},
	{"another expectation", "expect: something else", "status|connection", "*", "*", "RFC 9110 10.1.1: 417"},
	{"empty lines before a request", "connections: empty lines before a request", "status|connection", "*", "*", "only a broken client sends them"},
	{"TLS on a port without", "connections: TLS where there is none", "status", "400", "nothing", "the rest of the line is awaited, up to `read_header`"},
	{"HTTP/2 without TLS", "connections: a preface of HTTP/2", "status", "400", "no status line", "it is spoken"},
}
