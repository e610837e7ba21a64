package doctor

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// methodProbe changes nothing (RFC 4918), and Django's CsrfViewMiddleware checks it as it
// checks a POST.
const methodProbe = "PROPFIND"

// csrfToken is well-formed: Django compares that of the cookie with that of the header.
const csrfToken = "abcdefghijklmnopqrstuvwxyz012345"

// checkCSRF finds out whether forms are refused because Django takes the site for another.
func checkCSRF(ctx context.Context, s *Setup) Check {
	if s.URL == nil {
		return skipped(needsURL)
	}
	origin := s.URL.Scheme + "://" + s.URL.Host
	fix := fmt.Sprintf("%s, or add %q to CSRF_TRUSTED_ORIGINS", fixProxyHeader, origin)
	unknown := skipped
	if s.URL.Scheme == "https" && s.Project != nil && len(s.Project.SecureProxySSLHeader) == 0 && !trusts(s.Project.CSRFTrustedOrigins, origin) {
		unknown = func(why string) Check {
			return warn(why+", and by its settings it knows of HTTPS only if its server tells it: else forms of "+origin+" are refused with 403", fix)
		}
	}
	if _, why := s.django(ctx); why != "" {
		return unknown(why)
	}
	cookie := "csrftoken"
	if s.Project != nil {
		cookie = s.Project.CSRFCookie
	}
	probe := func(origin string) (refused bool, err error) {
		header := http.Header{"Cookie": {cookie + "=" + csrfToken}, "X-Csrftoken": {csrfToken}, "Referer": {s.URL.String()}}
		if origin != "" {
			header.Set("Origin", origin)
		}
		a, err := s.ask(ctx, methodProbe, s.URL, header)
		return err == nil && a.status == http.StatusForbidden && strings.Contains(a.body, "CSRF"), err
	}
	refused, err := probe(origin)
	if err != nil {
		return unknown(s.URL.String() + " does not answer")
	}
	if !refused {
		return ok("a form of " + origin + " is not refused")
	}
	// It may want a cookie of another name, or a session: then that is why.
	if without, err := probe(""); err != nil || without {
		return unknown("what Django lets in is not known: the token is not in the cookie " + cookie)
	}
	return fail("forms of "+origin+" are refused with 403: Django takes the site for another", fix)
}

// trusts follows CsrfViewMiddleware._origin_verified: an asterisk stands for the domain itself as well.
func trusts(origins []string, origin string) bool {
	return slices.ContainsFunc(origins, func(trusted string) bool {
		scheme, domain, ok := strings.Cut(trusted, "://*.")
		if !ok {
			return trusted == origin
		}
		host, ok := strings.CutPrefix(origin, scheme+"://")
		return ok && (host == domain || strings.HasSuffix(host, "."+domain))
	})
}
