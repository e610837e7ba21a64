package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// answer is what the site says to one request.
type answer struct {
	status   int
	location *url.URL // absolute; nil for none
	header   http.Header
	body     string // its beginning
}

// maxBody of an answer is more than the head of a page, in bytes.
const maxBody = 512 << 10

// ask sends a request, and follows no redirect.
func (s *Setup) ask(ctx context.Context, method string, to *url.URL, header http.Header) (*answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, to.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header = header.Clone()
	if req.Header == nil {
		req.Header = make(http.Header)
	}
	req.Header.Set("User-Agent", "caddy-django-doctor")
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxBody)) // what there is will do
	a := &answer{status: resp.StatusCode, header: resp.Header, body: string(body)}
	if location, err := resp.Location(); err == nil {
		a.location = location
	}
	return a, nil
}

// home is the home page. It is asked for once: while Django is down, the gateway makes
// every request wait for it.
func (s *Setup) home(ctx context.Context) (*answer, error) {
	if !s.asked {
		s.asked = true
		s.page, s.err = s.ask(ctx, http.MethodGet, s.URL, nil)
	}
	return s.page, s.err
}

// django is the home page if it is Django's, or else why it tells nothing of Django.
func (s *Setup) django(ctx context.Context) (page *answer, why string) {
	a, err := s.home(ctx)
	switch {
	case err != nil:
		return nil, s.URL.String() + " does not answer"
	case s.closed(a):
		return nil, s.URL.String() + " is closed by maintenance"
	case a.unavailable():
		return nil, fmt.Sprintf("%s answers %d: what Django would say is not known", s.URL, a.status)
	}
	return a, ""
}

// unavailable reports whether it is most likely a gateway that answers, for there is no Django.
func (a *answer) unavailable() bool {
	return a.status == http.StatusBadGateway || a.status == http.StatusServiceUnavailable || a.status == http.StatusGatewayTimeout
}

// closed reports whether it is the page of maintenance. What Caddy passes on has Via.
func (s *Setup) closed(a *answer) bool {
	return s.Closed && a.status == http.StatusServiceUnavailable && a.header.Get("Via") == ""
}

// public reports whether others than this machine know the site by that name.
func public(u *url.URL) bool {
	host := u.Hostname()
	if ip := net.ParseIP(host); ip != nil {
		return !ip.IsLoopback() && !ip.IsPrivate() && !ip.IsUnspecified()
	}
	return strings.Contains(host, ".") && !strings.HasSuffix(host, ".localhost") &&
		!strings.HasSuffix(host, ".local") && !strings.HasSuffix(host, ".internal") && !strings.HasSuffix(host, ".test")
}

func checkAnswer(ctx context.Context, s *Setup) Check {
	if s.URL == nil {
		return skipped(needsURL)
	}
	a, err := s.home(ctx)
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case untrusted:
		return fail(fmt.Sprintf("%s has a certificate that this machine does not trust: %v", s.URL, err), "caddy trust, if it is Caddy's own (tls internal); else see in Caddy's log why it gets none, and that the name leads to this machine")
	case err != nil:
		return fail(fmt.Sprintf("%s does not answer: %v", s.URL, err), "see that Caddy runs, that the name leads to this machine, and that no firewall is between")
	case s.closed(a):
		return warn(s.URL.String()+" is closed by maintenance", "caddy django maintenance off")
	case a.status >= 500:
		return fail(fmt.Sprintf("%s answers %d", s.URL, a.status), "caddy django issues says why")
	}
	return ok(fmt.Sprintf("%s answers %d", s.URL, a.status))
}
