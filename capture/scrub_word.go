package capture

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// hideWords hides the secrets that begin where a word begins: credentials that
// their issuer gives a prefix, and numbers that their check digits betray. It is
// one walk over the text, which looks closer at few of its words.
func (s *Scrubber) hideWords(plain string) string {
	var out strings.Builder
	done := 0
	for at := 0; at < len(plain); {
		if !inWord[plain[at]] {
			at++
			continue
		}
		end := at + 1
		for end < len(plain) && inWord[plain[end]] {
			end++
		}
		keep, length, reason := secretAt(plain, at, end)
		if length == 0 {
			at = end
			continue
		}
		out.WriteString(plain[done : at+keep])
		out.WriteString(s.hide(reason, plain[at+keep:at+length]))
		at += length
		done = at
	}
	if done == 0 {
		return plain
	}
	out.WriteString(plain[done:])
	return out.String()
}

// inWord holds letters, digits and the underscore, and whatever is not ASCII.
var inWord = func() (table [256]bool) {
	for c := range table {
		table[c] = c == '_' || isDigit(byte(c)) || isLetter(byte(c)) || c >= utf8.RuneSelf
	}
	return table
}()

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isUpper(c byte) bool  { return 'A' <= c && c <= 'Z' }
func isLetter(c byte) bool { return isUpper(c) || 'a' <= c && c <= 'z' }

// secretAt returns how much of a secret there is where the word plain[at:end]
// begins, 0 if there is none, and how much of that is to be kept.
func secretAt(plain string, at, end int) (keep, length int, reason string) {
	if isDigit(plain[at]) {
		if n, reason := numberLength(plain, at, end); n > 0 {
			return 0, n, reason
		}
	}
	if n := ibanLength(plain[at:]); n > 0 {
		return 0, n, "IBAN"
	}
	if n := resetTokenLength(plain[at:], end-at); n > 0 {
		return 0, n, "token of Django's password reset"
	}
	for i := range credentialsBy[plain[at]] {
		c := &credentialsBy[plain[at]][i]
		if n := c.length(plain[at:]); n > 0 {
			return c.keep, n, c.reason
		}
	}
	return 0, 0, ""
}

// resetTokenLength recognizes what PasswordResetTokenGenerator puts into paths
// (django/contrib/auth/tokens.py): seconds in base 36, and half of a SHA-256.
func resetTokenLength(s string, word int) int {
	const seconds, digest = 6, 32
	const length = seconds + 1 + digest
	if word != seconds || len(s) < length || s[seconds] != '-' || len(s) > length && inWord[s[length]] {
		return 0
	}
	if !isHex(s[seconds+1 : length]) {
		return 0
	}
	return length
}

func isHex(s string) bool {
	return strings.Trim(s, "0123456789abcdefABCDEF") == ""
}

// credential is a kind of secret that begins with a fixed text.
type credential struct {
	reason string
	prefix string
	least  int               // bytes of the secret behind the prefix
	also   string            // what it may hold beside letters, digits, _ and -
	keep   int               // bytes of the prefix that are no secret
	check  func(string) bool // of what is behind the prefix; nil: any is one
}

func (c *credential) length(s string) int {
	secret, found := strings.CutPrefix(s, c.prefix)
	if !found {
		return 0
	}
	n := 0
	for n < len(secret) && (inWord[secret[n]] && secret[n] < utf8.RuneSelf || secret[n] == '-' || strings.IndexByte(c.also, secret[n]) >= 0) {
		n++
	}
	if n < c.least || c.check != nil && !c.check(secret[:n]) {
		return 0
	}
	return len(c.prefix) + n
}

// credentialsBy holds the prefixed credentials by their first byte. The prefixes
// are those that GitHub's and GitLab's secret scanning and gitleaks know as
// unmistakable. Publishable keys, such as Stripe's pk_live_, are no secrets.
var credentialsBy = func() (table [256][]credential) {
	add := func(reason string, least int, prefixes ...string) {
		for _, prefix := range prefixes {
			table[prefix[0]] = append(table[prefix[0]], credential{reason: reason, prefix: prefix, least: least})
		}
	}
	add("Stripe key", 10, "sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_")
	add("GitHub token", 16, "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_")
	add("GitLab token", 16, "glpat-", "gldt-", "glrt-", "glcbt-")
	add("Slack token", 10, "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xapp-")
	add("Google key", 20, "AIza", "GOCSPX-", "ya29.")
	add("npm token", 24, "npm_")
	add("PyPI token", 24, "pypi-AgE")
	add("API key of a language model", 20, "sk-ant-", "sk-proj-", "sk-svcacct-")
	add("Hugging Face token", 24, "hf_")
	add("Docker token", 20, "dckr_pat_")
	add("Shopify token", 20, "shpat_", "shpss_", "shpca_", "shppa_")
	add("DigitalOcean token", 24, "dop_v1_", "doo_v1_", "dor_v1_")
	add("Square token", 16, "sq0csp-", "sq0atp-")
	add("Vault token", 20, "hvs.", "hvb.")
	add("Sentry token", 20, "sntrys_", "sntryu_")
	for _, c := range []credential{
		{reason: "AWS access key", prefix: "AKIA", least: 16, check: isUpperOrDigits},
		{reason: "AWS access key", prefix: "ASIA", least: 16, check: isUpperOrDigits},
		{reason: "SendGrid key", prefix: "SG.", least: 32, also: "."},
		{reason: "Mailgun key", prefix: "key-", least: 32, check: isHex},
		{reason: "Slack webhook", prefix: "hooks.slack.com/services/", least: 16, also: "/", keep: len("hooks.slack.com/services/")},
		{reason: "basic authentication", prefix: "Basic ", least: 4, also: "+/=", keep: len("Basic "), check: isUserAndPassword},
		{reason: "basic authentication", prefix: "basic ", least: 4, also: "+/=", keep: len("basic "), check: isUserAndPassword},
		// Of Django REST framework (rest_framework.authentication).
		{reason: "token of Django REST framework", prefix: "Token ", least: 40, keep: len("Token "), check: isHex},
		{reason: "token of Django REST framework", prefix: "token ", least: 40, keep: len("token "), check: isHex},
	} {
		table[c.prefix[0]] = append(table[c.prefix[0]], c)
	}
	return table
}()

func isUpperOrDigits(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf || !isUpper(byte(r)) && !isDigit(byte(r)) })
}

// isUserAndPassword tells credentials of RFC 7617 from prose such as "Basic
// information". The padding may be missing.
func isUserAndPassword(s string) bool {
	plain, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
	return err == nil && utf8.Valid(plain) && strings.IndexByte(string(plain), ':') >= 0
}
