package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strconv"
)

// connection is one client that keeps its connection alive. It speaks just
// enough HTTP/1.1 to be no burden on the machine that it measures on.
type connection struct {
	net.Conn
	reader *bufio.Reader
}

func dial(address string) (*connection, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &connection{conn, bufio.NewReader(conn)}, nil
}

// request returns the bytes of a browser's request for path.
func request(path string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\n" +
		"Host: " + host + "\r\n" +
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n" +
		"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n" +
		"Accept-Language: en-US,en;q=0.5\r\n" +
		"Cookie: sessionid=k2v9w0xq1m5c8z7t4r6p3n1b0h5g8f2d\r\n" +
		"\r\n")
}

// roundTrip sends a request and reads its response to the end. A response with
// another status or another length is an error: nothing may be measured then.
func (c *connection) roundTrip(request []byte, status int) error {
	if _, err := c.Write(request); err != nil {
		return fmt.Errorf("sending a request: %w", err)
	}
	got, length, err := readHead(c.reader)
	if err != nil {
		return fmt.Errorf("reading a response: %w", err)
	}
	if got != status || length != bodySize {
		return fmt.Errorf("the response has status %d and %d bytes, want %d and %d", got, length, status, bodySize)
	}
	if _, err := c.reader.Discard(length); err != nil {
		return fmt.Errorf("reading a response's body: %w", err)
	}
	return nil
}

var contentLength = []byte("content-length")

// readHead reads up to the body of a response and returns its status and its
// Content-Length, or -1 if it has none.
func readHead(r *bufio.Reader) (status, length int, err error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return 0, 0, err
	}
	_, rest, _ := bytes.Cut(line, []byte(" "))
	if len(rest) < 3 {
		return 0, 0, fmt.Errorf("%q is no status line", line)
	}
	if status, err = strconv.Atoi(string(rest[:3])); err != nil {
		return 0, 0, fmt.Errorf("status line %q: %w", line, err)
	}
	length = -1
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return 0, 0, err
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			return status, length, nil
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		if !bytes.EqualFold(name, contentLength) {
			continue
		}
		if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
			return 0, 0, fmt.Errorf("header %q: %w", line, err)
		}
	}
}
