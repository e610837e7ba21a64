package guard

import (
	"bufio"
	"io"
	"net"
	"net/http"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/probe"
)

// HideProbe calls next, and keeps from the client what only the gateway and the probe in Django may say to each other.
// A monitor in front does that already.
func HideProbe(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	if exchange.Recording(w) {
		return next.ServeHTTP(w, r)
	}
	h := &hiding{ResponseWriterWrapper: &caddyhttp.ResponseWriterWrapper{ResponseWriter: w}, upload: exchange.Receive(r)}
	if FullDuplex(r) {
		h.upload.Reading()
	}
	err := next.ServeHTTP(h, r)
	if !h.switched {
		h.upload.Settle(w)
	}
	probe.Remove(w.Header()) // trailers, and what nobody has sent yet
	return err
}

// hiding is a response without the probe's headers.
type hiding struct {
	*caddyhttp.ResponseWriterWrapper
	upload   *exchange.Upload
	begun    bool
	switched bool // to another protocol: the connection is no longer net/http's
}

// begin must run before the header is sent, by whatever sends it.
func (h *hiding) begin() {
	if !h.begun {
		h.begun = true
		h.upload.Settle(h.ResponseWriter)
		probe.Remove(h.Header())
	}
}

// WriteHeader implements http.ResponseWriter. Informational responses have headers, too.
func (h *hiding) WriteHeader(status int) {
	switch {
	case status == http.StatusSwitchingProtocols:
		h.begun, h.switched = true, true
	case status >= 200:
		h.begin()
	}
	probe.Remove(h.Header())
	h.ResponseWriter.WriteHeader(status)
}

// Hijack is what http.ResponseController calls for Hijack.
func (h *hiding) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	h.switched = h.switched || err == nil
	return conn, rw, err
}

// EnableFullDuplex is what http.ResponseController calls for EnableFullDuplex.
func (h *hiding) EnableFullDuplex() error {
	h.upload.Reading()
	return http.NewResponseController(h.ResponseWriter).EnableFullDuplex()
}

// FullDuplex reports whether the server of a request reads its body while it sends the response.
func FullDuplex(r *http.Request) bool {
	server, _ := r.Context().Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
	return server != nil && server.EnableFullDuplex
}

// Write implements http.ResponseWriter.
func (h *hiding) Write(p []byte) (int, error) {
	h.begin()
	return h.ResponseWriter.Write(p)
}

// ReadFrom implements io.ReaderFrom.
func (h *hiding) ReadFrom(src io.Reader) (int64, error) {
	h.begin()
	return h.ResponseWriterWrapper.ReadFrom(src)
}

// FlushError is what http.ResponseController calls for Flush.
func (h *hiding) FlushError() error {
	h.begin()
	return http.NewResponseController(h.ResponseWriter).Flush()
}
