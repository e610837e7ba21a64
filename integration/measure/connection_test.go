package measure

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestTheHeadOfAResponse(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       head
		fails      bool
	}{
		{name: "status and length", text: "HTTP/1.1 500 Internal Server Error\r\nServer: Caddy\r\nContent-Length: 256\r\n\r\n", want: head{status: 500, length: 256}},
		{name: "a name in lower case", text: "HTTP/1.1 200 OK\r\ncontent-length:7\r\n\r\n", want: head{status: 200, length: 7}},
		{name: "no length", text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", want: head{status: 200, length: -1}},
		{name: "another header's value is no length", text: "HTTP/1.1 200 OK\r\nX-Content-Length: 9\r\n\r\n", want: head{status: 200, length: -1}},
		{name: "a status without a reason", text: "HTTP/1.1 204\r\n\r\n", want: head{status: 204, length: -1}},
		{name: "a connection that is closed", text: "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 1\r\n\r\n", want: head{status: 200, length: 1, closing: true}},
		{name: "a connection that is kept", text: "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n", want: head{status: 200, length: -1}},
		{name: "no status", text: "HTTP/1.1\r\n\r\n", fails: true},
		{name: "a status of letters", text: "HTTP/1.1 two OK\r\n\r\n", fails: true},
		{name: "a length of letters", text: "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", fails: true},
		{name: "no end", text: "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n", fails: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := readHead(bufio.NewReader(strings.NewReader(c.text)))
			if (err != nil) != c.fails {
				t.Fatalf("error %v", err)
			}
			if got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

func TestTheLoadSpeaksHTTP(t *testing.T) {
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(string(request("/users/4711/")))))
	if err != nil {
		t.Fatal(err)
	}
	if r.URL.Path != "/users/4711/" || r.Host != Host || r.ContentLength != 0 {
		t.Errorf("path %q of host %q with %d bytes", r.URL.Path, r.Host, r.ContentLength)
	}
}

func TestAConnectionThatTheServerClosesIsOpenedAgain(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
	}))
	defer server.Close()
	c, err := dial(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { c.Close() }()
	for range 3 {
		if err := c.roundTrip(request("/"), Question{Path: "/", Status: http.StatusOK}); err != nil {
			t.Fatal(err)
		}
	}
}
