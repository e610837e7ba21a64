package exchange

import (
	"net/http"
	"testing"
)

func TestAResponseIsAFile(t *testing.T) {
	const changed = "Mon, 30 Nov 2026 10:00:00 GMT"
	whiteNoise := http.Header{"Last-Modified": {changed}, "Cache-Control": {"max-age=60, public"}}
	plain := http.Header{"Last-Modified": {changed}}
	for _, c := range []struct {
		name, method, path string
		status             int
		header             http.Header
		want               bool
	}{
		{"a style sheet of WhiteNoise", "GET", "/static/shop.css", 200, whiteNoise, true},
		{"its headers", "HEAD", "/static/shop.css", 200, whiteNoise, true},
		{"a file of WhiteNoise without an extension", "GET", "/static/admin/LICENSE", 200, whiteNoise, true},
		{"a file of django.views.static", "GET", "/media/cat.jpg", 200, plain, true},
		{"a file of the gateway", "GET", "/LICENSE", 200, http.Header{"Accept-Ranges": {"bytes"}}, true},
		{"a part of a file", "GET", "/media/film", 206, http.Header{}, true},
		{"a page", "GET", "/books/7/", 200, http.Header{"Cache-Control": {"max-age=60, public"}}, false},
		{"a page of a view that knows its last change", "GET", "/feed/", 200, plain, false},
		{"a name that begins with a dot", "GET", "/.well-known", 200, plain, false},
		{"a dot above the last segment", "GET", "/v1.2/books/", 200, plain, false},
		{"an upload", "POST", "/media/cat.jpg", 200, whiteNoise, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := isFile(c.method, c.path, c.status, c.header); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}
