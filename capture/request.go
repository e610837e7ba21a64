package capture

import (
	"strings"

	"github.com/getsentry/sentry-go"

	"github.com/caddy-django/gateway/exchange"
)

// requestOf returns what is told of the request of f, scrubbed. It must come
// first: it hides in f, too, what others tell of the request.
func requestOf(f *failure) sentry.Request {
	x, opts := &f.x, f.site.opts
	scrub := opts.Scrubber
	address, query, _ := strings.Cut(scrub.url(x.Failure.Scheme+"://"+f.host+x.Failure.URL), "?")
	x.Failure.RequestID = scrub.text(x.Failure.RequestID) // the client may have chosen it
	headers := scrub.header(f.requestHeader)
	opts.User.hide(headers)
	if !opts.SendDefaultPII {
		hideAddress(headers, x.Failure.ClientIP)
		x.Failure.ClientIP = ""
	}
	return sentry.Request{
		URL:         clip(address, maxText),
		Method:      clip(x.Method, maxTag),
		QueryString: clip(query, maxText),
		Headers:     headers,
		Env:         environ(x),
	}
}

// environ is the part of the WSGI environment that receivers look at.
func environ(x *exchange.Exchange) map[string]string {
	if x.Failure.ClientIP == "" {
		return nil
	}
	return map[string]string{"REMOTE_ADDR": x.Failure.ClientIP}
}
