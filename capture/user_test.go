package capture

import (
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/exchange"
)

// jwt returns an unsigned token with the claims.
func jwt(claims string) string {
	return "eyJhbGciOiJub25lIn0." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".c2ln"
}

var named = []struct {
	name   string
	user   User
	header http.Header
	want   string
}{
	{"a header", User{Source: "header", Name: "x-user-id"}, http.Header{"X-User-Id": {" 42 "}}, "42"},
	{"no such header", User{Source: "header", Name: "X-User-Id"}, http.Header{"X-User": {"42"}}, ""},
	{"a cookie", User{Source: "cookie", Name: "sessionid"}, http.Header{"Cookie": {"a=1; sessionid=abc"}}, "abc"},
	{"no such cookie", User{Source: "cookie", Name: "sessionid"}, http.Header{"Cookie": {"sessionid2=abc"}}, ""},
	{"basic authentication", User{Source: "basic_auth"}, http.Header{"Authorization": {"Basic YWRhOnBhc3N3ZA=="}}, "ada"},
	{"another authentication", User{Source: "basic_auth"}, http.Header{"Authorization": {"Digest YWRhOnBhc3N3ZA=="}}, ""},
	{"a claim", User{Source: "jwt_claim", Name: "sub"}, http.Header{"Authorization": {"Bearer " + jwt(`{"sub":"u-7"}`)}}, "u-7"},
	{"a claim that is a number", User{Source: "jwt_claim", Name: "user_id"}, http.Header{"Authorization": {"bearer " + jwt(`{"user_id":9007199254740993}`)}}, "9007199254740993"},
	{"a claim of another header", User{Source: "jwt_claim", Name: "sub", Header: "x-token"}, http.Header{"X-Token": {jwt(`{"sub":"u-7"}`)}}, "u-7"},
	{"a claim that is an object", User{Source: "jwt_claim", Name: "sub"}, http.Header{"Authorization": {"Bearer " + jwt(`{"sub":{"id":1}}`)}}, ""},
	{"a claim that is null", User{Source: "jwt_claim", Name: "sub"}, http.Header{"Authorization": {"Bearer " + jwt(`{"sub":null}`)}}, ""},
	{"no such claim", User{Source: "jwt_claim", Name: "sub"}, http.Header{"Authorization": {"Bearer " + jwt(`{"Sub":"u-7"}`)}}, ""},
	{"claims that are no object", User{Source: "jwt_claim", Name: "sub"}, http.Header{"Authorization": {"Bearer " + jwt(`["sub"]`)}}, ""},
	{"a token of another scheme", User{Source: "jwt_claim", Name: "sub"}, http.Header{"Authorization": {"Token " + jwt(`{"sub":"u-7"}`)}}, ""},
	{"a token that is encrypted", User{Source: "jwt_claim", Name: "sub"}, http.Header{"Authorization": {"Bearer a.b.c.d.e"}}, ""},
	{"a token that is no Base64", User{Source: "jwt_claim", Name: "sub"}, http.Header{"Authorization": {"Bearer a.%.c"}}, ""},
	{"a token that is too long", User{Source: "jwt_claim", Name: "sub"}, http.Header{"Authorization": {"Bearer " + jwt(`{"sub":"u-7","x":"`+strings.Repeat("x", maxToken)+`"}`)}}, ""},
	{"no source", User{}, http.Header{"Authorization": {"Basic YWRhOnBhc3N3ZA=="}}, ""},
}

func TestTheUserOfARequest(t *testing.T) {
	for _, c := range named {
		t.Run(c.name, func(t *testing.T) {
			if err := c.user.Validate(); err != nil {
				t.Fatal(err)
			}
			if got := c.user.of(c.header); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

var pseudonym = regexp.MustCompile(`^[0-9a-f]{16}$`)

func TestWithoutPIIAnEventHoldsNoUsersName(t *testing.T) {
	for _, c := range named {
		if c.want == "" {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			x := with(asText("boom"), func(x *exchange.Exchange) { x.Request.Header = c.header })
			payload, event := eventWith(t, Options{User: c.user}, x)
			if id, _ := at(t, event, "user", "id").(string); !pseudonym.MatchString(id) {
				t.Errorf("the id is %q", id)
			}
			for _, secret := range append(c.header["X-User-Id"], c.header["X-Token"]...) {
				if strings.Contains(string(payload), `"`+secret+`"`) {
					t.Errorf("%q is in %s", secret, payload)
				}
			}
			if c.want != "42" && strings.Contains(string(payload), `"`+c.want+`"`) {
				t.Errorf("the name is in %s", payload)
			}
		})
	}
}

func TestWithPIIAnEventNamesTheUser(t *testing.T) {
	for _, c := range named {
		if c.want == "" {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			x := with(asText("boom"), func(x *exchange.Exchange) { x.Request.Header = c.header })
			payload, event := eventWith(t, Options{User: c.user, SendDefaultPII: true}, x)
			id, _ := at(t, event, "user", "id").(string)
			if c.user.Source == "cookie" {
				if !pseudonym.MatchString(id) || strings.Contains(string(payload), c.want) {
					t.Errorf("the value of a cookie is in %s", payload)
				}
			} else if id != c.want {
				t.Errorf("the id is %q, want %q", id, c.want)
			}
			if token := c.header.Get("X-Token"); token != "" && strings.Contains(string(payload), token) {
				t.Errorf("the token is in %s", payload)
			}
		})
	}
}

func TestALongNameIsCut(t *testing.T) {
	x := with(asText("boom"), func(x *exchange.Exchange) { x.Request.Header.Set("X-User-Id", strings.Repeat("7", 1000)) })
	_, event := eventWith(t, Options{User: User{Source: "header", Name: "X-User-Id"}, SendDefaultPII: true}, x)
	if id := at(t, event, "user", "id").(string); len(id) > maxTag {
		t.Errorf("the id has %d bytes", len(id))
	}
}

func TestAUserThatCannotBeIsRefused(t *testing.T) {
	for name, u := range map[string]User{
		"no source":               {Name: "sessionid"},
		"an unknown source":       {Source: "session", Name: "id"},
		"no name":                 {Source: "header"},
		"a name too many":         {Source: "basic_auth", Name: "ada"},
		"a header too many":       {Source: "cookie", Name: "a", Header: "b"},
		"a header with a secret":  {Source: "header", Name: "authorization"},
		"a header of all cookies": {Source: "header", Name: "COOKIE"},
	} {
		if u.Validate() == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
