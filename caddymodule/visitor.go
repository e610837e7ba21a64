package caddymodule

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// defaultSessionCookie is Django's own (SESSION_COOKIE_NAME).
const defaultSessionCookie = "sessionid"

// validateSessionCookie refuses what no cookie is called (RFC 6265 4.1.1).
func validateSessionCookie(name string) error {
	if strings.ContainsAny(name, "=;, \t\"{}") {
		return fmt.Errorf("session_cookie %q is no name of a cookie: write one such as %s", name, defaultSessionCookie)
	}
	return nil
}

// visitor tells who sent a request: the session, or without one the address.
func visitor(r *http.Request, sessionCookie string) string {
	if session := cookieValue(r.Header["Cookie"], sessionCookie); session != "" {
		return session
	}
	ip, _ := caddyhttp.GetVar(r.Context(), caddyhttp.ClientIPVarKey).(string)
	return ip
}

// cookieValue returns the value of a cookie as it was sent. http.Request.Cookie
// would allocate for each request.
func cookieValue(headers []string, name string) string {
	for _, header := range headers {
		for from := 0; ; {
			at := strings.Index(header[from:], name)
			if at < 0 {
				break
			}
			at += from
			from = at + len(name)
			begins := at == 0 || header[at-1] == ' ' || header[at-1] == ';'
			if begins && strings.HasPrefix(header[from:], "=") {
				value, _, _ := strings.Cut(header[from+1:], ";")
				return value
			}
		}
	}
	return ""
}
