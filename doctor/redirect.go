package doctor

import (
	"context"
	"fmt"
	"net/http"
)

const (
	fixProxyHeader = `set SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") in the settings; if another proxy is in front of Caddy, name it in trusted_proxies`
	maxRedirects   = 10
)

// checkRedirects finds the loop that SECURE_SSL_REDIRECT makes of a site whose Django
// does not know of HTTPS. The settings alone do not tell: gunicorn and uvicorn say so
// themselves to what they trust, which is a unix socket and this machine.
func checkRedirects(ctx context.Context, s *Setup) Check {
	if s.URL == nil && s.Project != nil && s.Project.SecureSSLRedirect && len(s.Project.SecureProxySSLHeader) == 0 {
		return warn("SECURE_SSL_REDIRECT is on without SECURE_PROXY_SSL_HEADER: unless its server tells Django of HTTPS, every request is redirected to itself", fixProxyHeader)
	}
	if s.URL == nil {
		return skipped(needsURL)
	}
	if _, why := s.django(ctx); why != "" {
		return skipped(why)
	}
	seen := make(map[string]bool)
	at := s.URL
	for range maxRedirects {
		if seen[at.String()] {
			return fail(fmt.Sprintf("%s redirects to itself", at), fixProxyHeader)
		}
		seen[at.String()] = true
		a, err := s.ask(ctx, http.MethodGet, at, nil)
		if err != nil {
			return skipped(fmt.Sprintf("%s does not answer", at))
		}
		if a.unavailable() {
			return skipped(fmt.Sprintf("%s answers %d", at, a.status))
		}
		if a.status < 300 || a.status > 399 || a.location == nil {
			return ok("no loop")
		}
		at = a.location
		if at.Path == "" {
			at.Path = "/"
		}
	}
	return fail(fmt.Sprintf("%s leads through more than %d redirects", s.URL, maxRedirects), "see where they lead: curl -IL "+s.URL.String())
}
