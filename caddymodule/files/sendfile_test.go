package files

import (
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

func TestSendfile(t *testing.T) {
	const accel, xsendfile = "http.reverse_proxy.header.X-Accel-Redirect", "http.reverse_proxy.header.X-Sendfile"
	root := project(t)
	s := &Sendfile{Directories: []Directory{{"/protected", root}, {"/other/", root + "/css"}}}
	if err := provision(t, s); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, method, header, value string
		status                      int
		body                        string
	}{
		{"by its URL", "GET", accel, "/protected/css/base.css", 200, "base"},
		{"of the second directory", "GET", accel, "/other/base.css", 200, "base"},
		{"by a name that is not ASCII", "GET", accel, "/protected/%C3%BC%20b.txt", 200, "a name"},
		{"by a name that is not quoted", "GET", accel, "/protected/ü b.txt", 200, "a name"},
		{"for a form", "POST", accel, "/protected/css/base.css", 200, "base"},
		{"for HEAD", "HEAD", accel, "/protected/css/base.css", 200, ""},
		{"by its path", "GET", xsendfile, filepath.Join(root, "css", "base.css"), 200, "base"},
		{"that begins with a dot", "GET", accel, "/protected/.env", 200, "SECRET"},
		{"in a directory that does", "GET", accel, "/protected/.git/config", 200, "SECRET"},
		{"that begins with a dot, by its path", "GET", xsendfile, filepath.Join(root, ".env"), 200, "SECRET"},
		{"called like a manifest", "GET", accel, "/protected/staticfiles.json", 200, manifestOfProject},
		{"above the directory, from a dot directory", "GET", accel, "/protected/.git/../../settings.py", 500, ""},
		{"that is not there", "GET", accel, "/protected/none", 404, ""},
		{"above the directory", "GET", accel, "/protected/../settings.py", 500, ""},
		{"above the directory, in code", "GET", accel, "/protected/%2e%2e/settings.py", 500, ""},
		{"by a link out of it", "GET", accel, "/protected/out", 404, ""},
		{"elsewhere", "GET", accel, "/etc/passwd", 500, ""},
		{"of another host", "GET", accel, "//evil.example/protected/noise", 500, ""},
		{"by what is no URL", "GET", accel, "/protected/%zz", 500, ""},
		{"by a path elsewhere", "GET", xsendfile, "/etc/passwd", 500, ""},
		{"by a path that looks alike", "GET", xsendfile, root + "-other/x", 500, ""},
		{"by a path above", "GET", xsendfile, root + "/../settings.py", 500, ""},
		{"by a relative path", "GET", xsendfile, "css/base.css", 500, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := serve(t, s, httptest.NewRequest(c.method, "/download/7/", nil), map[string]string{c.header: c.value})
			if w.Code != c.status || w.Body.String() != c.body {
				t.Errorf("%d %q, want %d %q", w.Code, w.Body, c.status, c.body)
			}
		})
	}
}

func TestAProtectedFileIsItself(t *testing.T) {
	s := &Sendfile{Directories: []Directory{{"/protected", project(t)}}}
	if err := provision(t, s); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/download/7/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := serve(t, s, r, map[string]string{"http.reverse_proxy.header.X-Accel-Redirect": "/protected/css/base.27e20196a850.css"})
	if w.Body.String() != "hashed" {
		t.Errorf("%q is another file's", w.Body)
	}
}

func TestAnErrorHasNothingOfTheFile(t *testing.T) {
	s := new(Sendfile)
	if err := provision(t, s); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	for _, name := range []string{"Content-Disposition", "Content-Type", "Cache-Control", "Set-Cookie"} {
		w.Header().Set(name, "of Django's")
	}
	r := httptest.NewRequest("GET", "/", nil)
	err := s.ServeHTTP(w, prepared(r, w, "http.reverse_proxy.header.X-Accel-Redirect", "/protected/x"), nil)
	if err == nil || !strings.Contains(err.Error(), "is below no URL of a protected directory") {
		t.Errorf("%v", err)
	}
	if h := w.Header(); len(h) != 1 || h.Get("Set-Cookie") == "" {
		t.Errorf("headers %v", h)
	}
}
