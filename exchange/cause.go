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
	CauseBadResponse Cause = "bad_response" // not HTTP
	CauseOther       Cause = "other"
)

// Reached reports whether the request was handed to Django before it failed.
func (c Cause) Reached() bool {
	switch c {
	case CauseTimeout, CauseReset, CauseClosed, CauseBadResponse, CauseOther:
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
	{"server response headers exceeded", CauseBadResponse},
	{"timeout awaiting response headers", CauseTimeout},
	{"server closed idle connection", CauseClosed},
}

// CauseOf names the cause of an error that a proxy returned.
func CauseOf(err error) Cause {
	if err == nil {
		return CauseOther
	}
	message := err.Error()
	if strings.HasPrefix(message, "dial ") && (strings.Contains(message, "i/o timeout") || strings.Contains(message, "deadline exceeded")) {
		return CauseDialTimeout
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
	case ok && timeout.Timeout():
		return CauseTimeout
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return CauseClosed
	default:
		return CauseOther
	}
}
