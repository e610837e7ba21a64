package capture

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Bounds of what an event holds of one header section, in bytes: it is there to
// explain a failure, and a client may send as much of it as the server accepts.
const (
	maxHeaderValue = 2 << 10
	maxHeaderBytes = 16 << 10
)

// header returns a flat copy of h without secrets. Cookies keep their names and
// attributes only. What does not fit is left out.
func (s *Scrubber) header(h http.Header) map[string]string {
	if len(h) == 0 {
		return nil
	}
	flat := make(map[string]string, len(h))
	room := maxHeaderBytes
	for _, name := range slices.Sorted(maps.Keys(h)) {
		clean := make([]string, len(h[name]))
		for i, value := range h[name] {
			clean[i] = s.headerValue(name, value)
		}
		value := clip(strings.Join(clean, ", "), maxHeaderValue)
		if size := len(name) + len(value); size <= room {
			flat[name] = value
			room -= size
		}
	}
	return flat
}

func (s *Scrubber) headerValue(name, value string) string {
	switch http.CanonicalHeaderKey(name) {
	case "Cookie":
		return s.hideCookies(value)
	case "Set-Cookie":
		return s.hideSetCookie(value)
	case "Referer", "Location", "Content-Location":
		return s.url(value)
	}
	if s.denies(name) {
		return s.hideNamed(name, value)
	}
	if http.CanonicalHeaderKey(name) == "Sec-Websocket-Protocol" {
		return s.protocols(value)
	}
	return s.text(value)
}

// protocols hides in the subprotocols of a WebSocket, where browsers can set no
// header, what follows a name such as bearer, and what looks like a secret.
func (s *Scrubber) protocols(value string) string {
	items := strings.Split(value, ",")
	secret := false
	for i, item := range items {
		item = strings.TrimSpace(item)
		switch {
		case secret, len(item) >= minProtocolSecret && hasLetterAndDigit(item):
			items[i] = " "[:min(i, 1)] + s.hide("subprotocol behind one that announces a secret", item)
		case s.denies(item):
			secret = true
			if clean := s.text(item); clean != item {
				items[i] = " "[:min(i, 1)] + clean
			}
		}
	}
	return strings.Join(items, ",")
}

// minProtocolSecret is in bytes; names of subprotocols that are longer have no digits.
const minProtocolSecret = 24

func (s *Scrubber) hideCookies(value string) string {
	pairs := strings.Split(value, ";")
	for i, pair := range pairs {
		pairs[i] = s.hideCookie(pair)
	}
	return strings.Join(pairs, "; ")
}

// hideCookie keeps the name. What has none is all value (RFC 6265bis 5.6).
func (s *Scrubber) hideCookie(pair string) string {
	name, value, named := strings.Cut(strings.TrimSpace(pair), "=")
	if !named {
		return s.hide("cookie", pair)
	}
	return name + "=" + s.hide("cookie", value)
}

// cookieAttributes are those of RFC 6265bis 4.1.2, of CHIPS and of Chromium's
// Priority. A quoted value may hold a semicolon, so that not all that follows
// one is an attribute.
var cookieAttributes = []string{"domain", "expires", "httponly", "max-age", "partitioned", "path", "priority", "samesite", "secure"}

// hideSetCookie keeps of "id=1; Path=/" the name and, since they explain many a
// failing login, the attributes.
func (s *Scrubber) hideSetCookie(value string) string {
	cookie, rest, _ := strings.Cut(value, ";")
	kept := []string{s.hideCookie(cookie)}
	for attribute := range strings.SplitSeq(rest, ";") {
		attribute = strings.TrimSpace(attribute)
		name, _, _ := strings.Cut(attribute, "=")
		if slices.Contains(cookieAttributes, strings.ToLower(name)) {
			kept = append(kept, attribute)
		}
	}
	return strings.Join(kept, "; ")
}
