package capture

import (
	"net/http"
	"time"

	"github.com/caddy-django/gateway/evidence"
	"github.com/caddy-django/gateway/exchange"
)

// Kind is what happened, as a person tells it apart: the tag kind of an event,
// and the kind of an issue. It is finer than the outcome, which is what metrics
// count.
type Kind string

const (
	KindAppError Kind = "app_error" // Django answered with a status of 500 or above

	KindWorkerKilled  Kind = "worker_killed"  // the connection ended before the headers
	KindWorkerTimeout Kind = "worker_timeout" // a time limit ran out, the gateway's or gunicorn's

	KindRefused       Kind = "refused"
	KindSocketMissing Kind = "socket_missing"
	KindUnresolvable  Kind = "unresolvable"
	KindDialTimeout   Kind = "dial_timeout"
	KindTLS           Kind = "tls"
	KindNoUpstream    Kind = "no_upstream"
	// KindUnreachable is an outage, whose cause changes while it lasts: a kind of
	// issues, not of events.
	KindUnreachable Kind = "unreachable"

	KindBadResponse      Kind = "bad_response"
	KindResponseTooLarge Kind = "response_too_large"
	KindGatewayError     Kind = "gateway_error" // no answer, for any other reason
	KindTruncated        Kind = "truncated"
	KindPanicked         Kind = "panicked"
	KindSlow             Kind = "slow" // not a failure, and neither are the next

	KindLogged   Kind = "logged_error" // logged, with a traceback or without
	KindNPlusOne Kind = "n_plus_one"   // one statement, many times
	KindNoise    Kind = "noise"        // whatever happened, the client is the one who caused it
)

var kindByCause = map[exchange.Cause]Kind{
	exchange.CauseRefused:          KindRefused,
	exchange.CauseSocketMissing:    KindSocketMissing,
	exchange.CauseUnresolvable:     KindUnresolvable,
	exchange.CauseDialTimeout:      KindDialTimeout,
	exchange.CauseTLS:              KindTLS,
	exchange.CauseNoUpstream:       KindNoUpstream,
	exchange.CauseTimeout:          KindWorkerTimeout,
	exchange.CauseReset:            KindWorkerKilled,
	exchange.CauseClosed:           KindWorkerKilled,
	exchange.CauseIdleClosed:       KindGatewayError,
	exchange.CauseBadResponse:      KindBadResponse,
	exchange.CauseResponseTooLarge: KindResponseTooLarge,
	exchange.CauseOther:            KindGatewayError,
}

var kindByOutcome = map[exchange.Outcome]Kind{
	exchange.AppError:     KindAppError,
	exchange.GatewayError: KindGatewayError,
	exchange.Truncated:    KindTruncated,
	exchange.Panicked:     KindPanicked,
}

// kindOf decides what happened. said is what the response says of itself.
func kindOf(x *exchange.Exchange, said message) Kind {
	switch {
	case x.Logged:
		return KindLogged
	case x.Slow:
		return KindSlow
	case x.Repeating:
		return KindNPlusOne
	case uncaught(x, said) && answeredAfter(x) >= shortestTimeout:
		return KindWorkerTimeout
	}
	if kind, ok := kindByCause[x.Failure.Cause]; ok {
		return kind
	}
	return kindByOutcome[x.Outcome]
}

// shortestTimeout is the least that gunicorn's --timeout can be: whole seconds,
// and 0 is none.
const shortestTimeout = time.Second

// uncaught reports whether gunicorn itself answered 500, because an exception
// left Django's handler. Since version 22 that is also how it answers for a
// worker that it aborts when its time is up (gunicorn/workers/base.py,
// handle_abort); nothing but the time tells one from the other.
func uncaught(x *exchange.Exchange, said message) bool {
	return x.Outcome == exchange.AppError && x.Status == http.StatusInternalServerError && said.source == evidence.Gunicorn
}

// answeredAfter is how long it took until the answer began or, without one, until
// the exchange ended.
func answeredAfter(x *exchange.Exchange) time.Duration {
	if x.TimeToHeaders > 0 {
		return x.TimeToHeaders
	}
	return x.Duration
}
