package capture

import (
	"net/url"
	"slices"
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
	oauth := strings.Contains(raw, "code=") && containsAny(raw, oauthParameters)
	pairs := strings.Split(raw, "&")
	field := s.queryField(pairs)
	for i, pair := range pairs {
		name, value, named := strings.Cut(pair, "=")
		plain := unescape(name)
		switch {
		case s.holdsSecret(plain):
			pairs[i] = s.hide(hasSecret, pair)
		case named && field != "" && strings.EqualFold(plain, "key"):
		case named && (s.denies(plain) || oauth && plain == "code"):
			pairs[i] = name + "=" + s.hideNamed(plain, value)
		case named && field != "" && field != none && isFieldValue(plain):
			pairs[i] = name + "=" + s.hideNamed(field, value)
		case s.holdsSecret(unescape(value)):
			pairs[i] = name + "=" + s.hide(hasSecret, value)
		}
	}
	return strings.Join(pairs, "&")
}

// none is the name of a field that is no secret's.
const none = "\x00"

// queryField returns the name of the secret that a form is a field of, such as
// name=password&value=x, none if it is another field, and "" if it is no field.
func (s *Scrubber) queryField(pairs []string) (field string) {
	valued := false
	for _, pair := range pairs {
		name, _, _ := strings.Cut(pair, "=")
		valued = valued || isFieldValue(unescape(name))
	}
	if !valued {
		return ""
	}
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		if !isFieldName(unescape(name)) {
			continue
		}
		field = none
		if value = unescape(value); s.denies(value) {
			return value
		}
	}
	return field
}

// hasSecret is why the whole of a parameter is hidden.
const hasSecret = "parameter that holds a secret"

// path hides in a path what follows a name that hides its value, if it looks like
// a secret: /reset-token/c5xxy8d0aa/, but not /token/new/ or /api-keys/42/; and what
// stands behind a name in one segment: /token=x/.
func (s *Scrubber) path(address string) string {
	segments := strings.Split(address, "/")
	for i, segment := range segments {
		switch {
		case i > 0 && looksSecret(segment) && s.denies(unescape(segments[i-1])):
			segments[i] = s.hideNamed(unescape(segments[i-1]), segment)
		case strings.ContainsAny(segment, "=%") && s.holdsSecret(unescape(segment)):
			segments[i] = s.namedIn(segment)
		}
	}
	return s.hideSteps(strings.Join(segments, "/"))
}

// namedIn hides the value in a segment such as token%3dx, or all of the segment.
func (s *Scrubber) namedIn(segment string) string {
	if clean := s.text(segment); s.altered(segment, clean) {
		return clean
	}
	return s.hide(hasSecret, segment)
}

// minSegment is in bytes: what is shorter may be a word or an id.
const minSegment = 8

// looksSecret reports whether a segment of a path is a long mix of letters and
// digits.
func looksSecret(segment string) bool {
	return len(segment) >= minSegment && hasLetterAndDigit(segment)
}

// steps are words of paths that hold a one-time secret in one of the next
// segments: /reset/<uid>/<token>/, as Django's password reset has it.
var steps = []string{"reset", "activate", "activation", "confirm", "confirmation", "verify", "verification", "invite", "invitation", "unsubscribe", "magic", "magic-link",
	"accept", "password_reset", "password-reset", "reset-password", "reset_password", "confirm-email", "email-confirm", "verify-email", "login-link", "onetime", "token", "tokens"}

// maxSteps is how far behind its word a one-time secret can be, in segments.
const maxSteps = 3

// hideSteps hides the one-time secrets of the paths in a text.
func (s *Scrubber) hideSteps(plain string) string {
	out := replacing{s: s, plain: plain}
	left := 0 // segments that may hold a secret
	previous := ""
	for at := 0; ; {
		next := strings.IndexByte(plain[at:], '/')
		if next < 0 {
			break
		}
		at += next + 1
		end := at
		for end < len(plain) && (inName(plain[end]) || strings.IndexByte("%=~:", plain[end]) >= 0) {
			end++
		}
		segment := plain[at:end]
		switch {
		case segment != "" && isStep(segment):
			left = maxSteps
		case left > 0 && looksOneTime(segment):
			out.replace(at, end, s.hide("one-time secret in a path", segment))
			left = 0
		case looksSecret(segment) && previous != "" && s.denies(previous):
			out.hide(at, end, previous)
		default:
			left--
		}
		previous = segment
		if end < len(plain) && plain[end] != '/' {
			left, previous = 0, ""
		}
		at = end
	}
	return out.text()
}

func isStep(segment string) bool {
	return slices.ContainsFunc(steps, func(step string) bool { return strings.EqualFold(step, segment) })
}

// looksOneTime reports whether a segment looks like a token, and not like the id of a
// user, a UUID or the name of a page.
func looksOneTime(segment string) bool {
	if len(segment) < 16 || !hasLetterAndDigit(segment) {
		return len(segment) >= 12 && strings.ContainsAny(segment, ":=") && hasLetterAndDigit(segment)
	}
	return true
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
