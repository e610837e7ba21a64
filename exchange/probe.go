package exchange

import (
	"time"

	"github.com/caddy-django/gateway/probe"
)

// ProbeResult is what came of asking the probe in Django.
type ProbeResult uint8

const (
	ProbeNotAsked ProbeResult = iota // nobody wants to know, or Django did not answer at all
	ProbeOK
	ProbeNone    // Django has answered, the probe has not
	ProbeInvalid // what it answered is not of the protocol
	ProbeForeign // it answered another request
	ProbeVersion // it speaks no version of the protocol that the gateway does
	ProbeClock   // its clock differs from the gateway's

	probeResults
)

var probeResultNames = [probeResults]string{"", "ok", "none", "invalid", "foreign", "version", "clock"}

// String returns the name under which r appears in metrics; empty if there was no question.
func (r ProbeResult) String() string { return probeResultNames[r] }

// ProbeResults lists what can come of a question.
func ProbeResults() []ProbeResult {
	return []ProbeResult{ProbeOK, ProbeNone, ProbeInvalid, ProbeForeign, ProbeVersion, ProbeClock}
}

// Probe is what the probe in Django told of an exchange.
type Probe struct {
	Result   ProbeResult
	Err      error        // says why the answer is of no use
	Answer   probe.Answer // zero unless Result is ProbeOK
	Upstream string       // whose answer it is, or would have been; empty if the request went to nobody who can be asked
	Answered time.Time    // when it came: before the response has ended

	// Report is what the probe tells when something broke, in the lines that
	// [probe.ReadReport] reads. An observer may keep them.
	Report []string

	// RouteDisagrees tells that the URLconf has another route for the path.
	RouteDisagrees bool
}

// Ask has the exchange ask the probe. The trip is for whoever sends the request to
// Django; it must not be used when the recorder is released.
func (rec *Recorder) Ask(q *probe.Question) *probe.Trip {
	rec.trip.Begin(q)
	return &rec.trip
}

// finishProbe reads the answer.
func (rec *Recorder) finishProbe() {
	p := &rec.x.Probe
	p.Upstream = rec.trip.Upstream
	if !rec.trip.Sent() {
		return
	}
	p.Answered = rec.trip.Came()
	answered, err := rec.trip.Answer(&p.Answer)
	p.Result, p.Err = probeResult(answered, err), err
	if p.Result != ProbeOK {
		return
	}
	if p.Report = rec.trip.Report(); len(p.Report) > 0 && !rec.x.Outcome.Failed() {
		rec.x.Logged = true
		rec.keepEvidence()
	}
}

func probeResult(answered bool, err error) ProbeResult {
	if err == nil {
		if answered {
			return ProbeOK
		}
		return ProbeNone
	}
	if err == probe.ErrForeign {
		return ProbeForeign
	}
	if _, ok := err.(*probe.VersionError); ok {
		return ProbeVersion
	}
	if _, ok := err.(*probe.ClockError); ok {
		return ProbeClock
	}
	return ProbeInvalid
}

// MarkRepeating makes an exchange that did not fail one worth an event if Django
// ran one statement at least so often for it. To be called after Finish.
func (rec *Recorder) MarkRepeating(limit int) {
	x := &rec.x
	if limit == 0 || x.Outcome.Failed() || x.Slow || x.Logged || x.Probe.Answer.Repeated < limit {
		return
	}
	x.Repeating = true
	rec.keepEvidence()
}
