package exchange

import (
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
)

// Cause is why no answer came from Django.
type Cause string

// The causes before Django was reached, then those after.
const (
	CauseRefused       Cause = "refused"        // nobody listens on the address
	CauseSocketMissing Cause = "socket_missing" // no such Unix socket
	CauseUnresolvable  Cause = "unresolvable"   // the host has no address
	CauseDialTimeout   Cause = "dial_timeout"
	CauseTLS           Cause = "tls"
	CauseNoUpstream    Cause = "no_upstream" // every upstream is marked as down

	CauseTimeout     Cause = "timeout"      // no response headers in time
	CauseReset       Cause = "reset"        // connection reset before the headers
	CauseClosed      Cause = "closed"       // connection closed before the headers
	CauseIdleClosed  Cause = "idle_closed"  // an idle connection was closed while the request was sent over it
	CauseBadResponse Cause = "bad_response" // not HTTP
	CauseOther       Cause = "other"

	CauseResponseTooLarge Cause = "response_too_large" // more headers than the gateway takes
)

// Reached reports whether the request was handed to Django before it failed.
func (c Cause) Reached() bool {
	switch c {
	case CauseTimeout, CauseReset, CauseClosed, CauseIdleClosed, CauseBadResponse, CauseResponseTooLarge, CauseOther:
		return true
	default:
		return false
	}
}

// causeByMessage names what has no type to be recognised by: reverse_proxy hides
// the chain below its DialError, and net/http makes its protocol errors from
// text. The first that is part of the message counts.
var causeByMessage = []struct {
	part  string
	cause Cause
}{
	{"connect: connection refused", CauseRefused},
	{"connect: no such file or directory", CauseSocketMissing},
	{"no such host", CauseUnresolvable},
	{"server misbehaving", CauseUnresolvable},
	{"no upstreams available", CauseNoUpstream},
	{"tls: ", CauseTLS},
	{"x509: ", CauseTLS},
	{"malformed", CauseBadResponse},
	{"invalid status code", CauseBadResponse},
	{"server response headers exceeded", CauseResponseTooLarge},
	{"response header list larger than advertised limit", CauseResponseTooLarge}, // HTTP/2
	{"timeout awaiting response headers", CauseTimeout},
	{"server closed idle connection", CauseIdleClosed},
}

// CauseOf names the cause of an error that a proxy returned.
func CauseOf(err error) Cause {
	if err == nil {
		return CauseOther
	}
	message := err.Error()
	if strings.HasPrefix(message, "dial ") {
		for _, part := range []string{"i/o timeout", "deadline exceeded", "connection timed out"} {
			if strings.Contains(message, part) {
				return CauseDialTimeout
			}
		}
	}
	for _, known := range causeByMessage {
		if strings.Contains(message, known.part) {
			return known.cause
		}
	}
	timeout, ok := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return CauseReset
	case errors.Is(err, syscall.ETIMEDOUT):
		return CauseOther // the network's, and no time limit of anybody's
	case ok && timeout.Timeout():
		return CauseTimeout
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return CauseClosed
	default:
		return CauseOther
	}
}
