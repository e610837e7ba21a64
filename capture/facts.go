package capture

import (
	"regexp"
	"strings"

	"github.com/caddy-django/gateway/exchange"
)

// facts are what conditions look at.
type facts struct {
	x         *exchange.Exchange
	userAgent string

	// What the worker finds out.
	exception string // its type; empty if the response names none
	message   string // scrubbed
	bot       bool
}

// factsOf collects what is known of a failure when its page has been read.
func factsOf(f *failure, said message) *facts {
	e := &facts{x: &f.x, userAgent: f.requestHeader.Get("User-Agent"), bot: f.bot}
	e.exception, e.message = thrown(said.summary)
	return e
}

var exceptionClass = regexp.MustCompile(`^(?:\w+\.)*[A-Z]\w*$`)

// thrown splits the summary of a page into the type of an exception and its
// message. The type is empty if the page names none.
func thrown(summary string) (exception, message string) {
	name, rest, _ := strings.Cut(summary, ": ")
	if !exceptionClass.MatchString(name) {
		return "", summary
	}
	return name, rest
}
