package exchange

import "time"

// MarkSlow makes an exchange that did not fail one worth an event if its client
// waited for longer than limit until Django answered. To be called after Finish,
// when TimeToHeaders is known.
func (rec *Recorder) MarkSlow(limit time.Duration) {
	x := &rec.x
	if x.Outcome.Failed() || x.Logged || rec.waited() <= limit {
		return
	}
	x.Slow = true
	rec.keepEvidence()
}

// keepEvidence is for an exchange that did not fail, and is worth an event.
func (rec *Recorder) keepEvidence() {
	if rec.answered() {
		rec.x.Failure.ResponseHeader = rec.Header().Clone()
	}
	if rec.requested != nil {
		rec.x.Failure.RequestBody, rec.x.Failure.RequestBodyCut = rec.requested.take()
	}
}

// waited is how long the client waited for Django. How long it took to read an
// answer is its own affair, and so is all of what the gateway answers by itself.
func (rec *Recorder) waited() time.Duration {
	if rec.x.Outcome == Canceled && !rec.answered() {
		return rec.x.Duration
	}
	return rec.x.TimeToHeaders
}

// answered reports whether a response was begun. What Caddy writes when the
// client has left is none.
func (rec *Recorder) answered() bool {
	return rec.status != 0 && rec.status != statusClientClosedRequest
}
