package capture

// filtered stands where a value was, as in Sentry's own SDKs.
const filtered = "[Filtered]"

// denyTerms hide the value of any name that contains one of them, in any case
// and with - and _ alike. They are the union of the default lists of Sentry's
// Relay (relay-pii, PASSWORD_KEY_REGEX), sentry-sdk (scrubber.py) and sentry-go
// (data_collection.go). What one of them lists and a shorter term covers is left
// out: "csrf" stands for "csrftoken" and "x_csrf_token". "_pass" is of Django's
// own list (views/debug.py, HIDDEN_SETTINGS), where "passenger" is no secret.
var denyTerms = []string{
	// who one claims to be, and how that is proven
	"auth", "bearer", "credentials", "identity", "jwt", "passwd", "password", "pwd", "passphrase", "passcode",
	"saml", "secret", "sso", "token", "otp", "two_factor", "twofactor", "signature", "_pass",
	// keys
	"key",
	// sessions
	"csrf", "xsrf", "session", "sessid", "sid", "cookie",
	// where a person is
	"forwarded", "x_real_ip", "remote_addr", "remoteaddr", "remote_user", "ip_address", "ipaddress", "client_ip", "clientip",
	"connecting_ip",
	// what a person pays with
	"card_number", "cardnumber", "credit_card", "creditcard", "cvc", "cvv", "iban", "ssn",
}
