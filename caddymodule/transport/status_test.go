package transport

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/exchange"
)

func TestAStatusThatNoClientCanBeSentIsAnError(t *testing.T) {
	for _, c := range []struct{ name, upgrade, response string }{
		{"below 100", "", "HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n"},
		{"0", "", "HTTP/1.1 000 Odd\r\n\r\n"},
		{"101 unasked", "", "HTTP/1.1 101 Switching Protocols\r\n\r\n"},
		{"101 to another protocol", "websocket", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"},
		{"101 to no protocol", "websocket", "HTTP/1.1 101 Switching Protocols\r\n\r\n"},
	} {
		for _, way := range []string{byNetHTTP, directly} {
			for _, body := range []string{"", "a=1"} {
				t.Run(c.name+", "+way+", "+body, func(t *testing.T) {
					l := listen(t, "tcp", func(conn net.Conn) {
						readRequest(conn)
						io.WriteString(conn, c.response)
					})
					r := request("POST", body)
					if c.upgrade != "" {
						r.Header.Set("Connection", "Upgrade")
						r.Header.Set("Upgrade", c.upgrade)
					}
					_, err := dialing(t, way, l).RoundTrip(r)
					if got := exchange.CauseOf(err); err == nil || got != exchange.CauseBadResponse {
						t.Errorf("%v: %s", err, got)
					}
				})
			}
		}
	}
}

// closing is a body that notes its end.
type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error {
	c.closed = true
	return nil
}

func TestARefusedResponseIsClosed(t *testing.T) {
	for status, want := range map[int]bool{99: true, 101: true, 200: false} {
		body := &closing{Reader: strings.NewReader("rest")}
		err := statusError(request("GET", ""), &http.Response{StatusCode: status, Body: body})
		if body.closed != want || (err != nil) != want {
			t.Errorf("%d: closed %v, %v", status, body.closed, err)
		}
	}
}
