package measure

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strconv"
	"time"
)

// Host is the site's name; a site without one would be spared Caddy's matching.
const Host = "shop.example"

// connection is one client that keeps its connection alive, and opens another
// when the server closes it. It speaks just enough HTTP/1.1 to be no burden on the
// machine that it measures on.
type connection struct {
	net.Conn
	address  string
	reader   *bufio.Reader
	deadline time.Time
	closing  bool // the server has said that it closes the connection
}

func dial(address string) (*connection, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &connection{Conn: conn, address: address, reader: bufio.NewReader(conn)}, nil
}

func (c *connection) setDeadline(t time.Time) {
	c.deadline = t
	c.SetDeadline(t)
}

func (c *connection) redial() error {
	c.Close()
	conn, err := net.Dial("tcp", c.address)
	if err != nil {
		return err
	}
	c.Conn, c.closing = conn, false
	c.reader.Reset(conn)
	return c.SetDeadline(c.deadline)
}

// request returns the bytes of a browser's request for path.
func request(path string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\n" +
		"Host: " + Host + "\r\n" +
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n" +
		"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n" +
		"Accept-Language: en-US,en;q=0.5\r\n" +
		"Cookie: sessionid=k2v9w0xq1m5c8z7t4r6p3n1b0h5g8f2d\r\n" +
		"\r\n")
}

// roundTrip sends a request and reads its response to the end.
func (c *connection) roundTrip(request []byte, want Question) error {
	if c.closing {
		if err := c.redial(); err != nil {
			return fmt.Errorf("connecting again: %w", err)
		}
	}
	if _, err := c.Write(request); err != nil {
		return fmt.Errorf("sending a request: %w", err)
	}
	got, err := readHead(c.reader)
	if err != nil {
		return fmt.Errorf("reading a response: %w", err)
	}
	if got.status != want.Status || got.length != want.Length {
		return fmt.Errorf("%s is answered with status %d and %d bytes, want %d and %d", want.Path, got.status, got.length, want.Status, want.Length)
	}
	if _, err := c.reader.Discard(got.length); err != nil {
		return fmt.Errorf("reading a response's body: %w", err)
	}
	c.closing = got.closing
	return nil
}

// head is what a client has to know of a response.
type head struct {
	status  int
	length  int // Content-Length, or -1 if there is none
	closing bool
}

// readHead reads up to the body of a response.
func readHead(r *bufio.Reader) (head, error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return head{}, err
	}
	_, rest, _ := bytes.Cut(line, []byte(" "))
	if len(rest) < 3 {
		return head{}, fmt.Errorf("%q is no status line", line)
	}
	h := head{length: -1}
	if h.status, err = strconv.Atoi(string(rest[:3])); err != nil {
		return head{}, fmt.Errorf("status line %q: %w", line, err)
	}
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return head{}, err
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			return h, nil
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		switch value = bytes.TrimSpace(value); {
		case bytes.EqualFold(name, []byte("content-length")):
			if h.length, err = strconv.Atoi(string(value)); err != nil {
				return head{}, fmt.Errorf("header %q: %w", line, err)
			}
		case bytes.EqualFold(name, []byte("connection")):
			h.closing = bytes.EqualFold(value, []byte("close"))
		}
	}
}
