package caddymodule

import (
	"errors"
	"testing"
)

func TestAResponseOfTheAdminAPIIsReadAsItsMessage(t *testing.T) {
	for name, c := range map[string]struct {
		err, message string
		notFound     bool
	}{
		"an error in JSON":                {`caddy responded with error: HTTP 404: {"error":"reading event 0: not found"}`, "reading event 0: not found", true},
		"a colon and braces in it":        {`caddy responded with error: HTTP 400: {"error":"state \"{a: b}\" is unknown"}`, `state "{a: b}" is unknown`, false},
		"control characters in it":        {`caddy responded with error: HTTP 400: {"error":"a\u001b[31mb"}`, "a\ufffd[31mb", false},
		"a page of another server":        {"caddy responded with error: HTTP 404: <h1>Not Found</h1>", "caddy responded with error: HTTP 404: <h1>Not Found</h1>", true},
		"JSON of another server":          {`caddy responded with error: HTTP 502: {"detail":"no"}`, `caddy responded with error: HTTP 502: {"detail":"no"}`, false},
		"no body":                         {"caddy responded with error: HTTP 405: ", "caddy responded with error: HTTP 405: ", false},
		"a status that begins like a 404": {`caddy responded with error: HTTP 4040: {"error":"x"}`, "x", false},
	} {
		t.Run(name, func(t *testing.T) {
			got := readAdminError(errors.New(c.err))
			if got == nil || got.Error() != c.message || isNotFound(got) != c.notFound {
				t.Errorf("got %v, not found: %t", got, isNotFound(got))
			}
		})
	}
	for _, err := range []error{nil, errors.New("performing request: connection refused"), errors.New("caddy responded with error: HTTP abc")} {
		if got := readAdminError(err); got != nil || isNotFound(err) {
			t.Errorf("%v: got %v", err, got)
		}
	}
}
