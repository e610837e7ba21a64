package capture

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Scrubber removes what could identify or authenticate a person, by the name
// that a value goes under. It is safe for concurrent use.
type Scrubber struct {
	terms  []string
	inText *regexp.Regexp
}

// NewScrubber makes a scrubber with the default terms and those given.
func NewScrubber(extra []string) (*Scrubber, error) {
	s := &Scrubber{terms: slices.Clone(denyTerms)}
	for _, term := range extra {
		folded := fold(term)
		if folded == "" {
			return nil, fmt.Errorf("scrub term %q is empty: it would hide everything", term)
		}
		s.terms = append(s.terms, folded)
	}
	s.inText = textPattern(s.terms)
	return s, nil
}

// fold brings the spellings of a name together: "X-Api-Key" and "x_api_key".
func fold(name string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), "-", "_")
}

// denies reports whether the value of name must not be kept.
func (s *Scrubber) denies(name string) bool {
	name = fold(name)
	return slices.ContainsFunc(s.terms, func(term string) bool { return strings.Contains(name, term) })
}

// header returns a flat copy of h without secrets. Cookies keep their names and
// attributes only.
func (s *Scrubber) header(h http.Header) map[string]string {
	if len(h) == 0 {
		return nil
	}
	flat := make(map[string]string, len(h))
	for name, values := range h {
		flat[name] = s.headerValue(name, strings.Join(values, ", "))
	}
	return flat
}

func (s *Scrubber) headerValue(name, value string) string {
	switch name {
	case "Cookie":
		return hideCookies(value)
	case "Set-Cookie":
		return hideSetCookie(value)
	case "Referer", "Location", "Content-Location":
		return s.url(value)
	}
	if s.denies(name) {
		return filtered
	}
	return s.text(value)
}

func hideCookies(value string) string {
	pairs := strings.Split(value, ";")
	for i, pair := range pairs {
		name, _, _ := strings.Cut(strings.TrimSpace(pair), "=")
		pairs[i] = name + "=" + filtered
	}
	return strings.Join(pairs, "; ")
}

// hideSetCookie keeps of "id=1; Path=/" the name and, since they explain many a
// failing login, the attributes.
func hideSetCookie(value string) string {
	cookie, attributes, more := strings.Cut(value, ";")
	name, _, _ := strings.Cut(cookie, "=")
	hidden := strings.TrimSpace(name) + "=" + filtered
	if more {
		hidden += ";" + attributes
	}
	return hidden
}

// url hides query values and the password of an address.
func (s *Scrubber) url(raw string) string {
	address, query, found := strings.Cut(raw, "?")
	if u, err := url.Parse(address); err == nil && u.User != nil {
		u.User = url.User(filtered)
		address = u.String()
	}
	if !found {
		return address
	}
	return address + "?" + s.query(query)
}

// query hides the values of a query or an urlencoded form. The rest stays as it
// was sent: an undecodable query may be the very cause of the failure.
func (s *Scrubber) query(raw string) string {
	if raw == "" {
		return ""
	}
	pairs := strings.Split(raw, "&")
	for i, pair := range pairs {
		name, _, found := strings.Cut(pair, "=")
		plain, err := url.QueryUnescape(name)
		if err != nil {
			plain = name
		}
		if found && s.denies(plain) {
			pairs[i] = name + "=" + filtered
		}
	}
	return strings.Join(pairs, "&")
}
