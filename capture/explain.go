package capture

import (
	"strings"

	"github.com/getsentry/sentry-go"

	"github.com/caddy-django/gateway/evidence"
)

// Explanation says what an event would hold of a response's body.
type Explanation struct {
	IsText       bool // of anything else nothing is kept
	Text         string
	Replacements []Replacement // in the order of the text

	Source     evidence.Source    // what the body is; empty if that is not known
	Title      string             // of the event
	Exceptions []sentry.Exception // oldest first, as events have them
}

// Explain scrubs a body as the worker does, and says what it has taken out. cut
// says that the body goes on.
func (s *Scrubber) Explain(contentType string, body []byte, cut bool) Explanation {
	f := formatOf(contentType, body)
	if f == formatBinary {
		return Explanation{}
	}
	body = []byte(strings.Map(withoutMarks, string(trimPartialRune(body))))
	audited := *s
	audited.audit = new(audit)
	e := Explanation{IsText: true}
	e.Text, e.Replacements = audited.audit.settle(audited.body(body, f))
	body = s.withoutKeys(body)
	e.Title = clip(messageOf(s, evidence.Glance(contentType, body, cut)).summary, maxTitle)
	if said := evidence.Read(contentType, body, cut); said != nil {
		e.Source, e.Exceptions = said.Source, s.python(said)
	}
	return e
}

// withoutMarks keeps characters that would be taken for marks out of a text. They
// stand for nothing but what a font makes of them.
func withoutMarks(r rune) rune {
	if firstMark <= r && r <= lastMark {
		return '?'
	}
	return r
}
