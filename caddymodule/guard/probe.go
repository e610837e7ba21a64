package guard

import (
	"io"
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
	h := &hiding{ResponseWriterWrapper: &caddyhttp.ResponseWriterWrapper{ResponseWriter: w}}
	err := next.ServeHTTP(h, r)
	probe.Remove(w.Header()) // trailers, and what nobody has sent yet
	return err
}

// hiding is a response without the probe's headers.
type hiding struct {
	*caddyhttp.ResponseWriterWrapper
	begun bool
}

// begin must run before the header is sent, by whatever sends it.
func (h *hiding) begin() {
	if !h.begun {
		h.begun = true
		probe.Remove(h.Header())
	}
}

// WriteHeader implements http.ResponseWriter. Informational responses have headers, too.
func (h *hiding) WriteHeader(status int) {
	probe.Remove(h.Header())
	h.begun = h.begun || status >= 200 || status == http.StatusSwitchingProtocols
	h.ResponseWriter.WriteHeader(status)
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
