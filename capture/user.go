package capture

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/getsentry/sentry-go"
)

// User says where a request names the user that it is for. It is believed: what
// authenticates a user stands in front of the gateway or behind it.
type User struct {
	// Source is "header", "cookie", "basic_auth" or "jwt_claim"; empty for none.
	Source string `json:"source,omitempty"`
	// Name of the header, the cookie or the claim. With "basic_auth" there is none.
	Name string `json:"name,omitempty"`
	// Header that the JSON Web Token is in, with or without "Bearer ". Default:
	// Authorization.
	Header string `json:"header,omitempty"`
}

// userSources are what a user can be taken from.
var userSources = []string{"header", "cookie", "basic_auth", "jwt_claim"}

// credentials are headers that hold what proves a user, not a name.
var credentials = []string{"Authorization", "Proxy-Authorization", "Cookie"}

// Validate refuses what could never name a user.
func (u User) Validate() error {
	switch {
	case u == User{}:
		return nil
	case !slices.Contains(userSources, u.Source):
		return fmt.Errorf("user %q is no source: use %s", u.Source, strings.Join(userSources, ", "))
	case u.Source == "basic_auth" && u.Name != "":
		return fmt.Errorf("user basic_auth takes no %q: the name of the user is what it is", u.Name)
	case u.Source != "basic_auth" && u.Name == "":
		return fmt.Errorf("user %s has no name: say which", u.Source)
	case u.Source != "jwt_claim" && u.Header != "":
		return fmt.Errorf("user %s takes no second header %q", u.Source, u.Header)
	case u.Source == "header" && slices.Contains(credentials, http.CanonicalHeaderKey(u.Name)):
		return fmt.Errorf("user header %q would make a secret an id: use cookie, basic_auth or jwt_claim", u.Name)
	}
	return nil
}

// of returns what the request calls its user, or nothing.
func (u User) of(h http.Header) string {
	r := &http.Request{Header: h}
	switch u.Source {
	case "header":
		return strings.TrimSpace(h.Get(u.Name))
	case "cookie":
		if cookie, err := r.Cookie(u.Name); err == nil {
			return cookie.Value
		}
	case "basic_auth":
		name, _, _ := r.BasicAuth()
		return name
	case "jwt_claim":
		return claim(h.Get(u.tokenHeader()), u.Name)
	}
	return ""
}

// userOf returns who sent the request, as far as the site lets events tell.
func userOf(f *failure) sentry.User {
	opts := f.site.opts
	user := sentry.User{IPAddress: clientIP(f)}
	id := opts.User.of(f.requestHeader)
	switch {
	case id == "":
	case opts.SendDefaultPII && opts.User.Source != "cookie":
		user.ID = clip(id, maxTag)
	default: // whoever has the value of a cookie is that user
		user.ID = f.site.rec.pseudonyms.of(opts.Destination, id)
	}
	return user
}

func (u User) tokenHeader() string {
	if u.Header == "" {
		return "Authorization"
	}
	return u.Header
}

// hide takes what names the user out of the headers of an event, so that they do
// not tell what its id does not.
func (u User) hide(headers map[string]string) {
	name := u.Name
	if u.Source == "jwt_claim" {
		name = u.tokenHeader()
	} else if u.Source != "header" {
		return // the scrubber hides cookies and passwords
	}
	if name = http.CanonicalHeaderKey(name); headers[name] != "" {
		headers[name] = filtered
	}
}

// maxToken is in bytes: what is longer is no token that a server would take.
const maxToken = 8 << 10

// claim reads a string or a number from the payload of a JSON Web Token (RFC
// 7519 3) that nobody has verified.
func claim(header, name string) string {
	token := header
	if scheme, rest, found := strings.Cut(header, " "); found {
		if !strings.EqualFold(scheme, "Bearer") {
			return ""
		}
		token = strings.TrimSpace(rest)
	}
	parts := strings.Split(token, ".")
	if len(token) > maxToken || len(parts) != 3 {
		return ""
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return ""
	}
	var claims map[string]json.RawMessage
	if json.Unmarshal(payload, &claims) != nil {
		return ""
	}
	var id string
	if json.Unmarshal(claims[name], &id) == nil {
		return id
	}
	var number json.Number
	if json.Unmarshal(claims[name], &number) == nil {
		return number.String()
	}
	return ""
}
