package files

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

const manifestOfProject = `{"paths":{"app.js":"app.0123456789abcdef.js","css/base.css":"css/base.27e20196a850.css","same.txt":"same.txt"}}`

// project makes a directory with files, and a secret beside it.
func project(t testing.TB) (root string) {
	t.Helper()
	dir := t.TempDir()
	root = filepath.Join(dir, "static")
	for name, content := range map[string]string{
		"static/css/base.css":                 "base",
		"static/css/base.27e20196a850.css":    "hashed",
		"static/css/base.27e20196a850.css.gz": "compressed",
		"static/logo.svg":                     "<svg/>",
		"static/page.html":                    "<p>",
		"static/app.0123456789abcdef.js":      "another hash",
		"static/noise":                        "noise",
		"static/staticfiles.json":             manifestOfProject,
		"static/same.txt":                     "same",
		"static/.env":                         "SECRET",
		"static/prices.202612010112.csv":      "prices",
		"static/.well-known/security.txt":     "Contact: x",
		"static/.well-known/.env":             "SECRET",
		"static/css/.well-known/x":            "SECRET",
		"static/.htaccess":                    "SECRET",
		"static/.git/config":                  "SECRET",
		"static/ü b.txt":                      "a name",
		"settings.py":                         "SECRET",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{
		"out":      "../settings.py",
		"up":       "..",
		"absolute": filepath.Join(dir, "settings.py"),
		"inside":   "css/base.css",
		"loop":     "loop",
	} {
		if err := os.Symlink(to, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

type provisioner interface {
	caddy.Provisioner
	caddyhttp.MiddlewareHandler
}

func provision(t testing.TB, h provisioner) error {
	t.Helper()
	ctx, err := caddy.ProvisionContext(&caddy.Config{Admin: &caddy.AdminConfig{Disabled: true}})
	if err != nil {
		t.Fatal(err)
	}
	return h.Provision(ctx)
}

// prepared returns r as Caddy hands it on, with placeholders.
func prepared(r *http.Request, w http.ResponseWriter, placeholders ...string) *http.Request {
	repl := caddy.NewReplacer()
	for i := 0; i < len(placeholders); i += 2 {
		repl.Set(placeholders[i], placeholders[i+1])
	}
	return caddyhttp.PrepareRequest(r, repl, w, nil)
}

// serve answers a request as Caddy does: an error is a status.
func serve(t *testing.T, h caddyhttp.MiddlewareHandler, r *http.Request, placeholders map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	var pairs []string
	for name, value := range placeholders {
		pairs = append(pairs, name, value)
	}
	r = prepared(r, w, pairs...)
	next := caddyhttp.HandlerFunc(func(w http.ResponseWriter, r *http.Request) error {
		_, err := w.Write([]byte("next"))
		return err
	})
	if err := h.ServeHTTP(w, r, next); err != nil {
		var e caddyhttp.HandlerError
		if !errors.As(err, &e) {
			t.Fatal(err)
		}
		w.WriteHeader(e.StatusCode)
	}
	return w
}

func TestFiles(t *testing.T) {
	for _, c := range []struct {
		name, path, accept string
		uploaded           bool
		status             int
		body               string
		header             http.Header
	}{
		{name: "a file", path: "/static/css/base.css", status: 200, body: "base", header: http.Header{"Cache-Control": {"no-cache"}}},
		{name: "a name with a hash", path: "/static/css/base.27e20196a850.css", status: 200, body: "hashed",
			header: http.Header{"Cache-Control": {"public, max-age=31536000, immutable"}}},
		{name: "a name with a hash of the project's own", path: "/static/app.0123456789abcdef.js", status: 200, body: "another hash",
			header: http.Header{"Cache-Control": {"public, max-age=31536000, immutable"}}},
		{name: "a name in the manifest without a hash", path: "/static/same.txt", status: 200, body: "same", header: http.Header{"Cache-Control": {"no-cache"}}},
		{name: "a name that looks like one with a hash, and is not in the manifest", path: "/static/prices.202612010112.csv", status: 200, body: "prices",
			header: http.Header{"Cache-Control": {"no-cache"}}},
		{name: "a file of .well-known", path: "/static/.well-known/security.txt", status: 200, body: "Contact: x"},
		{name: "a dot file in .well-known", path: "/static/.well-known/.env", status: 404},
		{name: "a way from .well-known to a dot file", path: "/static/.well-known/../.env", status: 404},
		{name: "the directory .well-known", path: "/static/.well-known", status: 404},
		{name: "a directory that is called so elsewhere", path: "/static/css/.well-known/x", status: 404},
		{name: "an uploaded .well-known", path: "/static/.well-known/security.txt", uploaded: true, status: 404},
		{name: "a dot file that is uploaded", path: "/static/.env", uploaded: true, status: 404},
		{name: "a dot file in code", path: "/static/%2eenv", status: 404},
		{name: "a file of Apache's", path: "/static/.htaccess", status: 404},
		{name: "a precompressed variant", path: "/static/css/base.27e20196a850.css", accept: "gzip", status: 200, body: "compressed",
			header: http.Header{"Content-Encoding": {"gzip"}, "Content-Type": {"text/css; charset=utf-8"}}},
		{name: "a name that is not ASCII", path: "/static/%C3%BC%20b.txt", status: 200, body: "a name"},
		{name: "a link within the directory", path: "/static/inside", status: 200, body: "base"},
		{name: "a file that is not there", path: "/static/nope.css", status: 404, header: http.Header{"Cache-Control": nil}},
		{name: "a directory", path: "/static/css/", status: 404},
		{name: "the directory itself", path: "/static/", status: 404},
		{name: "a file as a directory", path: "/static/noise/x", status: 404},
		{name: "a file with a slash behind it", path: "/static/noise/", status: 404},
		{name: "a link that leads out", path: "/static/out", status: 404},
		{name: "a link to the directory above", path: "/static/up/settings.py", status: 404},
		{name: "an absolute link", path: "/static/absolute", status: 404},
		{name: "a link to itself", path: "/static/loop", status: 404},
		{name: "a dot file", path: "/static/.env", status: 404},
		{name: "a file in a dot directory", path: "/static/.git/config", status: 404},
		{name: "the manifest", path: "/static/staticfiles.json", status: 404},
		{name: "a way up", path: "/static/../settings.py", status: 200, body: "next"},
		{name: "a way up in code", path: "/static/%2e%2e/settings.py", status: 200, body: "next"},
		{name: "a way up with a slash in code", path: "/static/..%2fsettings.py", status: 200, body: "next"},
		{name: "a way up within the directory", path: "/static/css/../noise", status: 200, body: "noise"},
		{name: "a name that is too long", path: "/static/" + strings.Repeat("x", 5000), status: 404},
		{name: "a NUL", path: "/static/css%00", status: 404},
		{name: "another URL", path: "/other/", status: 200, body: "next"},
		{name: "an upload", path: "/static/noise", uploaded: true, status: 200, body: "noise",
			header: http.Header{"X-Content-Type-Options": {"nosniff"}, "Content-Disposition": nil, "Cache-Control": nil}},
		{name: "an upload beside one that says to be the same, compressed", path: "/static/css/base.27e20196a850.css", accept: "gzip", uploaded: true,
			status: 200, body: "hashed", header: http.Header{"Content-Encoding": nil}},
		{name: "an upload that could run", path: "/static/page.html", uploaded: true, status: 200, body: "<p>",
			header: http.Header{"X-Content-Type-Options": {"nosniff"}, "Content-Disposition": {"attachment"}}},
		{name: "a picture that could run", path: "/static/logo.svg", uploaded: true, status: 200, body: "<svg/>", header: http.Header{"Content-Disposition": {"attachment"}}},
		{name: "an upload that is not there", path: "/static/nope.html", uploaded: true, status: 404, header: http.Header{"Content-Disposition": nil}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &Files{Root: project(t), URL: "/static", Uploaded: c.uploaded}
			if err := provision(t, f); err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest("GET", c.path, nil)
			if c.accept != "" {
				r.Header.Set("Accept-Encoding", c.accept)
			}
			for _, from := range []string{"disk", "memory"} {
				w := serve(t, f, r, nil)
				if w.Code != c.status || w.Body.String() != c.body {
					t.Errorf("from %s: %d %q, want %d %q", from, w.Code, w.Body, c.status, c.body)
				}
				for name, want := range c.header {
					if got := w.Header()[name]; strings.Join(got, "|") != strings.Join(want, "|") {
						t.Errorf("from %s: %s: %q, want %q", from, name, got, want)
					}
				}
			}
		})
	}
}

func TestRanges(t *testing.T) {
	f := &Files{Root: project(t), URL: "/static/"}
	if err := provision(t, f); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, of string
		status   int
		body     string
	}{
		{"a part", "bytes=1-2", 206, "oi"},
		{"beyond the end", "bytes=9-", 416, "invalid range: failed to overlap\n"},
		{"of a unit that nobody knows", "lines=0-1", 200, "noise"},
		{"without a unit", "0-1", 200, "noise"},
	} {
		r := httptest.NewRequest("GET", "/static/noise", nil)
		r.Header.Set("Range", c.of)
		if w := serve(t, f, r, nil); w.Code != c.status || w.Body.String() != c.body {
			t.Errorf("%s: %d %q, want %d %q", c.name, w.Code, w.Body, c.status, c.body)
		}
		if r.Header.Get("Range") != c.of {
			t.Errorf("%s: the request has another header afterwards", c.name)
		}
	}
}

func TestAURLWithTwoSlashes(t *testing.T) {
	f := &Files{Root: project(t), URL: "/shop//static/"}
	if err := provision(t, f); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/shop//static/noise": "noise", "/shop/static/noise": "next", "/shop//static/../noise": "next"} {
		if w := serve(t, f, httptest.NewRequest("GET", path, nil), nil); w.Body.String() != want {
			t.Errorf("%s: %q, want %q", path, w.Body, want)
		}
	}
}

func TestOnlyReadingIsAllowed(t *testing.T) {
	f := &Files{Root: project(t), URL: "/static/"}
	if err := provision(t, f); err != nil {
		t.Fatal(err)
	}
	w := serve(t, f, httptest.NewRequest("POST", "/static/css/base.css", strings.NewReader("of 1 GB")), nil)
	if w.Code != 405 || w.Header().Get("Allow") == "" || w.Header().Get("Connection") != "close" {
		t.Errorf("%d, %v", w.Code, w.Header())
	}
}

// A deployment may replace the directory and write the manifest anew.
func TestADirectoryThatIsReplaced(t *testing.T) {
	root := project(t)
	f := &Files{Root: root, URL: "/static/"}
	if err := provision(t, f); err != nil {
		t.Fatal(err)
	}
	serve(t, f, httptest.NewRequest("GET", "/static/same.txt", nil), nil)
	if err := os.Rename(root, root+".old"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(lookTime)
	if w := serve(t, f, httptest.NewRequest("GET", "/static/same.txt", nil), nil); w.Code != 404 {
		t.Errorf("%d without the directory", w.Code)
	}
	if err := os.Mkdir(root, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"same.txt": "new", "staticfiles.json": `{"paths":{"x.txt":"same.txt"}}`} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f.hashed.looked = time.Time{} // a second has passed
	w := serve(t, f, httptest.NewRequest("GET", "/static/same.txt", nil), nil)
	if w.Body.String() != "new" || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("%q, %v", w.Body, w.Header())
	}
	if err := os.WriteFile(filepath.Join(root, manifestName), []byte(`{"paths":`), 0o644); err != nil {
		t.Fatal(err)
	}
	f.hashed.looked = time.Time{}
	if !f.hashed.is("same.txt") {
		t.Error("a manifest that is half written puts the last one out of force")
	}
}

func TestWhatIsNoDirectoryIsRefused(t *testing.T) {
	root := project(t)
	for _, c := range []struct {
		files Files
		want  string
	}{
		{Files{Root: root + "/none", URL: "/static/"}, "the directory " + root + "/none does not exist: make it, by collectstatic"},
		{Files{Root: root + "/noise", URL: "/static/"}, "noise is a file: name a directory"},
		{Files{Root: root + "/noise", URL: "/media/", Uploaded: true}, "noise is a file: name a directory"},
		{Files{URL: "/static/"}, "root is empty"},
		{Files{Root: root, URL: "static"}, `"static" is not the path of a directory: write one such as /static/`},
		{Files{Root: root, URL: "/"}, `"/" is not the path of a directory`},
		{Files{Root: "{env.NO_SUCH}", URL: "/static/"}, "NO_SUCH"},
	} {
		if err := provision(t, &c.files); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want …%s…", c.files, err, c.want)
		}
	}
	if err := provision(t, &Files{Root: root + "/none", URL: "/media/", Uploaded: true}); err != nil {
		t.Errorf("before the first upload: %v", err)
	}
}
