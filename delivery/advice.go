package delivery

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"syscall"
)

// failed writes down the step at which a request ended without an answer.
func (t *trip) failed(err error, secure bool) {
	if urlErr, ok := errors.AsType[*url.Error](err); ok {
		err = urlErr.Err
	}
	s := Step{Detail: err.Error()}
	s.Name, s.Advice = t.adviceOnError(err, secure)
	if distrusted, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		s.Detail += "; the receiver shows a " + describeCertificate(distrusted.UnverifiedCertificates)
	}
	t.add(s)
}

func (t *trip) adviceOnError(err error, secure bool) (step, advice string) {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "proxyconnect" {
		return "connect", "the proxy cannot be reached: check its host and port, and that it runs"
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return "resolve", "check the host in the DSN, and whether this machine resolves other names"
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		return "connect", "nobody listens there: check host and port in the DSN, and that the receiver runs"
	}
	if advice := adviceOnTLS(err); advice != "" {
		return "tls", advice
	}
	switch {
	case !t.passed("connect"):
		return "connect", "a firewall may keep the gateway from getting out: let it, or name a proxy in the block of sentry"
	case secure && t.passed("proxy") && !t.passed("tls"):
		return "proxy", "the proxy does not let the gateway through: check its user and password, and what it allows"
	case secure && !t.passed("tls"):
		return "tls", "that port may not speak TLS: check the port in the DSN, or write http:// if you mean it"
	}
	return "answer", "the receiver took the connection and did not answer: look into its log, and that of a proxy in front of it"
}

// adviceOnTLS returns "" for what is no error of TLS.
func adviceOnTLS(err error) string {
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "this machine does not know who issued the certificate: name the authority's own with ca_file in the block of sentry"
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "the certificate is for another name: use one that it is for in the DSN"
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return "the certificate has expired, or is not valid yet: have it renewed, and check the clock of this machine"
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "the certificate cannot be trusted: have it put right at the receiver"
	}
	return ""
}

// adviceOnStatus says what to do about an answer that is no success.
func adviceOnStatus(status int, header http.Header) string {
	switch {
	case status < 300:
		return "that is a page and no receiver's answer: check host and path in the DSN, and whether a portal or a proxy answers in its place"
	case status >= 300 && status < 400:
		return "the receiver is elsewhere, and the gateway does not take the key there: write the DSN for " + header.Get("Location")
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return "the key is not one of this project, or was switched off: copy the DSN from the project's settings again"
	case status == http.StatusNotFound:
		return "there is no such project, or the receiver is not at this path: copy the DSN from the project's settings again"
	case status == http.StatusTooManyRequests:
		return "the receiver limits the events it takes: wait, or raise the limit"
	case status == http.StatusRequestEntityTooLarge:
		return "a proxy in front of the receiver may limit the size of requests: allow 1 MiB"
	case status >= 500:
		return "the receiver has a fault: look into its log"
	}
	return "the receiver does not want the event: its words above, or its log, say why"
}
