package integration

import (
	"strconv"
	"strings"
	"testing"
)

// post is a POST with these header lines and whatever follows the head.
func post(headers, rest string) string {
	return "POST {p}/a HTTP/1.1\r\nHost: shop.example.com\r\n" + headers + "\r\n" + rest
}

func itoa(n int) string { return strconv.Itoa(n) }

func get11(headers string) string {
	return "GET {p}/a HTTP/1.1\r\nHost: shop.example.com\r\n" + headers + "\r\n{end}"
}

// refused is an attack to which the gateway says 400 and closes.
func refused(name, send string) attack { return attack{name: name, send: send, want: "400"} }

// harmless is an attack that gateway and Django read alike: as one request, and the
// honest one after it.
func harmless(name, send, saw string) attack {
	return attack{name: name, send: send, want: "200 200", saw: saw + ", GET /end"}
}

const smuggled = "GET {p}/smuggled HTTP/1.1\r\nHost: shop.example.com\r\n\r\n"

func TestNothingIsSmuggled(t *testing.T) {
	f := newFortress(t)
	t.Run("length and chunks", func(t *testing.T) { f.repel(t, lengths()) })
	t.Run("transfer codings", func(t *testing.T) { f.repel(t, codings()) })
	t.Run("chunks", func(t *testing.T) { f.repel(t, chunks()) })
	t.Run("lines", func(t *testing.T) { f.repel(t, lines()) })
}

func lengths() []attack {
	all := []attack{
		harmless("CL.TE: the chunks count", post("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n{end}"), "POST /a [hello]"),
		harmless("TE.CL: the chunks count", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "5\r\nhello\r\n0\r\n\r\n{end}"), "POST /a [hello]"),
		harmless("CL.TE: what is after the last chunk is a request of its own", post("Content-Length: 200\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n{end}"), "POST /a"),
		harmless("a request in a body", post("Content-Length: "+itoa(len("GET /c/1000/smuggled HTTP/1.1\r\nHost: shop.example.com\r\n\r\n"))+"\r\n", smuggled+"{end}"), "POST /a ["+smuggled+"]"),
		harmless("the same length twice", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello{end}"), "POST /a [hello]"),
		refused("two lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello{end}")),
		refused("two lengths in another case", post("content-length: 5\r\nCONTENT-LENGTH: 50\r\n", "hello{end}")),
		refused("two lengths in a line", post("Content-Length: 5, 6\r\n", "hello{end}")),
		refused("the same length twice in a line", post("Content-Length: 5, 5\r\n", "hello{end}")),
		refused("an empty one and a length", post("Content-Length: \r\nContent-Length: 5\r\n", "hello{end}")),
		harmless("zeros in front", post("Content-Length: 005\r\n", "hello{end}"), "POST /a [hello]"),
		harmless("spaces around", post("Content-Length:   5  \r\n", "hello{end}"), "POST /a [hello]"),
		harmless("a tab in front", post("Content-Length:\t5\r\n", "hello{end}"), "POST /a [hello]"),
		harmless("a name with an underscore is none", post("Content_Length: 5\r\nContent-Length: 0\r\n", "{end}"), "POST /a"),
		harmless("a name with a dot is none", post("Content.Length: 5\r\nContent-Length: 0\r\n", "{end}"), "POST /a"),
		harmless("a body of GET", "GET {p}/a HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 5\r\n\r\nhello{end}", "GET /a [hello]"),
		harmless("chunks of GET", "GET {p}/a HTTP/1.1\r\nHost: shop.example.com\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n{end}", "GET /a [hello]"),
		harmless("a body of HEAD", "HEAD {p}/a HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 5\r\n\r\nhello{end}", "HEAD /a [hello]"),
		harmless("no length and no chunks is no body", post("", "{end}"), "POST /a"),
		harmless("a length of zero", post("Content-Length: 0\r\n", "{end}"), "POST /a"),
		{"continue is asked for", post("Content-Length: 5\r\nExpect: 100-continue\r\n", "hello{end}"), "100 200 200", "POST /a [hello], GET /end"},
		{"something else is expected", post("Content-Length: 5\r\nExpect: 200-ok\r\n", "hello{end}"), "417", ""},
	}
	for name, length := range map[string]string{
		"plus": "+5", "minus": "-5", "minus zero": "-0", "hexadecimal": "0x5", "decimal point": "5.0", "exponent": "5e0", "underscore": "1_0", "letters": "five",
		"inner space": "1 0", "comma": "5,", "leading comma": ",5", "semicolon": "5;", "quotes": "\"5\"", "an Arabic digit": "٥", "a full-width digit": "５",
		"vertical tab": "\v5", "form feed": "5\f", "NUL": "5\x00", "bare CR": "5\r", "more than 64 bits": "99999999999999999999", "just over 63 bits": "9223372036854775808",
		"nothing": "",
	} {
		all = append(all, refused("a length with "+name, post("Content-Length: "+length+"\r\n", "hello{end}")))
	}
	return all
}

func codings() []attack {
	const body = "5\r\nhello\r\n0\r\n\r\n{end}"
	all := []attack{
		harmless("chunked in capitals", post("Transfer-Encoding: CHUNKED\r\n", body), "POST /a [hello]"),
		harmless("a name in odd case", post("tRANSFER-eNCODING: chunked\r\n", body), "POST /a [hello]"),
		harmless("a tab in front", post("Transfer-Encoding:\tchunked\r\n", body), "POST /a [hello]"),
		harmless("spaces behind", post("Transfer-Encoding: chunked   \r\n", body), "POST /a [hello]"),
		harmless("on a line of its own", post("Transfer-Encoding:\r\n chunked\r\n", body), "POST /a [hello]"),
		harmless("with an underscore it is none", post("Transfer_Encoding: chunked\r\nContent-Length: 5\r\n", "hello{end}"), "POST /a [hello]"),
		harmless("with a dot it is none", post("Transfer.Encoding: chunked\r\nContent-Length: 5\r\n", "hello{end}"), "POST /a [hello]"),
		harmless("with another dash it is none", post("X-Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "hello{end}"), "POST /a [hello]"),
		harmless("named in Connection", post("Connection: keep-alive, Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n", body), "POST /a [hello]"),
		harmless("a length named in Connection", post("Connection: Content-Length\r\nContent-Length: 5\r\n", "hello{end}"), "POST /a [hello]"),
		harmless("a TE header", post("TE: trailers, chunked\r\nContent-Length: 5\r\n", "hello{end}"), "POST /a [hello]"),
		{"with HTTP/1.0", "POST {p}/a HTTP/1.0\r\nHost: shop.example.com\r\nTransfer-Encoding: chunked\r\n\r\n" + body, "200", "POST /a"},
		refused("a space in front of the colon", post("Transfer-Encoding : chunked\r\nContent-Length: 5\r\n", body)),
		refused("a tab in front of the colon", post("Transfer-Encoding\t: chunked\r\n", body)),
		refused("a control character in front", post("\x01Transfer-Encoding: chunked\r\n", body)),
		refused("behind a bare CR", post("X: x\rTransfer-Encoding: chunked\r\nContent-Length: 5\r\n", "hello{end}")),
		{"two lines of it", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", body), "501", ""},
		{"two lines that differ", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", body), "501", ""},
		{"two lines that differ, the other way", post("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", body), "501", ""},
		{"an empty line of it and another", post("Transfer-Encoding: \r\nTransfer-Encoding: chunked\r\n", body), "501", ""},
	}
	for name, coding := range map[string]string{
		"xchunked": "xchunked", "chunkedx": "chunkedx", "chunked twice": "chunked, chunked", "chunked, identity": "chunked, identity", "identity, chunked": "identity, chunked",
		"identity": "identity", "gzip": "gzip", "gzip, chunked": "gzip, chunked", "deflate": "deflate", "in quotes": "\"chunked\"", "with a parameter": "chunked;q=1",
		"a comma in front": ",chunked", "a comma behind": "chunked,", "nothing": "", "spaced out": "chun ked", "cow": "cow",
		"with a long s": "chunked\u017f", "with a Kelvin sign": "chun\u212aed", "with a non-breaking space": "\u00a0chunked", "without a dash": "chunked-",
	} {
		all = append(all, attack{"the coding " + name, post("Transfer-Encoding: "+coding+"\r\nContent-Length: 5\r\n", body), "501", ""})
	}
	for name, coding := range map[string]string{"a vertical tab": "\vchunked", "a form feed": "chunked\f", "NUL": "chunked\x00", "a bare CR": "chunked\r", "DEL": "chunked\x7f"} {
		all = append(all, refused("a coding with "+name, post("Transfer-Encoding: "+coding+"\r\n", body)))
	}
	return all
}

func chunks() []attack {
	const head = "Transfer-Encoding: chunked\r\n"
	chunked := func(body string) string { return post(head, body+"{end}") }
	return []attack{
		harmless("two chunks", chunked("2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"), "POST /a [hello]"),
		harmless("zeros in front of a size", chunked("0005\r\nhello\r\n0\r\n\r\n"), "POST /a [hello]"),
		harmless("several zeros at the end", chunked("5\r\nhello\r\n000\r\n\r\n"), "POST /a [hello]"),
		harmless("capitals in a size", chunked("A\r\nhellohello\r\n0\r\n\r\n"), "POST /a [hellohello]"),
		harmless("an extension", chunked("5;a=b\r\nhello\r\n0\r\n\r\n"), "POST /a [hello]"),
		harmless("an extension in quotes", chunked("5;a=\"b;c\"\r\nhello\r\n0\r\n\r\n"), "POST /a [hello]"),
		harmless("spaces behind a size", chunked("5  \r\nhello\r\n0\r\n\r\n"), "POST /a [hello]"),
		harmless("a length in the trailers", chunked("5\r\nhello\r\n0\r\nContent-Length: 3\r\n\r\n"), "POST /a [hello]"),
		harmless("a coding in the trailers", chunked("5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"), "POST /a [hello]"),
		harmless("a host in the trailers", chunked("5\r\nhello\r\n0\r\nHost: evil.example\r\n\r\n"), "POST /a [hello]"),
		harmless("a trailer that was announced", post(head+"Trailer: X-Forwarded-For\r\n", "5\r\nhello\r\n0\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n{end}"), "POST /a [hello]"),
		refused("a length that is announced as a trailer", post(head+"Trailer: Content-Length\r\n", "5\r\nhello\r\n0\r\n\r\n{end}")),
		refused("0x in a size", chunked("0x5\r\nhello\r\n0\r\n\r\n")),
		refused("a plus in a size", chunked("+5\r\nhello\r\n0\r\n\r\n")),
		refused("a minus in a size", chunked("-5\r\nhello\r\n0\r\n\r\n")),
		refused("an underscore in a size", chunked("0_5\r\nhello\r\n0\r\n\r\n")),
		refused("a space in front of a size", chunked(" 5\r\nhello\r\n0\r\n\r\n")),
		refused("a tab in front of a size", chunked("\t5\r\nhello\r\n0\r\n\r\n")),
		refused("a size that is no number", chunked("g\r\nhello\r\n0\r\n\r\n")),
		refused("no size", chunked("\r\nhello\r\n0\r\n\r\n")),
		refused("only an extension", chunked(";a\r\nhello\r\n0\r\n\r\n")),
		refused("a size of more than 64 bits", chunked("10000000000000005\r\nhello\r\n0\r\n\r\n")),
		refused("a size that wraps around", chunked("fffffffffffffffffb\r\nhello\r\n0\r\n\r\n")),
		refused("NUL in a size", chunked("5\x00\r\nhello\r\n0\r\n\r\n")),
		refused("a bare LF behind a size", chunked("5\nhello\r\n0\r\n\r\n")),
		refused("a bare LF behind the extension", chunked("5;\nhello\r\n0\r\n\r\n")),
		refused("a bare CR in the extension", chunked("5;a\rb\r\nhello\r\n0\r\n\r\n")),
		refused("two CR behind a size", chunked("5\r\r\nhello\r\n0\r\n\r\n")),
		refused("a chunk that is longer than it says", chunked("5\r\nhellohello\r\n0\r\n\r\n")),
		refused("a chunk that is shorter than it says", chunked("8\r\nhello\r\n0\r\n\r\n")),
		refused("no line break behind a chunk", chunked("5\r\nhello0\r\n\r\n")),
		refused("a bare LF behind a chunk", chunked("5\r\nhello\n0\r\n\r\n")),
		refused("two bytes instead of a line break", chunked("5\r\nhelloxx0\r\n\r\n")),
		refused("a bare LF behind the last size", chunked("5\r\nhello\r\n0\n\r\n")),
		refused("a trailer without a colon", chunked("5\r\nhello\r\n0\r\nno colon\r\n\r\n")),
		refused("a request behind a trailer without a colon", chunked("5\r\nhello\r\n0\r\nno colon\r\n"+smuggled)),
		refused("an extension of 100 KB", chunked("5;"+strings.Repeat("a", 100<<10)+"\r\nhello\r\n0\r\n\r\n")),
		refused("extensions of 100 KB in all", chunked(strings.Repeat("1;"+strings.Repeat("a", 1000)+"\r\nx\r\n", 100)+"0\r\n\r\n")),
	}
}

func lines() []attack {
	line := func(first string) string { return first + "\r\nHost: shop.example.com\r\n\r\n{end}" }
	return []attack{
		refused("empty lines in front", "\r\n\r\nGET {p}/a HTTP/1.1\r\nHost: shop.example.com\r\n\r\n{end}"),
		harmless("a header that goes on in the next line", get11("X-A: a\r\n b\r\n"), "GET /a"),
		harmless("bare LF at the end of a header", get11("X-A: a\nX-B: b\r\n"), "GET /a"),
		harmless("bytes above 127 in a value", get11("X-A: \xff\xfe\r\n"), "GET /a"),
		refused("two spaces in the first line", line("GET  {p}/a HTTP/1.1")),
		refused("a tab in the first line", line("GET\t{p}/a\tHTTP/1.1")),
		refused("a space in the path", line("GET {p}/a b HTTP/1.1")),
		refused("a space behind the version", line("GET {p}/a HTTP/1.1 ")),
		refused("a space in front of the method", line(" GET {p}/a HTTP/1.1")),
		refused("no version", line("GET {p}/a")),
		refused("NUL in the path", line("GET {p}/a\x00b HTTP/1.1")),
		refused("a control character in the path", line("GET {p}/a\x01b HTTP/1.1")),
		refused("a bare CR in the path", line("GET {p}/a\rb HTTP/1.1")),
		refused("DEL in the path", line("GET {p}/a\x7fb HTTP/1.1")),
		refused("a bad escape in the path", line("GET {p}/a%zz HTTP/1.1")),
		refused("a path without a slash", line("GET a HTTP/1.1")),
		refused("a method with a colon", line("GE:T {p}/a HTTP/1.1")),
		refused("a method of bytes above 127", line("G\xc3\x8bT {p}/a HTTP/1.1")),
		refused("a version of one digit", line("GET {p}/a HTTP/1")),
		refused("a version of three digits", line("GET {p}/a HTTP/1.11")),
		refused("a version in small letters", line("GET {p}/a http/1.1")),
		refused("a version of another protocol", line("GET {p}/a ICAP/1.1")),
		refused("a header without a colon", get11("no colon\r\n")),
		refused("a header without a name", get11(": a\r\n")),
		refused("a space in a name", get11("X A: a\r\n")),
		refused("a space in front of the colon", get11("X-A : a\r\n")),
		refused("a name in brackets", get11("X(A): a\r\n")),
		refused("a name above 127", get11("X-\xc3\x84: a\r\n")),
		refused("NUL in a name", get11("X-\x00A: a\r\n")),
		refused("NUL in a value", get11("X-A: a\x00b\r\n")),
		refused("a control character in a value", get11("X-A: a\x01b\r\n")),
		refused("a bare CR in a value", get11("X-A: a\rb\r\n")),
		refused("a first header that is indented", "GET {p}/a HTTP/1.1\r\n Host: shop.example.com\r\n\r\n{end}"),
		{"HTTP/1.1 with a small number", line("GET {p}/a HTTP/0.9"), "505", ""},
		{"HTTP/3", line("GET {p}/a HTTP/3.0"), "505", ""},
		{"an upgrade to h2c", get11("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n"), "200 200", "GET /a, GET /end"},
		{"an upgrade that Django does not make", get11("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"), "200 200", "GET /a, GET /end"},
		{"a tunnel", "CONNECT shop.example.com:80 HTTP/1.1\r\nHost: shop.example.com:80\r\n\r\n" + smuggled, "405", ""},
		{"a tunnel to elsewhere", "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n" + smuggled, "405", ""},
		{"TRACE", "TRACE {p}/a HTTP/1.1\r\nHost: shop.example.com\r\nCookie: sessionid=secret\r\n\r\n{end}", "405", ""},
		{"two requests at once", get11("") + smuggled, "200 200", "GET /a, GET /end"},
	}
}
