package exchange

import (
	"errors"
	"fmt"
	"net/http"

	"golang.org/x/net/http/httpguts"
)

// ErrUnaskedSwitch is the error of a server that leaves HTTP although the request did not ask for that.
var ErrUnaskedSwitch = errors.New("malformed response: the server switched protocols unasked")

// StatusError returns why no client can be sent a status: net/http's WriteHeader panics on a number that is none, and
// takes 101 for the end of HTTP on the connection. It returns nil for all others. request is the header of the request.
func StatusError(request http.Header, status int) error {
	switch {
	case status < 100 || status > 999:
		return fmt.Errorf("malformed response: invalid status code %03d", status)
	case status == http.StatusSwitchingProtocols && !asksToSwitch(request):
		return ErrUnaskedSwitch
	}
	return nil
}

func asksToSwitch(h http.Header) bool {
	return len(h["Upgrade"]) > 0 && httpguts.HeaderValuesContainsToken(h["Connection"], "Upgrade")
}

// refuse keeps a status from the client that cannot be sent, and all that follows it.
func (rec *Recorder) refuse(status int) bool {
	if rec.refused == nil && rec.status == 0 {
		rec.refused = StatusError(rec.x.Request.Header, status)
		if status == http.StatusSwitchingProtocols && rec.x.Request.ProtoMajor != 1 {
			rec.refused = ErrUnaskedSwitch // HTTP/2 knows no 101
		}
	}
	return rec.refused != nil
}

// Refused returns why the response was kept from the client, who can still be sent another, or nil. Nothing of the
// refused one is left in the headers.
func (rec *Recorder) Refused() error {
	if rec.refused != nil {
		Withdraw(rec.Header())
	}
	return rec.refused
}

// Withdraw removes what describes a response that is not sent, and leaves what its site says with all of them.
func Withdraw(h http.Header) {
	for _, name := range ofOneResponse {
		delete(h, name)
	}
	for name := range h {
		if len(name) > len(http.TrailerPrefix) && name[:len(http.TrailerPrefix)] == http.TrailerPrefix {
			delete(h, name)
		}
	}
}

var ofOneResponse = []string{
	"Accept-Ranges", "Age", "Allow", "Cache-Control", "Connection", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length",
	"Content-Location", "Content-Range", "Content-Type", "Etag", "Expires", "Keep-Alive", "Last-Modified", "Link", "Location", "Pragma",
	"Refresh", "Retry-After", "Set-Cookie", "Trailer", "Transfer-Encoding", "Upgrade", "Vary", "Www-Authenticate",
}
