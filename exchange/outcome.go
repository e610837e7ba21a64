package exchange

import "net/http"

// Outcome is how an exchange ended. There is exactly one for each exchange, and
// what to count, to capture and to group by follows from it.
type Outcome uint8

const (
	// OK: an answer with a status below 500.
	OK Outcome = iota
	// AppError: Django answered with a status of 500 or above.
	AppError
	// GatewayError: there was no answer from Django, the handlers behind
	// returned an error.
	GatewayError
	// Truncated: the response began and Django did not finish it.
	Truncated
	// Panicked: a handler behind panicked.
	Panicked
	// Canceled: the client left first.
	Canceled
	// Streamed: a WebSocket or server-sent events. They last as long as the
	// client likes, so they are counted and not timed.
	Streamed

	outcomes
)

var outcomeNames = [outcomes]string{
	OK:           "ok",
	AppError:     "app_error",
	GatewayError: "gateway_error",
	Truncated:    "truncated",
	Panicked:     "panicked",
	Canceled:     "canceled",
	Streamed:     "streamed",
}

// String returns the name under which o appears in metrics and events.
func (o Outcome) String() string { return outcomeNames[o] }

// Failed reports whether o is worth an error event.
func (o Outcome) Failed() bool {
	return o == AppError || o == GatewayError || o == Truncated || o == Panicked
}

// Timed reports whether the duration of the exchange says something about the
// view that answered it.
func (o Outcome) Timed() bool { return o != Streamed }

// Outcomes lists every outcome.
func Outcomes() []Outcome {
	all := make([]Outcome, outcomes)
	for i := range all {
		all[i] = Outcome(i)
	}
	return all
}

// statusClientClosedRequest is nginx's status for a client that left before it
// was answered; Caddy uses it as well.
const statusClientClosedRequest = 499

// outcome decides how an exchange ended from what the recorder saw and what the
// handlers returned. status is the one sent, or 0 if no response was started.
func (rec *Recorder) outcome(end End) Outcome {
	started := rec.status != 0
	switch {
	case end.Panic != nil && end.Panic != http.ErrAbortHandler:
		return Panicked
	case rec.clientFailed || rec.status == statusClientClosedRequest || end.Status == statusClientClosedRequest:
		return rec.leftEarly()
	case end.Panic != nil, started && end.Err != nil, rec.sourceFailed:
		// The connection is gone in all three: whoever was first to leave
		// decides whether somebody needs to look at it.
		if end.ClientGone {
			return rec.leftEarly()
		}
		return Truncated
	case end.Err != nil && end.ClientGone:
		return Canceled
	case end.Err != nil && end.Status >= 500:
		return GatewayError
	case !started && end.Err == nil && end.ClientGone:
		return Canceled
	case rec.upgraded || rec.eventStream && rec.status < 500:
		return Streamed
	case rec.status >= 500:
		return AppError
	default:
		return OK
	}
}

// leftEarly is the outcome when the client is the one that ended it, which is
// how every stream ends. A failure of Django's is one, whoever stays to read it.
func (rec *Recorder) leftEarly() Outcome {
	if rec.status >= 500 {
		return AppError
	}
	if rec.upgraded || rec.eventStream {
		return Streamed
	}
	return Canceled
}
