package main

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
)

func TestTheHeadOfAResponse(t *testing.T) {
	for _, c := range []struct {
		name, head     string
		status, length int
		fails          bool
	}{
		{name: "status and length", head: "HTTP/1.1 500 Internal Server Error\r\nServer: Caddy\r\nContent-Length: 256\r\n\r\n", status: 500, length: 256},
		{name: "a name in lower case", head: "HTTP/1.1 200 OK\r\ncontent-length:7\r\n\r\n", status: 200, length: 7},
		{name: "no length", head: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", status: 200, length: -1},
		{name: "another header's value is no length", head: "HTTP/1.1 200 OK\r\nX-Content-Length: 9\r\n\r\n", status: 200, length: -1},
		{name: "a status without a reason", head: "HTTP/1.1 204\r\n\r\n", status: 204, length: -1},
		{name: "no status", head: "HTTP/1.1\r\n\r\n", fails: true},
		{name: "a status of letters", head: "HTTP/1.1 two OK\r\n\r\n", fails: true},
		{name: "a length of letters", head: "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", fails: true},
		{name: "no end", head: "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n", fails: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, length, err := readHead(bufio.NewReader(strings.NewReader(c.head)))
			if (err != nil) != c.fails {
				t.Fatalf("error %v", err)
			}
			if status != c.status || length != c.length {
				t.Errorf("status %d and length %d, want %d and %d", status, length, c.status, c.length)
			}
		})
	}
}

func TestTheLoadSpeaksHTTP(t *testing.T) {
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(string(request("/users/4711/")))))
	if err != nil {
		t.Fatal(err)
	}
	if r.URL.Path != "/users/4711/" || r.Host != host || r.ContentLength != 0 {
		t.Errorf("path %q of host %q with %d bytes", r.URL.Path, r.Host, r.ContentLength)
	}
}
