package guard

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// request is one that Caddy has taken, of a trusted proxy or of a stranger.
func request(trusted bool) *http.Request {
	r := httptest.NewRequest("GET", "/", nil)
	repl := caddy.NewReplacer()
	r = caddyhttp.PrepareRequest(r, repl, httptest.NewRecorder(), nil)
	caddyhttp.SetVar(r.Context(), caddyhttp.TrustedProxyVarKey, trusted)
	return r
}

var nothing = caddyhttp.HandlerFunc(func(http.ResponseWriter, *http.Request) error { return nil })

func TestAClientDoesNotPassForAProxy(t *testing.T) {
	r := request(true)
	for _, name := range []string{
		"forwarded", "x-accel-redirect", "x-accel-mapping", "x-forwarded-port", "x-forwarded-prefix", "x-forwarded-protocol",
		"x-forwarded-server", "x-forwarded-ssl", "x-real-ip", "x-request-start", "x-sendfile-type",
		"x-acceleration", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "cookie",
	} {
		r.Header[http.CanonicalHeaderKey(name)] = []string{"1.2.3.4", "x"}
	}
	if err := new(Guard).ServeHTTP(httptest.NewRecorder(), r, nothing); err != nil {
		t.Fatal(err)
	}
	want := []string{"Cookie", "X-Acceleration", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Request-Id"}
	if got := slices.Sorted(maps.Keys(r.Header)); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestARequestHasAnID(t *testing.T) {
	for _, c := range []struct {
		name    string
		ids     []string
		trusted bool
		kept    bool
	}{
		{"none", nil, true, false},
		{"a stranger's", []string{"0123456789abcdef"}, false, false},
		{"that of a trusted proxy", []string{"aZ09._-x"}, true, true},
		{"the longest", []string{strings.Repeat("a", 128)}, true, true},
		{"one that is too long", []string{strings.Repeat("a", 129)}, true, false},
		{"one that is too short", []string{"1234567"}, true, false},
		{"one with a blank", []string{"1234 5678"}, true, false},
		{"one with a line break at the end", []string{"12345678\n"}, true, false},
		{"one that is no ASCII", []string{"12345678é"}, true, false},
		{"two", []string{"12345678", "87654321"}, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := request(c.trusted)
			if c.ids != nil {
				r.Header[requestID] = c.ids
			}
			if err := new(Guard).ServeHTTP(httptest.NewRecorder(), r, nothing); err != nil {
				t.Fatal(err)
			}
			got := r.Header[requestID]
			if kept := slices.Equal(got, c.ids); kept != c.kept {
				t.Fatalf("%q, kept %t, want %t", got, kept, c.kept)
			}
			uuid, _ := r.Context().Value(caddy.ReplacerCtxKey).(*caddy.Replacer).GetString("http.request.uuid")
			if !c.kept && !slices.Equal(got, []string{uuid}) {
				t.Errorf("%q, want Caddy's own, %q", got, uuid)
			}
		})
	}
}

func BenchmarkGuard(b *testing.B) {
	r := request(false)
	for _, name := range []string{"User-Agent", "Accept", "Accept-Language", "Cookie"} {
		r.Header.Set(name, "x")
	}
	ctx := r.Context()
	b.ReportAllocs()
	for b.Loop() {
		delete(r.Header, requestID)
		r = r.WithContext(context.WithValue(ctx, caddyhttp.VarsCtxKey, map[string]any{}))
		if err := new(Guard).ServeHTTP(nil, r, nothing); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAnErrorHasTheIDOfItsRequest(t *testing.T) {
	for _, c := range []struct {
		name string
		set  []string // on the response, by what is behind the guard
		err  error
		want string
	}{
		{"an error", nil, errors.New("nobody listens"), "of-the-request"},
		{"a response of Django's that broke off", []string{"of-django"}, errors.New("cut short"), "of-django"},
		{"no error: the file of a cache", nil, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, w := request(true), httptest.NewRecorder()
			r.Header[requestID] = []string{"of-the-request"}
			err := new(Guard).ServeHTTP(w, r, caddyhttp.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) error {
				if c.set != nil {
					w.Header()[requestID] = c.set
				}
				return c.err
			}))
			if got := w.Header().Get(requestID); got != c.want || !errors.Is(err, c.err) {
				t.Errorf("%q (%v), want %q", got, err, c.want)
			}
		})
	}
}
