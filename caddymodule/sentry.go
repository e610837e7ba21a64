package caddymodule

import (
	"errors"
	"fmt"
	"strings"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/caddy-django/gateway/delivery"
)

// SentryTransport says how the receiver of error events is reached.
type SentryTransport struct {
	// Proxy is the URL of a proxy on the way: http, https, socks5 or socks5h. May
	// hold global placeholders. Default: what HTTPS_PROXY, HTTP_PROXY and NO_PROXY
	// of the environment say.
	Proxy string `json:"proxy,omitempty"`

	// CAFile holds the certificates, in PEM, of the authorities whose certificates
	// are trusted. It is read when the configuration loads. May hold global
	// placeholders. Default: those of the system.
	CAFile string `json:"ca_file,omitempty"`
}

// parseSentry reads where events go:
//
//	sentry <dsn> {
//	    proxy   <url>
//	    ca_file <path>
//	}
func (m *Monitor) parseSentry(d *caddyfile.Dispenser) error {
	dsn, err := oneArg(d, "https://<key>@<host>/<project>")
	if err != nil {
		return err
	}
	if !hasPlaceholder(dsn) {
		if _, err := parseSentry(dsn); err != nil {
			return d.WrapErr(err)
		}
	}
	m.Sentry = dsn
	return parseBlock(d, map[string]option{
		"proxy": {parse: func(d *caddyfile.Dispenser) error {
			if m.SentryTransport.Proxy, err = oneArg(d, "http://proxy.example.com:3128"); err != nil {
				return err
			}
			if hasPlaceholder(m.SentryTransport.Proxy) {
				return nil
			}
			_, err := SentryTransport{Proxy: m.SentryTransport.Proxy}.resolve()
			return wrap(d, err)
		}},
		"ca_file": {parse: text(&m.SentryTransport.CAFile, "/etc/ssl/private-ca.pem")},
	})
}

// resolveSentry returns where the monitor's events go, nil if that is nowhere.
func (m *Monitor) resolveSentry() (*delivery.Destination, error) {
	if m.Sentry == "" {
		if m.SentryTransport != (SentryTransport{}) {
			return nil, errors.New("sentry_transport has no sentry: give the DSN as well")
		}
		return nil, nil
	}
	destination, err := parseSentry(m.Sentry)
	if err != nil || m.SentryTransport == (SentryTransport{}) {
		return destination, err
	}
	transport, err := m.SentryTransport.resolve()
	if err != nil {
		return nil, err
	}
	return destination.Through(transport), nil
}

// resolve fills in placeholders and reads the file.
func (t SentryTransport) resolve() (delivery.Transport, error) {
	var transport delivery.Transport
	if t.Proxy != "" {
		proxy, err := resolveHidden("proxy", t.Proxy)
		if err != nil {
			return transport, err
		}
		if transport.Proxy, err = delivery.ParseProxy(proxy); err != nil {
			return transport, fmt.Errorf("proxy %q: %w", hideUser(t.Proxy), err)
		}
	}
	if t.CAFile != "" {
		file, err := resolve("ca_file", t.CAFile)
		if err != nil {
			return transport, err
		}
		if transport.CAs, err = delivery.LoadCAs(file); err != nil {
			return transport, fmt.Errorf("ca_file %q: %w", file, err)
		}
	}
	return transport, nil
}

// parseSentry reads a DSN that may hold global placeholders.
func parseSentry(value string) (*delivery.Destination, error) {
	dsn, err := resolveHidden("sentry", value)
	if err != nil {
		return nil, err
	}
	d, err := delivery.ParseDSN(dsn)
	if err != nil {
		return nil, fmt.Errorf("sentry %q: %w", hideKey(value), err)
	}
	return d, nil
}

// resolveHidden is resolve for a URL that may hold a secret.
func resolveHidden(option, value string) (string, error) {
	resolved, err := resolve(option, value)
	if err != nil {
		return "", errors.New(strings.ReplaceAll(err.Error(), value, hideUser(value)))
	}
	return resolved, nil
}

// hideKey returns a DSN fit for a log.
func hideKey(dsn string) string {
	if !strings.ContainsAny(dsn, "@{") && !strings.Contains(dsn, "://") {
		return "***" // may be the key alone
	}
	return hideUser(dsn)
}

// hideUser returns a URL fit for a log: without what stands before the @.
func hideUser(address string) string {
	i := strings.LastIndexByte(address, '@')
	if i < 0 {
		return address
	}
	scheme, _, found := strings.Cut(address[:i], "://")
	if !found {
		return "***" + address[i:]
	}
	return scheme + "://***" + address[i:]
}
