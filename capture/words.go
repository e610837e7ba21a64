package capture

import (
	"cmp"
	"fmt"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/caddy-django/gateway/exchange"
)

// sentence says in words what happened to one request, with its numbers, which a
// title leaves out. Empty where what the failure says of itself tells more, and
// in an outage, which describes itself. server is what the server behind the
// upstream calls itself, if that is known.
func sentence(x *exchange.Exchange, kind Kind, said message, server string) string {
	who := cmp.Or(server, x.Failure.Upstream, "the upstream")
	request := exchange.MethodLabel(x.Method) + " " + x.Route
	took := seconds(x.Duration)
	if n := x.Failure.Retries; n > 0 {
		took += fmt.Sprintf(" in %d tries", n+1)
	}
	switch {
	case uncaught(x, said):
		why := "an exception that Django did not catch"
		if kind == KindWorkerTimeout {
			why = "its worker ran out of time, or raised " + why
		}
		return fmt.Sprintf("gunicorn answered %s with its own error page after %s: %s", request, seconds(answeredAfter(x)), why)
	case x.Failure.Cause == exchange.CauseIdleClosed:
		return fmt.Sprintf("%s closed an idle connection while %s was sent over it", who, request)
	}
	switch kind {
	case KindWorkerKilled:
		verb := "closed"
		if x.Failure.Cause == exchange.CauseReset {
			verb = "reset"
		}
		return fmt.Sprintf("%s %s the connection after %s without answering %s", who, verb, took, request)
	case KindWorkerTimeout:
		return fmt.Sprintf("%s did not answer %s within %s: the gateway's time limit", who, request, took)
	case KindBadResponse:
		return fmt.Sprintf("%s sent something that is not HTTP in answer to %s, after %s", who, request, took)
	case KindResponseTooLarge:
		return fmt.Sprintf("%s answered %s with more headers than the gateway takes, after %s", who, request, took)
	case KindGatewayError:
		return fmt.Sprintf("the gateway answered %s with %d after %s", request, x.Status, took)
	case KindTruncated:
		return fmt.Sprintf("the response to %s stopped after %s, %s after the request", request, received(x), took)
	case KindNPlusOne:
		return fmt.Sprintf("one statement ran %s times for %s: %s", humanize.Comma(int64(x.Probe.Answer.Repeated)), request, said.summary)
	case KindSlow:
		return slowness(x, request)
	default:
		return ""
	}
}

// slowness says how long a slow request took.
func slowness(x *exchange.Exchange, request string) string {
	first := seconds(x.TimeToHeaders)
	switch {
	case x.TimeToHeaders == 0:
		return fmt.Sprintf("the client of %s left after %s without an answer", request, seconds(x.Duration))
	case x.Outcome == exchange.Canceled:
		return fmt.Sprintf("%s took %s until the first byte, and its client left after %s", request, first, seconds(x.Duration))
	case x.Outcome == exchange.Streamed:
		return fmt.Sprintf("%s took %s until the first byte", request, first)
	default:
		return fmt.Sprintf("%s took %s, of which %s until the first byte", request, seconds(x.Duration), first)
	}
}

// received is how much came of a response, and of how much if that was announced.
func received(x *exchange.Exchange) string {
	size := humanize.Bytes(uint64(max(x.ResponseBytes, 0)))
	if x.Failure.ResponseLength > 0 {
		size += " of " + humanize.Bytes(uint64(x.Failure.ResponseLength))
	}
	return size
}

// seconds writes a duration as precisely as one cares to read it.
func seconds(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
