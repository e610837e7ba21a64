package capture

import (
	"net/url"
	"strings"
)

// url hides the password of an address, its path parameters (;jsessionid=…) and
// the values of its query and of its fragment, where OAuth puts tokens.
func (s *Scrubber) url(raw string) string {
	address, rest := raw, ""
	if at := strings.IndexAny(raw, "?#"); at >= 0 {
		address, rest = raw[:at], raw[at:at+1]+s.query(raw[at+1:])
	}
	address, parameters, found := strings.Cut(address, ";")
	if found {
		parameters = ";" + s.text(parameters)
	}
	return s.hideShapes(s.path(address)+parameters) + rest
}

// query hides the values of a query or an urlencoded form. The rest stays as it
// was sent: an undecodable query may be the very cause of the failure.
func (s *Scrubber) query(raw string) string {
	if raw == "" {
		return ""
	}
	pairs := strings.Split(raw, "&")
	for i, pair := range pairs {
		name, value, named := strings.Cut(pair, "=")
		switch {
		case s.holdsSecret(unescape(name)):
			pairs[i] = s.hide(hasSecret, pair)
		case named && s.denies(unescape(name)):
			pairs[i] = name + "=" + s.hideNamed(unescape(name), value)
		case s.holdsSecret(unescape(value)):
			pairs[i] = name + "=" + s.hide(hasSecret, value)
		}
	}
	return strings.Join(pairs, "&")
}

// hasSecret is why the whole of a parameter is hidden.
const hasSecret = "parameter that holds a secret"

// path hides in a path what follows a name that hides its value, if it looks like
// a secret: /reset-token/c5xxy8d0aa/, but not /token/new/ or /api-keys/42/.
func (s *Scrubber) path(address string) string {
	segments := strings.Split(address, "/")
	for i := 1; i < len(segments); i++ {
		if looksSecret(segments[i]) && s.denies(unescape(segments[i-1])) {
			segments[i] = s.hideNamed(unescape(segments[i-1]), segments[i])
		}
	}
	return strings.Join(segments, "/")
}

// minSegment is in bytes: what is shorter may be a word or an id.
const minSegment = 8

// looksSecret reports whether a segment of a path is a long mix of letters and
// digits.
func looksSecret(segment string) bool {
	return len(segment) >= minSegment && strings.ContainsAny(segment, "0123456789") &&
		strings.ContainsFunc(segment, func(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' })
}

// holdsSecret reports whether value is more than a value: a URL with a query of
// its own, say, or a JSON document.
func (s *Scrubber) holdsSecret(value string) bool {
	return value != "" && s.altered(value, s.text(value))
}

// maxEscapes is how often one URL is the value of another.
const maxEscapes = 3

func unescape(s string) string {
	for range maxEscapes {
		plain, err := url.QueryUnescape(s)
		if err != nil || plain == s {
			break
		}
		s = plain
	}
	return s
}
