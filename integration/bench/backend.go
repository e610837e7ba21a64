package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// bodySize of every response, in bytes. Successes are as long as failures, so
// that the two differ in nothing but their status.
const bodySize = 256

// page is Django's answer to a failed request (views/defaults.py, server_error),
// filled up to bodySize.
var page = func() string {
	html := `<!doctype html>
<html lang="en">
<head>
  <title>Server Error (500)</title>
</head>
<body>
  <h1>Server Error (500)</h1><p></p>
</body>
</html>
`
	return html + strings.Repeat(" ", bodySize-len(html))
}()

// startBackend stands in for Django: it answers each request with the same
// response, as fast as it can, and keeps connections alive.
func startBackend(status int) (net.Listener, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("starting the backend: %w", err)
	}
	response := []byte(djangoResponse(status))
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // closed
			}
			go answer(conn, response)
		}
	}()
	return listener, nil
}

// djangoResponse has the headers of gunicorn and Django's default middleware.
func djangoResponse(status int) string {
	return fmt.Sprintf("HTTP/1.1 %d %s\r\n", status, http.StatusText(status)) +
		"Server: gunicorn\r\n" +
		"Date: " + time.Now().UTC().Format(http.TimeFormat) + "\r\n" +
		"Connection: keep-alive\r\n" +
		"Content-Type: text/html; charset=utf-8\r\n" +
		"X-Frame-Options: DENY\r\n" +
		fmt.Sprintf("Content-Length: %d\r\n", len(page)) +
		"X-Content-Type-Options: nosniff\r\n" +
		"Referrer-Policy: same-origin\r\n" +
		"Cross-Origin-Opener-Policy: same-origin\r\n" +
		"\r\n" + page
}

// answer writes the response for each head it reads; requests have no body.
func answer(conn net.Conn, response []byte) {
	defer conn.Close()
	reader := bufio.NewReader(conn)
	for {
		line, err := reader.ReadSlice('\n')
		if err != nil {
			return
		}
		if !bytes.Equal(line, []byte("\r\n")) {
			continue
		}
		if _, err := conn.Write(response); err != nil {
			return
		}
	}
}
