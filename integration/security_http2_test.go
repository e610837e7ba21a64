package integration

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// h2 is a request over HTTP/2, in which lines do not end: what HTTP/1 cannot carry
// must not come to Django.
type h2 struct {
	name   string
	fields []string // name, value, name, value…; {p} as in an attack
	body   string
	want   string // the status; "refused" is a reset of the stream, or of the connection
	saw    string
}

func TestHTTP2BringsNothingThatHTTP1CannotCarry(t *testing.T) {
	f := newFortress(t)
	// with is a good request and these fields.
	with := func(method string, fields ...string) []string {
		return append([]string{":method", method, ":scheme", "http", ":authority", "shop.example.com", ":path", "{p}/a"}, fields...)
	}
	pseudo := func(method, scheme, authority, path string) []string {
		return []string{":method", method, ":scheme", scheme, ":authority", authority, ":path", path}
	}
	var all []h2
	refuse := func(name string, fields []string) { all = append(all, h2{name: name, fields: fields, want: "refused"}) }
	fine := func(name, body, saw string, fields []string) {
		all = append(all, h2{name: name, fields: fields, body: body, want: "200", saw: saw})
	}
	fine("a request like any other", "", "GET /a", with("GET"))
	fine("a body without a length", "hello", "POST /a [hello]", with("POST"))
	fine("a body with its length", "hello", "POST /a [hello]", with("POST", "content-length", "5"))
	fine("trailers are taken", "", "GET /a", with("GET", "te", "trailers"))
	fine("a request in a body", "0\r\n\r\nGET /c/0/smuggled HTTP/1.1\r\n\r\n", "POST /a [0\r\n\r\nGET /c/0/smuggled HTTP/1.1\r\n\r\n]", with("POST"))
	fine("a length with an underscore is none", "hello", "POST /a [hello]", with("POST", "content_length", "1"))
	refuse("another host beside the authority", with("GET", "host", "evil.example"))
	for name, field := range map[string][]string{ // of one connection alone: RFC 9113, 8.2.2
		"a coding":         {"transfer-encoding", "chunked"},
		"connection":       {"connection", "keep-alive"},
		"keep-alive":       {"keep-alive", "timeout=5"},
		"proxy-connection": {"proxy-connection", "keep-alive"},
		"an upgrade":       {"upgrade", "h2c"},
		"another te":       {"te", "chunked"},
	} {
		all = append(all, h2{name: name, fields: with("GET", field...), want: "400"})
	}
	for name, field := range map[string][]string{
		"CRLF in a value":                {"x-a", "a\r\nTransfer-Encoding: chunked"},
		"CRLF and a request in a value":  {"x-a", "a\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: shop.example.com\r\n\r\n"},
		"CR in a value":                  {"x-a", "a\rb"},
		"LF in a value":                  {"x-a", "a\nb"},
		"NUL in a value":                 {"x-a", "a\x00b"},
		"a control character in a value": {"x-a", "a\x01b"},
		"CRLF in a name":                 {"x-a: a\r\nx-b", "b"},
		"a colon in a name":              {"x-a: a", "b"},
		"a space in a name":              {"x a", "b"},
		"capitals in a name":             {"X-A", "b"},
		"an empty name":                  {"", "b"},
		"NUL in a name":                  {"x\x00a", "b"},
		"a pseudo-header nobody knows":   {":evil", "b"},
		"a status":                       {":status", "200"},
		"a second path":                  {":path", "/smuggled"},
		"a pseudo-header at the end":     {"x-a", "a", ":authority", "evil.example"},
	} {
		refuse(name, with("GET", field...))
	}
	refuse("CRLF in the path", pseudo("GET", "http", "shop.example.com", "{p}/a HTTP/1.1\r\nX-A: a\r\nX-B: "))
	refuse("CRLF in the method", pseudo("GET {p}/a HTTP/1.1\r\nX-A: a", "http", "shop.example.com", "{p}/a"))
	refuse("an empty method", pseudo("", "http", "shop.example.com", "{p}/a"))
	refuse("CRLF in the authority", pseudo("GET", "http", "shop.example.com\r\nX-A: a", "{p}/a"))
	fine("a space in the path is escaped", "", "GET /a%20b", pseudo("GET", "http", "shop.example.com", "{p}/a b"))
	refuse("a path without a slash", pseudo("GET", "http", "shop.example.com", "a"))
	refuse("an empty path", pseudo("GET", "http", "shop.example.com", ""))
	refuse("a path that is a URL", pseudo("GET", "http", "shop.example.com", "http://evil.example{p}/a"))
	refuse("no path", []string{":method", "GET", ":scheme", "http", ":authority", "shop.example.com"})
	refuse("no method", []string{":scheme", "http", ":authority", "shop.example.com", ":path", "{p}/a"})
	refuse("no scheme", []string{":method", "GET", ":authority", "shop.example.com", ":path", "{p}/a"})
	refuse("CRLF in the scheme", pseudo("GET", "http\r\nX-A: a", "shop.example.com", "{p}/a"))
	refuse("userinfo in the authority", pseudo("GET", "http", "shop.example.com@evil.example", "{p}/a"))
	refuse("a slash in the authority", pseudo("GET", "http", "shop.example.com/evil", "{p}/a"))
	all = append(all,
		h2{"a length that is too short", with("POST", "content-length", "3"), "hello", "refused", ""},
		h2{"a length that is too long", with("POST", "content-length", "50"), "hello", "400", ""},
		h2{"a length with a plus", with("POST", "content-length", "+5"), "hello", "refused", ""},
		h2{"two lengths", with("POST", "content-length", "5", "content-length", "3"), "hello", "200", "POST /a [hello]"},
		h2{"another host", pseudo("GET", "http", "evil.example", "{p}/a"), "", "400", ""},
		h2{"no authority and no host", []string{":method", "GET", ":scheme", "http", ":path", "{p}/a"}, "", "400", ""},
		h2{"a space in the method", pseudo("GET {p}/smuggled", "http", "shop.example.com", "{p}/a"), "", "400", ""},
		h2{"a tunnel", []string{":method", "CONNECT", ":authority", "shop.example.com:80"}, "", "405", ""},
		h2{"https, which it is not", pseudo("GET", "https", "shop.example.com", "{p}/a"), "", "200", "GET /a"},
	)
	for _, a := range all {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			p := ownPath()
			fields := make([]string, len(a.fields))
			for i, field := range a.fields {
				fields[i] = strings.ReplaceAll(field, "{p}", p)
			}
			if got := f.overHTTP2(t, fields, a.body); got != a.want {
				t.Errorf("it is answered with %q, want %q", got, a.want)
			}
			seen, err := f.log(p)
			if err != nil {
				t.Fatal(err)
			}
			if got := inShort(seen, p); got != a.saw {
				t.Errorf("Django sees %q, want %q", got, a.saw)
			}
		})
	}
}

// overHTTP2 makes a request of these fields as they are, and tells what comes of it.
func (f *fortress) overHTTP2(t *testing.T, fields []string, body string) string {
	t.Helper()
	conn, err := net.Dial("tcp", f.site)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Minute))
	io.WriteString(conn, http2.ClientPreface)
	framer := http2.NewFramer(conn, conn)
	framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	framer.WriteSettings()
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for i := 0; i < len(fields); i += 2 {
		encoder.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
	}
	framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: block.Bytes(), EndStream: body == "", EndHeaders: true})
	if body != "" {
		framer.WriteData(1, true, []byte(body))
	}
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
				return "silence"
			}
			return "refused" // with the whole connection
		}
		switch frame := frame.(type) {
		case *http2.MetaHeadersFrame:
			return frame.PseudoValue("status")
		case *http2.RSTStreamFrame:
			return "refused"
		case *http2.SettingsFrame:
			if !frame.IsAck() {
				framer.WriteSettingsAck()
			}
		}
	}
}
