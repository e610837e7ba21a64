package capture

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// credentialSet collects those of one request.
type credentialSet struct {
	scrub *Scrubber
	all   []string
	known map[string]bool
}

// maxCredentials is how many are looked for: more than a client has cookies.
const maxCredentials = 1000

// credentialsOf returns what f proves who sent it with, and what the response gives
// out for that: the texts that must be in no event.
func credentialsOf(f *failure) []string {
	if f.site.opts.Scrubber == nil {
		return nil // and there will be no event
	}
	c := &credentialSet{scrub: f.site.opts.Scrubber, known: make(map[string]bool)}
	c.headers(f.requestHeader, f.site.opts)
	c.body(f)
	c.query(queryOf(f.x.Failure.URL))
	c.query(queryOf(f.requestHeader.Get("Referer")))
	for _, line := range f.requestHeader["Cookie"] {
		for cookie := range strings.SplitSeq(line, ";") {
			c.cookie(cookie)
		}
	}
	for _, line := range f.x.Failure.ResponseHeader["Set-Cookie"] {
		cookie, _, _ := strings.Cut(line, ";")
		c.cookie(cookie)
	}
	for name, values := range f.x.Failure.ResponseHeader {
		if name != "Set-Cookie" {
			c.header(name, values)
		}
	}
	return c.all
}

func queryOf(url string) string {
	_, query, _ := strings.Cut(url, "?")
	query, _, _ = strings.Cut(query, "#")
	return query
}

func (c *credentialSet) headers(h http.Header, opts Options) {
	for _, name := range []string{"Authorization", "Proxy-Authorization"} {
		for _, value := range h[name] {
			c.authorization(value, opts)
		}
	}
	for _, value := range h["Sec-Websocket-Protocol"] { // where browsers can put a token: "bearer, …"
		for protocol := range strings.SplitSeq(value, ",") {
			c.add(protocol, perhaps)
		}
	}
	for name, values := range h {
		switch {
		case name == "Authorization", name == "Proxy-Authorization", name == "Cookie":
		case opts.SendDefaultPII && opts.User.Source == "header" && name == http.CanonicalHeaderKey(opts.User.Name):
		default:
			c.header(name, values)
		}
	}
}

// notCredentials are headers whose names are hidden for what else they say: where a
// request comes from, and how to prove who sent it.
var notCredentials = []string{"forwarded", "real_ip", "client_ip", "connecting_ip", "remote_addr", "authenticate", "www_auth"}

func (c *credentialSet) header(name string, values []string) {
	folded := fold(name)
	if !c.scrub.denies(name) || slices.ContainsFunc(notCredentials, func(part string) bool { return strings.Contains(folded, part) }) ||
		slices.Contains(forwardedBy, name) {
		return
	}
	for _, value := range values {
		c.add(value, certaintyOf(name))
		if scheme, token, found := strings.Cut(value, " "); found && len(scheme) < minBegun {
			c.add(token, certaintyOf(name))
		}
	}
}

// authorization reads the credentials of RFC 9110 11.4: a scheme, and a token or
// parameters.
func (c *credentialSet) authorization(value string, opts Options) {
	scheme, token, found := strings.Cut(strings.TrimSpace(value), " ")
	if !found {
		token = scheme
	}
	token = strings.TrimSpace(token)
	c.add(token, certain)
	if strings.EqualFold(scheme, "Basic") {
		plain, err := base64.StdEncoding.DecodeString(token)
		if err != nil {
			plain, _ = base64.RawStdEncoding.DecodeString(strings.TrimRight(token, "="))
		}
		user, password, _ := strings.Cut(string(plain), ":")
		c.add(string(plain), certain)
		c.add(password, certain)
		if !opts.SendDefaultPII {
			c.add(user, certain)
		}
		return
	}
	for parameter := range strings.SplitSeq(token, ",") { // Digest, AWS4-HMAC-SHA256, Token token="…"
		if _, value, found := strings.Cut(parameter, "="); found {
			c.add(value, perhaps)
		}
	}
}

// cookie reads name=value.
func (c *credentialSet) cookie(pair string) {
	name, value, named := strings.Cut(strings.TrimSpace(pair), "=")
	if !named {
		name, value = "", pair
	}
	if plain, quoted := unquoteCookie(value); quoted {
		c.add(plain, c.certaintyOf(name))
	}
	c.add(value, c.certaintyOf(name))
}

// unquoteCookie undoes what Python's http.cookies does with characters that a cookie
// cannot hold.
func unquoteCookie(value string) (plain string, quoted bool) {
	value, quoted = strings.CutPrefix(strings.TrimSpace(value), `"`)
	value = strings.TrimSuffix(value, `"`)
	if !quoted || strings.IndexByte(value, '\\') < 0 {
		return value, quoted
	}
	var out strings.Builder
	for at := 0; at < len(value); at++ {
		if value[at] == '\\' && at+4 <= len(value) {
			if n, err := strconv.ParseUint(value[at+1:at+4], 8, 8); err == nil {
				out.WriteByte(byte(n))
				at += 3
				continue
			}
		}
		if value[at] == '\\' && at+1 < len(value) {
			at++
		}
		out.WriteByte(value[at])
	}
	return out.String(), true
}

// query reads a query or a form.
func (c *credentialSet) query(raw string) {
	for pair := range strings.SplitSeq(raw, "&") {
		name, value, named := strings.Cut(pair, "=")
		if name = unescape(name); named && c.scrub.denies(name) {
			c.add(value, certaintyOf(name))
			c.add(strings.ReplaceAll(value, "+", " "), certaintyOf(name))
		}
	}
}

func (c *credentialSet) certaintyOf(name string) certainty {
	if c.scrub.denies(name) {
		return certaintyOf(name)
	}
	return perhaps
}

// add takes a value in if hiding it hides a credential and not a word.
func (c *credentialSet) add(value string, sure certainty) {
	value = strings.Trim(strings.TrimSpace(value), `"'`)
	c.keep(value, sure)
	if plain := unescape(value); plain != value {
		c.keep(plain, sure)
		value = plain
	}
	if parts := strings.Split(value, "."); len(parts) == 3 && strings.HasPrefix(value, "eyJ") { // a JSON Web Token
		c.keep(parts[1], sure)
		c.keep(parts[2], sure)
	}
}

func (c *credentialSet) keep(value string, sure certainty) {
	if !worthHiding(value, sure) || c.known[value] || len(c.all) == maxCredentials {
		return
	}
	c.known[value] = true
	c.all = append(c.all, value)
	if strings.Contains(value, " ") {
		c.all = append(c.all, strings.ReplaceAll(value, " ", "+"))
	}
	if strings.ContainsFunc(value, func(r rune) bool { return r >= utf8.RuneSelf }) {
		c.all = append(c.all, latin1(value)) // as Django sees a header
	}
}

// latin1 returns a text whose bytes are taken for characters.
func latin1(s string) string {
	var out strings.Builder
	for i := range len(s) {
		out.WriteRune(rune(s[i]))
	}
	return out.String()
}
