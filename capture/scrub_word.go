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
		if gap := wideGap(plain[at:]); gap > 0 {
			at += gap
			continue
		}
		end := at + 1
		for end < len(plain) && inWord[plain[end]] && (plain[end] < utf8.RuneSelf || wideGap(plain[end:]) == 0) {
			end++
		}
		keep, length, reason := secretAt(plain, at, end)
		if length == 0 && end < len(plain) && plain[end] == ' ' {
			if from, to := s.proseSecret(plain, at, end); to > from {
				keep, length, reason = from-at, to-at, "what follows a name in a sentence"
			}
		}
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
	if n := colonTokenLength(plain, at, end); n > 0 {
		return 0, n, "Telegram token"
	}
	if n := mixedTokenLength(plain[at:], end-at); n > 0 {
		return 0, n, "token of a known form"
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

// colonTokenLength recognizes the tokens of Telegram's bots, such as 123456:ABC-DEF…,
// also behind the "bot" of their addresses.
func colonTokenLength(plain string, at, end int) int {
	const least = 30
	id := strings.TrimPrefix(plain[at:end], "bot")
	if len(id) < 6 || len(id) > 12 || end+least >= len(plain) || plain[end] != ':' || strings.Trim(id, "0123456789") != "" {
		return 0
	}
	n := 0
	for end+1+n < len(plain) && isTokenByte(plain[end+1+n]) {
		n++
	}
	if n < least {
		return 0
	}
	return end + 1 + n - at
}

func isTokenByte(c byte) bool { return inWord[c] && c < utf8.RuneSelf || c == '-' }

// mixedTokenLength recognizes tokens of several parts without a prefix: Discord's of
// bots, whose first part is the bot's id in Base64, and Mailgun's and Mailchimp's.
func mixedTokenLength(s string, word int) int {
	parts := func(separator byte, last bool, lengths ...[2]int) int {
		n := 0
		for i, bounds := range lengths {
			if i > 0 {
				if n >= len(s) || s[n] != separator {
					return 0
				}
				n++
			}
			start := n
			for n < len(s) && inWord[s[n]] && s[n] < utf8.RuneSelf || last && n < len(s) && s[n] == '-' {
				n++
			}
			if size := n - start; size < bounds[0] || size > bounds[1] {
				return 0
			}
		}
		return n
	}
	switch {
	case word == 32 && len(s) > 35 && s[32] == '-' && isHex(s[:32]):
		if n := parts('-', false, [2]int{32, 32}, [2]int{8, 8}, [2]int{8, 8}); n > 0 {
			return n
		}
		if strings.HasPrefix(s[33:], "us") && isDigit(s[35]) {
			return parts('-', false, [2]int{32, 32}, [2]int{3, 4})
		}
	case word >= 17 && word <= 32 && strings.IndexByte("MNO", s[0]) >= 0 && word < len(s) && (s[word] == '.' || s[word] == '-'):
		return parts('.', true, [2]int{23, 32}, [2]int{6, 7}, [2]int{27, 45})
	}
	return 0
}

// credential is a kind of secret that begins with a fixed text.
type credential struct {
	reason string
	prefix string
	least  int    // bytes of the secret behind the prefix
	also   string // what it may hold beside letters, digits, _ and -
	keep   int    // bytes of the prefix that are no secret
	kind   string // which of [checks] holds for what is behind the prefix; empty: any is one
}

// checks tell credentials from names that begin like them.
var checks = map[string]func(string) bool{
	"mixed": hasLetterAndDigit,
	"hex":   isHex,
	"hex32": func(s string) bool { return len(s) == 32 && isHex(s) },
	"hex+":  func(s string) bool { return isHex(s[:32]) },
	"upper": isUpperOrDigits,
	"basic": isUserAndPassword,
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
	if n < c.least || c.kind != "" && !checks[c.kind](secret[:n]) {
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
	addMixed := func(reason string, least int, prefixes ...string) { // a name may begin like these
		for _, prefix := range prefixes {
			table[prefix[0]] = append(table[prefix[0]], credential{reason: reason, prefix: prefix, least: least, kind: "mixed"})
		}
	}
	add("Stripe key", 10, "sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_")
	add("GitHub token", 16, "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_")
	add("GitLab token", 16, "glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glsoat-", "glimt-", "glagent-", "gloas-", "glffct-", "GR1348941")
	add("Slack token", 10, "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xoxe.", "xoxc-", "xoxd-", "xapp-")
	add("Google key", 20, "AIza", "GOCSPX-", "ya29.")
	add("npm token", 24, "npm_")
	add("PyPI token", 24, "pypi-AgE")
	add("RubyGems token", 24, "rubygems_")
	addMixed("NuGet key", 40, "oy2")
	add("API key of a language model", 20, "sk-ant-", "sk-proj-", "sk-svcacct-", "sk-admin-", "sk-or-v1-", "sk-lf-", "gsk_", "pplx-", "nvapi-", "tvly-")
	addMixed("API key of a language model", 30, "sk-", "xai-", "r8_")
	add("Hugging Face token", 24, "hf_")
	add("Docker token", 20, "dckr_pat_", "dckr_oat_")
	add("Shopify token", 20, "shpat_", "shpss_", "shpca_", "shppa_", "shptka_")
	add("DigitalOcean token", 24, "dop_v1_", "doo_v1_", "dor_v1_")
	add("Square token", 16, "sq0csp-", "sq0atp-", "sq0idp-")
	add("Vault token", 20, "hvs.", "hvb.", "hvr.")
	add("Sentry token", 20, "sntrys_", "sntryu_", "sntrya_")
	add("Heroku key", 20, "HRKU-")
	add("Atlassian token", 20, "ATATT3", "ATCTT3", "ATBB")
	add("Linear key", 20, "lin_api_", "lin_oauth_")
	addMixed("Notion token", 30, "ntn_", "secret_")
	add("Figma token", 20, "figd_", "figo_")
	add("Postman key", 20, "PMAK-")
	add("Grafana token", 20, "glsa_", "glc_")
	add("New Relic key", 20, "NRAK-", "NRII-", "NRJS-")
	add("Doppler token", 20, "dp.pt.", "dp.st.", "dp.ct.", "dp.sa.")
	add("PlanetScale token", 20, "pscale_tkn_", "pscale_pw_", "pscale_oauth_")
	add("Supabase key", 20, "sbp_", "sb_secret_")
	addMixed("Netlify token", 20, "nfp_", "nfc_", "nfo_")
	addMixed("Fly token", 20, "fm1_", "fm2_", "fm1a_", "fm2a_", "fo1_")
	addMixed("Render key", 20, "rnd_")
	addMixed("Pulumi token", 20, "pul-")
	add("Brevo key", 20, "xkeysib-", "xsmtpsib-")
	add("Razorpay key", 14, "rzp_live_", "rzp_test_")
	add("Shippo token", 20, "shippo_live_", "shippo_test_")
	add("EasyPost key", 20, "EZAK", "EZTK")
	addMixed("Sourcegraph token", 20, "sgp_")
	add("Tailscale key", 16, "tskey-")
	add("Dynatrace token", 20, "dt0c01.", "dt0s01.", "dt0s16.")
	add("1Password token", 20, "ops_eyJ")
	addMixed("Typeform token", 20, "tfp_")
	add("Duffel token", 20, "duffel_live_", "duffel_test_")
	add("Flutterwave key", 12, "FLWSECK-", "FLWSECK_TEST-", "FLWSECK_LIVE-")
	add("Contentful token", 20, "CFPAT-")
	addMixed("ReadMe key", 20, "rdme_")
	addMixed("Prefect key", 20, "pnu_", "pnb_")
	add("Clojars token", 20, "CLOJARS_")
	addMixed("Dropbox token", 60, "sl.")
	addMixed("Facebook token", 40, "EAACEdEose0cBA", "EAA")
	addMixed("Alibaba key", 16, "LTAI")
	addMixed("Tencent key", 30, "AKID")
	addMixed("Yandex key", 30, "AQVN", "t1.9eu")
	add("Buildkite token", 30, "bkua_", "bkct_")
	add("CircleCI token", 30, "CCIPAT_", "CCIPRJ_")
	addMixed("Cloudflare key", 30, "v1.0-", "cfut_", "cfat_")
	addMixed("PostHog key", 30, "phx_", "phs_")
	addMixed("Resend key", 20, "re_")
	add("Plaid token", 30, "access-production-", "access-sandbox-", "access-development-")
	addMixed("Adafruit key", 20, "aio_")
	addMixed("Infracost key", 20, "ico-")
	add("Mapbox token", 30, "sk.eyJ")
	add("age key", 20, "AGE-SECRET-KEY-1", "AGE-PLUGIN-")
	for _, c := range []credential{
		{reason: "AWS access key", prefix: "AKIA", least: 16, kind: "upper"},
		{reason: "AWS access key", prefix: "ASIA", least: 16, kind: "upper"},
		{reason: "Twilio key", prefix: "SK", least: 32, kind: "hex32"},
		{reason: "Twilio account", prefix: "AC", least: 32, kind: "hex32"},
		{reason: "Databricks token", prefix: "dapi", least: 32, kind: "hex+"},
		{reason: "Airtable token", prefix: "pat", least: 60, also: ".", kind: "mixed"},
		{reason: "Google refresh token", prefix: "1//0", least: 20},
		{reason: "SendGrid key", prefix: "SG.", least: 32, also: "."},
		{reason: "Mailgun key", prefix: "key-", least: 32, kind: "hex"},
		{reason: "Slack webhook", prefix: "hooks.slack.com/services/", least: 16, also: "/", keep: len("hooks.slack.com/services/")},
		{reason: "Slack webhook", prefix: "hooks.slack.com/workflows/", least: 16, also: "/", keep: len("hooks.slack.com/workflows/")},
		{reason: "Slack webhook", prefix: "hooks.slack.com/triggers/", least: 16, also: "/", keep: len("hooks.slack.com/triggers/")},
		{reason: "basic authentication", prefix: "Basic ", least: 4, also: "+/=", keep: len("Basic "), kind: "basic"},
		{reason: "basic authentication", prefix: "basic ", least: 4, also: "+/=", keep: len("basic "), kind: "basic"},
		// Of Django REST framework (rest_framework.authentication).
		{reason: "token of Django REST framework", prefix: "Token ", least: 40, keep: len("Token "), kind: "hex"},
		{reason: "token of Django REST framework", prefix: "token ", least: 40, keep: len("token "), kind: "hex"},
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
