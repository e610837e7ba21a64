package capture

import (
	"slices"
	"strings"
	"unicode"
)

// certainty is how sure it is that a value is a credential, by the place that it was
// sent in.
type certainty int

const (
	perhaps  certainty = iota // a cookie: of a session, or of a language
	probable                  // under a name that is hidden: of a key, or of a kind of keys
	certain                   // a password, a token
)

// certainNames are parts of the names of what proves on its own who one is. Others
// that are hidden may hold one of few values: auth_method, cookie_consent, key.
var certainNames = []string{
	"password", "passwd", "pwd", "passphrase", "passcode", "secret", "token", "csrf", "xsrf", "sessionid", "session_id",
	"session_key", "sessid", "jwt", "api_key", "apikey", "access_key", "private_key", "authorization",
}

// certaintyOf returns that of a value under a name that is hidden.
func certaintyOf(name string) certainty {
	name = fold(name)
	if slices.ContainsFunc(certainNames, func(part string) bool { return strings.Contains(name, part) }) {
		return certain
	}
	return probable
}

// Bounds of what is hidden by its value, in bytes: a shorter text is part of too much
// else.
const (
	minCredential = 6 // with a digit, say
	minWord       = 8 // of words, or of letters and digits by turns
	minNumber     = 12
	minLong       = 20
)

// worthHiding reports whether a value is a credential, and not one of few words that
// many values are.
func worthHiding(value string, sure certainty) bool {
	if len(value) < minCredential || commonValues[strings.ToLower(value)] {
		return false
	}
	letters, digits, turns := mixture(value)
	switch {
	case sure == certain && (!isWords(value) || isMixedCase(value)):
		return true
	case sure == certain:
		return len(value) >= minWord
	case isPlace(value):
		return false
	case sure == probable && letters == 0:
		return digits >= minNumber
	case sure == probable && turns >= 2 && len(value) >= minWord:
		return true
	case turns >= 3 && len(value) >= minWord && !isDate(value):
		return true
	case digits > 0 && letters > 0 && len(value) >= minLong && !isDate(value):
		return true
	default:
		return digits == 0 && letters == len(value) && isMixedCase(value) && len(value) >= minLong
	}
}

// commonValues are what many values are that prove nothing.
var commonValues = func() map[string]bool {
	all := make(map[string]bool)
	for _, word := range strings.Fields(`accepted access-token accesstoken admin administrator allowed anonymous anonymoususer
		authenticated bearer chrome cookies declined default denied disabled dismissed essential filtered [filtered] firefox
		guest-user invalid localhost necessary nobody null optional password password1 passwords passwort private production
		public refresh_token required rejected safari session sessionid staging standard testing unauthorized undefined
		unknown username website`) {
		all[word] = true
	}
	return all
}()

// mixture counts letters and digits, and how often one follows the other.
func mixture(s string) (letters, digits, turns int) {
	var last byte
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c):
			digits++
			if isLetter(last) {
				turns++
			}
		case isLetter(c):
			letters++
			if isDigit(last) {
				turns++
			}
		}
		last = s[i]
	}
	return letters, digits, turns
}

// isWords reports whether a value is one word, or several: "not-set".
func isWords(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !strings.ContainsRune("-_. ", r) })
}

// isMixedCase tells "xKqPdW" from "Light", "LIGHT" and "light".
func isMixedCase(s string) bool {
	return strings.ContainsFunc(s, unicode.IsLower) && strings.ContainsFunc(s[min(1, len(s)):], unicode.IsUpper)
}

// isPlace reports whether a value is a path, an address or a name of a host: part of
// many texts that are no secret.
func isPlace(value string) bool {
	return strings.HasPrefix(value, "/") || strings.Contains(value, "://")
}

// isDate reports whether a value consists of what dates consist of.
func isDate(value string) bool {
	return strings.Trim(value, "0123456789-:.+TZ ") == "" && strings.Count(value, "-")+strings.Count(value, ":") >= 2
}
