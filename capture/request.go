package capture

import (
	"strings"

	"github.com/getsentry/sentry-go"
)

// requestOf returns what is told of the request of f, scrubbed.
func requestOf(f *failure) sentry.Request {
	x, opts := &f.x, f.site.opts
	address, query, _ := strings.Cut(opts.Scrubber.url(x.Failure.Scheme+"://"+f.host+f.mask.text(x.Failure.URL)), "?")
	headers := opts.Scrubber.header(f.requestHeader)
	opts.User.hide(headers)
	return sentry.Request{
		URL:         clip(address, maxText),
		Method:      clip(x.Method, maxTag),
		QueryString: clip(query, maxText),
		Headers:     headers,
		Env:         environ(f),
	}
}

// requestID is the id of the request of f, which the client may have chosen.
func requestID(f *failure) string {
	return clip(f.site.opts.Scrubber.text(f.mask.text(f.x.Failure.RequestID)), maxTag)
}

// clientIP is the address of the visitor, if events may name it.
func clientIP(f *failure) string {
	if !f.site.opts.SendDefaultPII {
		return ""
	}
	return f.x.Failure.ClientIP
}

// environ is the part of the WSGI environment that receivers look at.
func environ(f *failure) map[string]string {
	if address := clientIP(f); address != "" {
		return map[string]string{"REMOTE_ADDR": address}
	}
	return nil
}
