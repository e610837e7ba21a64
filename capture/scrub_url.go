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
	return hideUserinfo(address+parameters) + rest
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
		case named && s.denies(unescape(name)):
			pairs[i] = name + "=" + filtered
		case s.holdsSecret(unescape(value)):
			pairs[i] = name + "=" + filtered
		case s.holdsSecret(unescape(name)):
			pairs[i] = filtered
		}
	}
	return strings.Join(pairs, "&")
}

// holdsSecret reports whether value is more than a value: a URL with a query of
// its own, say, or a JSON document.
func (s *Scrubber) holdsSecret(value string) bool {
	return value != "" && s.text(value) != value
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
