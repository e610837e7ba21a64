package guard

import (
	"net/http"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/caddy-django/gateway/probe"
)

// untrusted are headers by which a client could pass for a proxy, and that only a
// proxy may set. X-Forwarded-For, -Proto and -Host are reverse_proxy's. Names with
// an underscore or a dot, which WSGI cannot tell from those with a dash, Caddy drops
// itself.
var untrusted = []string{
	"Forwarded",
	"X-Forwarded-Port",
	"X-Forwarded-Prefix",
	"X-Forwarded-Protocol", // gunicorn: secure_scheme_headers
	"X-Forwarded-Server",
	"X-Forwarded-Ssl",
	"X-Real-Ip",
	"X-Request-Start",
	"X-Sendfile-Type",
}

// accelPrefix begins what nginx and Django say to each other.
const accelPrefix = "X-Accel-"

// removeUntrusted does what the handler headers would do with these names. That one
// looks for placeholders in each of them, and compares every header of the request in
// small letters to the one with an asterisk: it took longer than the rest of the
// gateway. net/http has made the names canonical.
func removeUntrusted(h http.Header) {
	for _, name := range untrusted {
		delete(h, name)
	}
	for name := range h {
		if strings.HasPrefix(name, accelPrefix) {
			delete(h, name)
		}
	}
	probe.Remove(h)
}

const requestID = "X-Request-Id"

// identify gives a request that has no id, or one that a stranger made up, the one
// that Caddy's logs show as {http.request.uuid}.
func identify(r *http.Request) {
	if ids := r.Header[requestID]; len(ids) == 1 && wellFormed(ids[0]) {
		if trusted, _ := caddyhttp.GetVar(r.Context(), caddyhttp.TrustedProxyVarKey).(bool); trusted {
			return
		}
	}
	repl := r.Context().Value(caddy.ReplacerCtxKey).(*caddy.Replacer)
	id, _ := repl.GetString("http.request.uuid")
	r.Header[requestID] = []string{id}
}

// wellFormed tells an id that is safe to write into a log, as [A-Za-z0-9._-]{8,128}.
func wellFormed(id string) bool {
	if len(id) < 8 || len(id) > 128 {
		return false
	}
	for i := range len(id) {
		c := id[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' && c != '_' && c != '-' {
			return false
		}
	}
	return true
}
