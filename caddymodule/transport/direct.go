package transport

import (
	"net/http"
	"slices"

	"github.com/caddyserver/caddy/v2"

	"github.com/caddy-django/gateway/roundtrip"
)

// Provision implements caddy.Provisioner.
func (t *Transport) Provision(ctx caddy.Context) error {
	if err := t.HTTPTransport.Provision(ctx); err != nil {
		return err
	}
	direct := t.plain()
	if err := t.useOnce(ctx); err != nil {
		return err
	}
	if direct {
		t.direct = &roundtrip.Transport{
			DialContext:            t.Transport.DialContext,
			ResponseHeaderTimeout:  t.Transport.ResponseHeaderTimeout,
			MaxResponseHeaderBytes: t.Transport.MaxResponseHeaderBytes,
			IdleConnTimeout:        t.Transport.IdleConnTimeout,
			MaxIdleConnsPerHost:    t.Transport.MaxIdleConnsPerHost,
			ReadBufferSize:         t.Transport.ReadBufferSize,
			WriteBufferSize:        t.Transport.WriteBufferSize,
		}
	}
	return nil
}

// plain reports whether no option asks for what only net/http does.
func (t *Transport) plain() bool {
	return t.TLS == nil && slices.Contains(t.Versions, "1.1") && !slices.Contains(t.Versions, "h2c") &&
		t.Transport.DisableCompression && !t.Transport.DisableKeepAlives &&
		t.MaxConnsPerHost == 0 && t.KeepAlive.MaxIdleConns == 0 &&
		t.ReadTimeout == 0 && t.WriteTimeout == 0 && t.ProxyProtocol == ""
}

func (t *Transport) roundTrip(req *http.Request) (*http.Response, error) {
	if t.direct == nil || !roundtrip.Takes(req) {
		return t.byNetHTTP(req)
	}
	t.SetScheme(req)
	if req.URL.Scheme != "http" {
		return t.byNetHTTP(req)
	}
	if proxy, err := t.Transport.Proxy(req); proxy != nil || err != nil {
		return t.byNetHTTP(req)
	}
	return t.direct.RoundTrip(req)
}

// Cleanup implements caddy.CleanerUpper.
func (t *Transport) Cleanup() error {
	if t.direct != nil {
		t.direct.CloseIdleConnections()
	}
	if t.multiplexing != nil {
		t.multiplexing.CloseIdleConnections()
	}
	return t.HTTPTransport.Cleanup()
}
