package capture

import (
	"strings"
	"testing"
)

// What is wrapped in ⟨…⟩ is to be hidden, and nothing else.
var shapely = map[string]string{
	"a Visa":                               "card ⟨4111111111111111⟩ declined",
	"a Visa with blanks":                   "card ⟨4111 1111 1111 1111⟩, 12/30",
	"a Visa with dashes":                   "'⟨4012-8888-8888-1881⟩'",
	"a Visa and what follows":              "⟨4111 1111 1111 1111⟩ 123",
	"a Visa of 13 digits":                  "⟨4222222222222⟩",
	"a Visa of 19 digits":                  "⟨4000 0000 0000 0000 063⟩",
	"a Mastercard":                         "(⟨5555555555554444⟩)",
	"a Mastercard of the second series":    "⟨2223003122003222⟩",
	"an American Express":                  "⟨378282246310005⟩",
	"an American Express in groups":        "⟨3782 822463 10005⟩",
	"a Diners Club":                        "⟨30569309025904⟩",
	"a Diners Club in groups":              "⟨3056 930902 5904⟩",
	"a Discover":                           "⟨6011111111111117⟩",
	"a JCB":                                "⟨3530111333300000⟩",
	"a UnionPay":                           "⟨6200000000000005⟩",
	"a Maestro":                            "⟨6759649826438453⟩",
	"a card in a path":                     "/pay/⟨4111111111111111⟩/",
	"an IBAN":                              "to ⟨DE89370400440532013000⟩.",
	"an IBAN in groups":                    "to ⟨GB82 WEST 1234 5698 7654 32⟩!",
	"an IBAN of Norway":                    "⟨NO9386011117947⟩",
	"a social security number":             "ssn ⟨219-09-9999⟩",
	"an e-mail address":                    "user ⟨jane.doe+shop@mail.example.com⟩ not found",
	"an e-mail address in brackets":        "<⟨jane@example.com⟩>.",
	"an e-mail address at the end":         "write to ⟨jane@example.com⟩.",
	"an e-mail address of other letters":   "⟨jörg@bücher.example⟩",
	"an e-mail address in a path":          "/users/⟨jane%40example.com⟩/",
	"two e-mail addresses":                 "⟨a@example.com⟩,⟨b@example.org⟩",
	"an AWS key":                           "using ⟨AKIAIOSFODNN7EXAMPLE⟩ for S3",
	"a temporary AWS key":                  "⟨ASIAIOSFODNN7EXAMPLE⟩",
	"a Stripe key":                         "Invalid API Key provided (⟨sk_live_4eC39HqLyjWDarjtT1zdp7dc⟩)",
	"a Stripe test key":                    "⟨sk_test_4eC39HqLyjWDarjtT1zdp7dc⟩",
	"a GitHub token":                       "⟨ghp_16C7e42F292c6912E7710c838347Ae178B4a⟩",
	"a fine-grained GitHub token":          "⟨github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuv⟩",
	"a GitLab token":                       "⟨glpat-x5_abcDEFghiJKLmnop⟩",
	"a Slack token":                        "⟨xoxb-2345678901-abcdefghijkl⟩",
	"a Slack webhook":                      "https://hooks.slack.com/services/⟨T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX⟩",
	"a Google key":                         "⟨AIzaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe⟩",
	"a SendGrid key":                       "⟨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⟩",
	"a Mailgun key":                        "⟨key-3ae6bf1d9c0e4a7285d3f6b1c2a4e8d0⟩",
	"a key of a language model":            "⟨sk-proj-" + strings.Repeat("aB3-", 8) + "⟩",
	"basic authentication":                 "sent Basic ⟨dXNlcjpwYXNzd29yZA==⟩ upstream",
	"basic authentication without padding": "basic ⟨dXNlcjpwYXNzd29yZA⟩",
	"a token of Django REST framework":     "Token ⟨9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b⟩",
	"a password reset":                     "/reset/MQ/⟨c5xxy8-0123456789abcdef0123456789abcdef⟩/",
}

func TestSecretsAreKnownByTheirShape(t *testing.T) {
	s := newScrubber(t)
	for name, marked := range shapely {
		plain := strings.NewReplacer("⟨", "", "⟩", "").Replace(marked)
		var want strings.Builder
		for i, piece := range strings.Split(marked, "⟨") {
			if i > 0 {
				_, piece, _ = strings.Cut(piece, "⟩")
				want.WriteString(filtered)
			}
			want.WriteString(piece)
		}
		if got := s.hideShapes(plain); got != want.String() {
			t.Errorf("%s: got  %q\nwant %q", name, got, &want)
		}
	}
}

// What only looks like a secret is evidence.
var harmless = []string{
	// numbers
	"order 4111111111111112 not found", // the check digit is wrong
	"1234567890123456", "4111111111", "41111111111111111111111",
	"0.4111111111111111", "4111111111111111.5", "id-4111111111111111x", "x4111111111111111",
	"1700000000000", "1700000000000000", "2026-11-22 23:43:33", "2026-11-22T23:43:33.123456",
	"9999999999999999", "0000000000000000", "4111-1111-1111-1111-1111", "4111 1111 1111",
	"550e8400-e29b-41d4-a716-446655440000", "0x7f8e4111111111111111", "+49 30 901820", "10.0.0.1", "::1", "2001:db8::8a2e:370:7334",
	"d41d8cd98f00b204e9800998ecf8427e", "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
	"000-12-3456", "666-12-3456", "912-12-3456", "219-00-9999", "219-09-0000", "1219-09-9999", "219-09-99990", "555-0199",
	"DE89370400440532013001", "GB82 WEST 1234", "XX89370400440532013000", "ISO8601", "AB12CD34EF56",
	// what stands around an @
	"@app.route('/')", "user@localhost", "a @ b.com", "shop@1.4.2", "logo@2x.png", "x = a@b", "@property", "git@host", "foo@.com", "foo@bar.c", "foo@-bar.com",
	// words that begin like credentials
	"ASIA_PACIFIC_REGION_NAMES", "AKIAH", "sk_live_", "ghp_short", "xoxb", "AIza", "Basic information about the order", "basic authentication failed",
	"Basic auth", "Token abc", "pk_live_4eC39HqLyjWDarjtT1zdp7dc", "hf_hub", "key-value", "npm_config_cache",
	// what only mentions them
	"TokenExpired: log in again", "the token expired", "keyboard", "monkey business", "KeyError: 'price'", "passenger 7", "bearer of bad news",
	"PasswordResetView", "class AuthenticationMiddleware", "/accounts/password/reset/", "line 42, in get_session", "c5xxy8-0123456789abcdef",
	"Zażółć gęślą jaźń", "注文が見つかりません", "", " ", "%", "%4", "%40", "@", "100% sure",
}

func TestWhatOnlyLooksLikeASecretStays(t *testing.T) {
	if len(harmless) < 60 {
		t.Fatalf("only %d texts", len(harmless))
	}
	s := newScrubber(t)
	for _, text := range harmless {
		if got := s.text(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestAPathShowsNoSecretBehindItsName(t *testing.T) {
	s := newScrubber(t)
	for path, want := range map[string]string{
		"/reset-token/c5xxy8d0aa/":              "/reset-token/[Filtered]/",
		"/api/api_key/9f8e7d6c5b4a/orders/":     "/api/api_key/[Filtered]/orders/",
		"/access%5ftoken/9f8e7d6c5b4a":          "/access%5ftoken/[Filtered]",
		"/token/new/":                           "/token/new/",
		"/api-keys/42/":                         "/api-keys/42/",
		"/accounts/password/reset/":             "/accounts/password/reset/",
		"/sessions/20261122/":                   "/sessions/20261122/",
		"/orders/9f8e7d6c5b4a/":                 "/orders/9f8e7d6c5b4a/",
		"/users/jane@example.com/":              "/users/[Filtered]/",
		"/cards/4111111111111111/":              "/cards/[Filtered]/",
		"/invite/eyJhbGciOiJIUzI1NiJ9.e30.abc/": "/invite/[Filtered]/",
	} {
		if got := s.url(path); got != want {
			t.Errorf("%s became %s, want %s", path, got, want)
		}
	}
}

func TestEmailAddressesAreKeptOnDemand(t *testing.T) {
	s := newScrubber(t).KeepEmails()
	const text = "user jane@example.com has no card"
	if got := s.text(text); got != text {
		t.Errorf("%q became %q", text, got)
	}
	if got := s.text("jane@example.com: password=x"); got != "jane@example.com: password=[Filtered]" {
		t.Errorf("got %q", got)
	}
}

func TestWhatDiffersInASecretAloneIsOneGroup(t *testing.T) {
	s := newScrubber(t)
	for _, pair := range [][2]string{
		{"user jane@example.com not found", "user joe@example.org not found"},
		{"order 4111111111111111 not found", "order 4111111111111112 not found"}, // one looks like a card
		{"Invalid API Key provided (sk_live_4eC39HqLyjWDarjtT1zdp7dc)", "Invalid API Key provided (sk_live_5fD40IrMzkXEbsktU2aeq8ed)"},
	} {
		if a, b := newMessage(s, pair[0]).signature, newMessage(s, pair[1]).signature; a != b {
			t.Errorf("%q and %q are told apart", a, b)
		}
	}
}

func BenchmarkShapes(b *testing.B) {
	s := newScrubber(b)
	for name, line := range map[string]string{
		"64 KB of digits":    "4",
		"64 KB of groups":    "4111 ",
		"64 KB of @":         "a@",
		"64 KB of %40":       "%40",
		"64 KB of capitals":  "AD12",
		"64 KB of addresses": "jane@example.com ",
		"64 KB of cards":     "4111 1111 1111 1111 ",
		"64 KB of ://":       "://a:",
	} {
		text := strings.Repeat(line, 64<<10/len(line))
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				s.hideShapes(text)
			}
		})
	}
}

func TestAKeyIsHiddenLineByLine(t *testing.T) {
	s := newScrubber(t)
	lines := []string{"a = 1", "KEY_PEM = '''-----BEGIN PRIVATE KEY-----", "MIIEow", "IBAAKC", "-----END PRIVATE KEY-----'''", "b = 2"}
	var key keyLines
	if got := strings.Join(s.lines(lines, &key), "|"); strings.Contains(got, "MII") || strings.Contains(got, "IBA") || !strings.HasPrefix(got, "a = 1|") || !strings.HasSuffix(got, "|b = 2") {
		t.Errorf("got %s", got)
	}
	page := "<li><pre>" + strings.Join(lines, "</pre></li><li><pre>") + "</pre></li>"
	if got := s.html([]byte(page)); strings.Contains(got, "MII") || strings.Contains(got, "IBA") || !strings.Contains(got, "a = 1") || !strings.Contains(got, "b = 2") {
		t.Errorf("got %s", got)
	}
}
