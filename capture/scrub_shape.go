package capture

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

// shapes are secrets that can be told without a name and that may begin in the
// middle of a word. hint is part of all that the pattern matches, in lower or
// upper case as written: looking for it first is what makes a page without any
// cheap.
var shapes = []struct {
	hint    string
	pattern *regexp.Regexp // what its first group matches is kept
	reason  string
}{
	// RFC 7468. One that was cut reaches to the end.
	{"-----BEGIN", regexp.MustCompile(`()-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?s:.*?)(?:-----END [A-Z0-9 ]*-----|$)`), privateKey},
	{"---- BEGIN", regexp.MustCompile(`()---- BEGIN [A-Z0-9 ]*PRIVATE KEY ----(?s:.*?)(?:---- END [A-Z0-9 ]*----|$)`), privateKey},
	// PuTTY's format (sshpubk.c), which has the private part behind the public one.
	{"Private-Lines:", regexp.MustCompile(`()Private-Lines:(?s:.*?)(?:Private-(?:MAC|Hash):[^\n]*|$)`), privateKey},
	{"AGE-SECRET-KEY-", regexp.MustCompile(`()AGE-SECRET-KEY-[0-9A-Z-]{8,}`), privateKey},
	// RFC 7519: a JSON Web Token begins with {" in Base64, also of a document with blanks.
	{"eyJ", regexp.MustCompile(`()eyJ[\w-]{8,}[\w.=-]*`), "JSON Web Token"},
	{"ewog", regexp.MustCompile(`()ewog[\w-]{8,}\.[\w-]{4,}[\w.=-]*`), "JSON Web Token"},
	// RFC 6750 2.1, and as a subprotocol of a WebSocket.
	{"earer", regexp.MustCompile(`([Bb]earer[ ,:]+ ?)[\w.~+/=-]{6,}`), bearerToken},
	{"EARER", regexp.MustCompile(`(BEARER[ ,:]+ ?)[\w.~+/=-]{6,}`), bearerToken},
	{"/webhooks/", regexp.MustCompile(`(/api/(?:v\d+/)?webhooks/)\d{6,}/[\w-]{20,}`), "Discord webhook"},
	{"webhook.office.com/", regexp.MustCompile(`(webhook\.office\.com/)[\w@/-]{20,}`), "Teams webhook"},
	{"hooks.zapier.com/", regexp.MustCompile(`(hooks\.zapier\.com/hooks/catch/)[\w/]{8,}`), "Zapier webhook"},
	{"access_token$production$", regexp.MustCompile(`()access_token\$production\$[\w$]{16,}`), "PayPal token"},
}

const bearerToken = "bearer token"

// hideShapes hides what shows by its shape that it is a secret, whatever its name.
func (s *Scrubber) hideShapes(plain string) string {
	for _, shape := range shapes {
		if !strings.Contains(plain, shape.hint) {
			continue
		}
		plain = s.hideMatches(plain, shape.pattern, shape.reason)
	}
	plain = s.hideWords(s.hideSteps(s.hideHashes(s.hideUserinfo(plain))))
	if s.keepEmails {
		return plain
	}
	return s.hideEmails(plain)
}

// tag hides in the value of an operator's own tag what shows by its shape that it is a
// secret. What else is in it, the operator has asked for.
func (s *Scrubber) tag(value string) string { return s.hideShapes(value) }

const privateKey = "private key"

// withoutKeys hides private keys in a whole body: they are of several lines, and the
// evidence may be one of them.
func (s *Scrubber) withoutKeys(body []byte) []byte {
	if !bytes.Contains(body, []byte("PRIVATE KEY-----")) {
		return body
	}
	return []byte(s.hideMatches(string(body), shapes[0].pattern, privateKey))
}

// keyLines tells which texts are the lines of a private key that began in one of
// those before.
type keyLines struct{ inside bool }

// goesOn reports whether the next text is the rest of a key.
func (k *keyLines) goesOn(text string) bool {
	was := k.inside
	if strings.Contains(text, "PRIVATE KEY-----") {
		begin := strings.LastIndex(text, "-----BEGIN")
		k.inside = begin >= 0 && begin > strings.LastIndex(text, "-----END")
	}
	return was
}

func (s *Scrubber) hideMatches(plain string, pattern *regexp.Regexp, reason string) string {
	var out strings.Builder
	done := 0
	for _, m := range pattern.FindAllStringSubmatchIndex(plain, -1) {
		if reason == bearerToken && !isBearer(plain[m[2]:m[3]], plain[m[3]:m[1]]) {
			continue
		}
		out.WriteString(plain[done:m[3]])
		out.WriteString(s.hide(reason, plain[m[3]:m[1]]))
		done = m[1]
	}
	out.WriteString(plain[done:])
	return out.String()
}

// isBearer tells a token from a word of a sentence: "Bearer authentication failed".
func isBearer(scheme, token string) bool {
	token = strings.TrimRight(token, ".=")
	if strings.HasSuffix(scheme, " ") && !strings.ContainsAny(scheme, ",:") {
		return !slices.Contains(plainWords, strings.ToLower(token)) && !strings.HasPrefix(token, "realm")
	}
	return hasLetterAndDigit(token) || len(token) >= 16
}

var (
	afterScheme = regexp.MustCompile(`://[^\s"'<>]+`)
	hostPort    = regexp.MustCompile(`^(?:\[[^\]]*\]|[^:]*)(?::\d*)?\W*$`)
)

// hideUserinfo hides the user and the password of the addresses in plain, such
// as postgres://shop:hunter2@db/shop. What stands in the place of a port and is
// no number must be a password: one that holds a slash, or whose @ was cut off.
func (s *Scrubber) hideUserinfo(plain string) string {
	if !strings.Contains(plain, "://") {
		return plain
	}
	const reason = "user and password of an address"
	return afterScheme.ReplaceAllStringFunc(plain, func(found string) string {
		found = found[len("://"):]
		authority, _, _ := strings.Cut(found, "/")
		if at := strings.LastIndex(authority, "@"); at >= 0 {
			return "://" + s.hide(reason, found[:at]) + found[at:]
		}
		if hostPort.MatchString(authority) {
			return "://" + found
		}
		user, rest, _ := strings.Cut(found, "@")
		return "://" + s.hide(reason, user) + "@" + rest
	})
}
