package caddymodule

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/exchange"
)

func TestARefusedWebSocketTeachesNoRoute(t *testing.T) {
	address := backend(t, func(conn net.Conn, head *http.Request) {
		switch {
		case strings.HasPrefix(head.URL.Path, "/ws/chat/"):
			io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		case strings.HasPrefix(head.URL.Path, "/page/"):
			io.WriteString(conn, "HTTP/1.1 500 No\r\nContent-Length: 4\r\nConnection: close\r\n\r\nboom")
		default:
			io.WriteString(conn, "HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		}
	})
	g := startGateway(t, "", "reverse_proxy "+address)
	request := func(path, headers string) {
		conn := g.dial(g.monitored)
		defer conn.Close()
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", path, g.monitored, headers)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, resp.Body)
	}
	for i, upgrade := range []string{"websocket", "WebSocket", "h2c, websocket"} {
		request(fmt.Sprintf("/ws/scan%s/x%d/", strings.Repeat("a", i), i), "Connection: Upgrade\r\nUpgrade: "+upgrade+"\r\n")
	}
	request("/page/", "")
	routes := make(map[string]int)
	for _, e := range g.events(4) {
		routes[e.Tags["http.route"]]++
	}
	if routes["_unmatched"] != 3 || routes["/page/"] != 1 {
		t.Errorf("the routes are %v", routes)
	}
}

func TestWhatOpensAWebSocket(t *testing.T) {
	for _, c := range []struct {
		name, method string
		header       http.Header
		status, want int
	}{
		{"refused", "GET", http.Header{"Upgrade": {"websocket"}}, 500, 404},
		{"refused over HTTP/2", "CONNECT", http.Header{":protocol": {"websocket"}}, 500, 404},
		{"refused by permission", "GET", http.Header{"Upgrade": {"websocket"}}, 403, 404},
		{"opened", "GET", http.Header{"Upgrade": {"websocket"}}, 101, 101},
		{"opened over HTTP/2", "CONNECT", http.Header{":protocol": {"websocket"}}, 200, 200},
		{"another upgrade", "GET", http.Header{"Upgrade": {"h2c"}}, 500, 500},
		{"none", "GET", http.Header{}, 500, 500},
		{"a tunnel", "CONNECT", http.Header{}, 500, 500},
	} {
		x := &exchange.Exchange{Request: &http.Request{Method: c.method, Header: c.header}, Status: c.status}
		if got := routeStatus(x); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}
