package page

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// failed is a request that could not be answered.
func failed(method, accept string, err error) *http.Request {
	r := httptest.NewRequest(method, "/", nil)
	if accept != "" {
		r.Header.Set("Accept", accept)
	}
	return r.WithContext(context.WithValue(r.Context(), caddyhttp.ErrorCtxKey, err))
}

func answer(t *testing.T, e *Error, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	if err := e.Provision(caddy.Context{}); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	if err := e.ServeHTTP(w, r, nil); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestThePageOfAnError(t *testing.T) {
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	for _, c := range []struct {
		name, accept string
		err          error
		status       int
		says         []string
		not          string
	}{
		{"Django is not there", browser, caddyhttp.HandlerError{StatusCode: 502, ID: "k3x9", Err: errors.New("dial unix /run/secret.sock")}, 502,
			[]string{"The site is not available", "<code>k3x9</code>"}, "secret.sock"},
		{"Django takes too long", browser, caddyhttp.HandlerError{StatusCode: 504, ID: "k3x9"}, 504, []string{"takes too long", "k3x9"}, ""},
		{"an upload that is too large has no code", browser, caddyhttp.HandlerError{StatusCode: 413, ID: "k3x9"}, 413, []string{"too large"}, "k3x9"},
		{"another error", browser, caddyhttp.HandlerError{StatusCode: 418}, 418, []string{"teapot"}, "code:"},
		{"a status that nobody knows", browser, caddyhttp.HandlerError{StatusCode: 599}, 599, []string{"<title>Error</title>"}, ""},
		{"an error without a status", browser, errors.New("boom"), 500, []string{"Something went wrong"}, "boom"},
		{"a client of an API", "application/json", caddyhttp.HandlerError{StatusCode: 502, ID: "k3x9"}, 502, []string{`"error_id":"k3x9"`, `"detail":`}, "<"},
		{"a client of an API, about what has no code", "application/json", caddyhttp.HandlerError{StatusCode: 413, ID: "k3x9"}, 413, []string{`{"detail":"`}, "error_id"},
		{"a client that takes JSON before a page", "application/json, text/html", caddyhttp.HandlerError{StatusCode: 502}, 502, []string{`{"detail":"`}, "<"},
		{"a client that takes a page before JSON", "text/html, application/ld+json;q=0.9", caddyhttp.HandlerError{StatusCode: 502}, 502, []string{"<!DOCTYPE html>"}, "detail"},
		{"a client that says nothing", "", caddyhttp.HandlerError{StatusCode: 502}, 502, []string{"<!DOCTYPE html>"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := answer(t, new(Error), failed("GET", c.accept, c.err))
			if w.Code != c.status {
				t.Errorf("status %d, want %d", w.Code, c.status)
			}
			for _, says := range c.says {
				if !strings.Contains(w.Body.String(), says) {
					t.Errorf("it does not say %q:\n%s", says, w.Body)
				}
			}
			if c.not != "" && strings.Contains(w.Body.String(), c.not) {
				t.Errorf("it says %q:\n%s", c.not, w.Body)
			}
			if strings.HasPrefix(c.accept, "application/json") && !json.Valid(w.Body.Bytes()) {
				t.Errorf("no JSON: %s", w.Body)
			}
			if w.Header().Get("Cache-Control") != "no-store" {
				t.Error("it may be cached")
			}
			if w.Header().Get("X-Content-Type-Options") != "nosniff" {
				t.Error("it may be taken for something else")
			}
		})
	}
}

func TestAPageOfOnesOwn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "error.html")
	if err := os.WriteFile(file, []byte("{{.Status}} {{.Title}} {{.ID}}"), 0o600); err != nil {
		t.Fatal(err)
	}
	w := answer(t, &Error{Page: file}, failed("GET", "", caddyhttp.HandlerError{StatusCode: 502, ID: "<b>"}))
	if got, want := w.Body.String(), "502 The site is not available &lt;b&gt;"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestAPageThatIsNoneIsRefused(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"cut.html": "{{.Status", "field.html": "{{.Statuss}}"} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(file); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Load(dir + "/none.html"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestHEADGetsNoPage(t *testing.T) {
	w := answer(t, new(Error), failed("HEAD", "", caddyhttp.HandlerError{StatusCode: 502}))
	if w.Body.Len() != 0 || w.Header().Get("Content-Length") == "0" {
		t.Errorf("%d bytes, %v", w.Body.Len(), w.Header())
	}
}
