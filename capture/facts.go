package capture

import "github.com/caddy-django/gateway/exchange"

// facts are what conditions look at.
type facts struct {
	x         *exchange.Exchange
	userAgent string
	mask      *mask

	// What the worker finds out.
	exception string // its type; empty if the response names none
	message   string // scrubbed
	bot       bool
}

// factsOf collects what is known of a failure when its page has been read.
func factsOf(f *failure, said message) *facts {
	return &facts{
		x: &f.x, userAgent: f.requestHeader.Get("User-Agent"), mask: f.mask, bot: f.bot,
		exception: said.exception, message: said.value,
	}
}
