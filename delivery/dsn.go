package delivery

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/getsentry/sentry-go"
)

// Destination is a project on a receiver, and the key that opens it: a parsed DSN.
type Destination struct {
	name     string
	endpoint string // URL that takes envelopes
	key      string
	secret   string       // of old DSNs only
	client   *http.Client // nil: the sender's
}

// flaws says in the user's words what sentry-go found wrong; its own messages can quote the key.
var flaws = map[string]string{
	"invalid scheme":   "does not begin with https:// or http://",
	"empty username":   "has no key",
	"empty host":       "has no host",
	"empty project id": "has no project",
}

// ParseDSN reads a DSN such as "https://<key>@<host>/<project>"; white space around it is ignored. The error is one
// line that says what is wrong and what a DSN looks like, and quotes nothing of the DSN.
func ParseDSN(raw string) (*Destination, error) {
	raw = strings.TrimSpace(raw)
	if raw == "" {
		return nil, flawed("is empty")
	}
	dsn, err := sentry.NewDsn(raw)
	if err != nil {
		if parseErr, ok := errors.AsType[*sentry.DsnParseError](err); ok && flaws[parseErr.Message] != "" {
			return nil, flawed(flaws[parseErr.Message])
		}
		return nil, flawed("is not a URL")
	}
	if port := dsn.GetPort(); port < 1 || port > 65535 {
		return nil, flawed("has a port that is not between 1 and 65535")
	}
	if !isToken(dsn.GetPublicKey()) || !isToken(dsn.GetSecretKey()) {
		return nil, flawed("has a key with characters that no key has")
	}
	endpoint := dsn.GetAPIURL()
	if _, err := url.Parse(endpoint.String()); err != nil { // an IPv6 zone can hold what no URL can
		return nil, flawed("is not a URL")
	}
	name := url.URL{Scheme: endpoint.Scheme, Host: endpoint.Host, Path: dsn.GetPath() + "/" + dsn.GetProjectID()}
	return &Destination{
		name:     name.String(),
		endpoint: endpoint.String(),
		key:      dsn.GetPublicKey(),
		secret:   dsn.GetSecretKey(),
	}, nil
}

func flawed(flaw string) error {
	return fmt.Errorf("the DSN %s: a DSN looks like https://<key>@<host>/<project>", flaw)
}

// isToken reports whether a key can stand in the X-Sentry-Auth header, a comma separated list.
func isToken(key string) bool {
	return !strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' || r == ',' || r == '=' || r == '"' })
}

// Name returns what tells destinations apart, scheme://host[:port][/path]/project. It stays the same when the key
// changes and does not hold it.
func (d *Destination) Name() string { return d.name }

// PublicKey returns the part of the DSN that traces name their project by.
func (d *Destination) PublicKey() string { return d.key }

// String returns the name, so that a destination that is printed does not show its key.
func (d *Destination) String() string { return d.name }

// auth returns the X-Sentry-Auth header of a client, "name/version".
//
// Sentry: develop-docs/sdk/foundations/transport/authentication.
func (d *Destination) auth(client string) string {
	auth := fmt.Sprintf("Sentry sentry_version=7, sentry_client=%s, sentry_key=%s", client, d.key)
	if d.secret != "" {
		auth += ", sentry_secret=" + d.secret
	}
	return auth
}
