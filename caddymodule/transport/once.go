package transport

import (
	"net/http"
	"slices"

	"github.com/caddyserver/caddy/v2"
)

// useOnce makes net/http use each HTTP/1.1 connection for one request. It gives a connection to the next request as soon
// as it believes the response to be over, which after HEAD, 204 or 304 is at once, and looks for what the server sends
// after that only later: the next client may get it. Connections over HTTP/2 and HTTP/3 have no such doubts.
func (t *Transport) useOnce(ctx caddy.Context) (err error) {
	switch {
	case slices.Contains(t.Versions, "h2c"), slices.Contains(t.Versions, "3"):
		return nil
	case t.TLS != nil && slices.Contains(t.Versions, "2"):
		t.multiplexing, err = t.NewTransport(ctx)
	}
	t.Transport.DisableKeepAlives = true
	return err
}

// byNetHTTP sends a request on a connection of its own, or over HTTP/2 if the server has chosen that before.
func (t *Transport) byNetHTTP(req *http.Request) (*http.Response, error) {
	if t.multiplexing == nil {
		return t.HTTPTransport.RoundTrip(req)
	}
	t.SetScheme(req)
	if req.URL.Scheme != "https" || len(req.Header["Upgrade"]) > 0 { // which takes HTTP/1.1
		return t.HTTPTransport.RoundTrip(req)
	}
	way := t.Transport
	if t.http2.Load() {
		way = t.multiplexing
	}
	resp, err := way.RoundTrip(req)
	if err == nil && t.http2.Swap(resp.ProtoMajor == 2) && resp.ProtoMajor != 2 {
		t.multiplexing.CloseIdleConnections()
	}
	return resp, err
}
