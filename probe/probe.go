// Package probe is what the gateway and the probe, a Python package inside the workers of Django, say to each other: a
// header that asks, and headers of the response that answer. The answer belongs to one request, so that there is no
// second channel, and the client sees neither.
//
// What comes back is taken for hostile: whoever can write a response of Django's may have written it. Decoding is
// bounded in time and memory, and the worst of answers costs a counter.
package probe

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// The headers of the protocol. The first goes to Django, whose debug page hides values under a name with SIGNATURE. The
// others come back.
const (
	RequestHeader = "X-Django-Probe-Signature"
	AnswerHeader  = "X-Django-Probe"
	ReportHeader  = "X-Django-Probe-Report"
)

// version is what the gateway speaks.
const version = "2"

// Why an answer is of no use.
var (
	ErrInvalid = errors.New("the probe's answer is invalid")
	ErrForeign = errors.New("the probe's answer belongs to another request")
)

// VersionError is an answer by a probe with which the gateway has no version of the protocol in common.
type VersionError struct {
	Speaks string // the versions of the probe, separated by commas
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("the probe speaks version %s of the protocol, the gateway version %s", e.Speaks, version)
}

// ClockError is an answer by a probe that takes the request for a recorded one, because of its time.
type ClockError struct {
	Ahead time.Duration // how far the gateway's clock is ahead of that of Django's server
}

func (e *ClockError) Error() string {
	return fmt.Sprintf("the clock of Django's server differs by %v from the gateway's, more than the %v that the probe accepts", -e.Ahead, clockWindow)
}

// clockWindow is WINDOW of the probe.
const clockWindow = time.Minute

// Remove takes what only the gateway and the probe may say to each other out of a header, be it that of a request or of
// a response, announced or sent as a trailer.
func Remove(h http.Header) {
	for name := range h {
		if ours(name) || strings.HasPrefix(name, http.TrailerPrefix) && ours(name[len(http.TrailerPrefix):]) {
			delete(h, name)
		}
	}
	if announced, ok := h["Trailer"]; ok {
		removeAnnounced(h, announced)
	}
}

// ours reports whether a header is the protocol's. net/http writes names that are valid in one way only.
func ours(name string) bool {
	return len(name) >= len(AnswerHeader) && (name[0] == 'X' || name[0] == 'x') && strings.EqualFold(name[:len(AnswerHeader)], AnswerHeader)
}

// removeAnnounced leaves out the trailers that are not going to come.
func removeAnnounced(h http.Header, announced []string) {
	var left []string
	removed := false
	for _, list := range announced {
		for name := range strings.SplitSeq(list, ",") {
			if name = strings.TrimSpace(name); ours(name) {
				removed = true
			} else {
				left = append(left, name)
			}
		}
	}
	switch {
	case !removed:
	case len(left) == 0:
		delete(h, "Trailer")
	default:
		h["Trailer"] = []string{strings.Join(left, ", ")}
	}
}
