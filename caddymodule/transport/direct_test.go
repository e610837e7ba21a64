package transport

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"

	"github.com/caddyserver/caddy/v2"
)

// loaded returns a transport with a configuration, in JSON.
func loaded(t *testing.T, config string) *Transport {
	t.Helper()
	module := (*Transport)(nil).CaddyModule().New().(*Transport)
	if err := json.Unmarshal([]byte(config), module); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := caddy.NewContext(caddy.Context{Context: context.Background()})
	t.Cleanup(cancel)
	if err := module.Provision(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { module.Cleanup() })
	return module
}

func TestOptionsOfConnectionsAreLeftToNetHTTP(t *testing.T) {
	for config, direct := range map[string]bool{
		`{"compression": false}`: true,
		`{"compression": false, "response_header_timeout": 1000000000, "keep_alive": {"idle_timeout": 1000000000}, "read_buffer_size": 2048}`: true,
		`{}`:                                false, // net/http asks for gzip, and undoes it
		`{"compression": true}`:             false,
		`{"compression": false, "tls": {}}`: false,
		`{"compression": false, "versions": ["h2c", "2"]}`:            false,
		`{"compression": false, "versions": ["2"]}`:                   false,
		`{"compression": false, "keep_alive": {"enabled": false}}`:    false,
		`{"compression": false, "keep_alive": {"max_idle_conns": 5}}`: false,
		`{"compression": false, "max_conns_per_host": 5}`:             false,
		`{"compression": false, "read_timeout": 1000000000}`:          false,
		`{"compression": false, "write_timeout": 1000000000}`:         false,
		`{"compression": false, "proxy_protocol": "v1"}`:              false,
	} {
		t.Run(config, func(t *testing.T) {
			if got := loaded(t, config).direct != nil; got != direct {
				t.Errorf("without net/http: %v", got)
			}
		})
	}
}

func TestWhichWayARequestGoes(t *testing.T) {
	l := listen(t, "unix", func(conn net.Conn) {
		readRequest(conn)
		io.WriteString(conn, "HTTP/1.1 204 No Content\r\n\r\n")
	})
	for _, c := range []struct {
		name   string
		method string
		body   string
		change func(*Transport, *http.Request)
		direct bool
	}{
		{name: "a GET", method: "GET", direct: true},
		{name: "a POST without a body", method: "POST", direct: true},
		{name: "a POST", method: "POST", body: "a=1"},
		{name: "a WebSocket", method: "GET", change: func(_ *Transport, r *http.Request) { r.Header.Set("Upgrade", "websocket") }},
		{name: "https", method: "GET", change: func(_ *Transport, r *http.Request) { r.URL.Scheme = "https" }},
		{name: "a GET by another proxy", method: "GET", change: func(m *Transport, _ *http.Request) {
			m.Transport.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy.example.com"})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			module, direct := loaded(t, directly), false
			module.Transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, "unix", l.Addr().String())
			}
			module.direct.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
				direct = true
				return module.Transport.DialContext(ctx, network, addr)
			}
			req := request(c.method, c.body)
			if c.change != nil {
				c.change(module, req)
			}
			if resp, err := module.RoundTrip(req); err == nil {
				resp.Body.Close()
			}
			if direct != c.direct {
				t.Errorf("without net/http: %v", direct)
			}
		})
	}
}
