package capture

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

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
	n := c.run(secret[:min(len(secret), maxChecked)])
	if n < c.least || c.kind != "" && !checks[c.kind](secret[:n]) {
		return 0
	}
	return len(c.prefix) + n + c.run(secret[n:])
}

// maxChecked is how much is looked at to tell whether something is a secret, in bytes: a text may begin like one at each of
// its words. It is a multiple of the four that Base64 needs.
const maxChecked = 512

// run returns how many bytes of s may be part of the secret.
func (c *credential) run(s string) (n int) {
	for n < len(s) && (inWord[s[n]] && s[n] < utf8.RuneSelf || s[n] == '-' || strings.IndexByte(c.also, s[n]) >= 0) {
		n++
	}
	return n
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
	return err == nil && utf8.Valid(trimPartialRune(plain)) && strings.IndexByte(string(plain), ':') >= 0
}
