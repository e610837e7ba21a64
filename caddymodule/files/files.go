// Package files serves the files of a Django project.
package files

import (
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/fileserver"
	"go.uber.org/zap"

	"github.com/caddy-django/gateway/caddymodule/page"
)

func init() { caddy.RegisterModule((*Files)(nil)) }

// Files serves the static files of a Django project, or what its users have
// uploaded. It calls the next handler for a path that is not below URL, or leaves it
// by "..", and for no other: a file that is not there is a 404, and no worker is asked.
//
// Only what is in the directory is served: not what a symbolic link elsewhere leads to,
// no names that begin with a dot but .well-known, no lists of a directory.
//
// It is Caddy's file_server underneath, with its conditional requests and ranges, and
// precompressed variants (.br, .zst, .gz) of static files.
type Files struct {
	// Root is the directory. One of uploads need not exist yet. May hold global
	// placeholders.
	Root string `json:"root,omitempty"`

	// URL is the path that stands for the directory, such as "/static/".
	URL string `json:"url,omitempty"`

	// Uploaded says that users have made the files: browsers are told not to guess
	// their type, and to save what could run as a part of the site. Otherwise
	// they are those of collectstatic: the ones with a hash in their name may be
	// cached for a year, the others are asked for again each time.
	Uploaded bool `json:"uploaded,omitempty"`

	server *fileserver.FileServer
	hashed *hashed
}

// CaddyModule returns the Caddy module information.
func (*Files) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.handlers.django_files",
		New: func() caddy.Module { return new(Files) },
	}
}

// Provision sets up f.
func (f *Files) Provision(ctx caddy.Context) error {
	root, err := directory(f.Root)
	if err != nil {
		return err
	}
	if _, err := os.Stat(root); f.Uploaded && errors.Is(err, fs.ErrNotExist) {
		ctx.Logger().Info("nothing is uploaded yet", zap.String("directory", root)) // Django makes it
	} else if err := exists(root); err != nil {
		return err
	}
	if f.URL, err = URLPrefix(f.URL); err != nil {
		return err
	}
	f.hashed = newHashed(root)
	f.server, err = newServer(ctx, root, !f.Uploaded, manifestName)
	return err
}

// ServeHTTP implements caddyhttp.MiddlewareHandler.
func (f *Files) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	name, ok := strings.CutPrefix(r.URL.Path, f.URL)
	if !ok || !strings.HasPrefix(caddyhttp.CleanPath(r.URL.Path, !strings.Contains(f.URL, "//")), f.URL) {
		return next.ServeHTTP(w, r)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead { // which file_server refuses
		page.HangUp(w, r)
	}
	if strings.HasSuffix(name, "/") { // a directory, or a file that is none
		return caddyhttp.Error(http.StatusNotFound, nil)
	}
	name = path.Clean("/" + name)
	if f.hides(name) {
		return caddyhttp.Error(http.StatusNotFound, nil)
	}
	if f.Uploaded {
		guard(w.Header(), name)
	} else {
		w.Header().Set("Cache-Control", f.cacheControl(name))
	}
	err := f.server.ServeHTTP(writer{w}, at(r, name), notFound)
	if err != nil { // an error is no file
		for _, name := range []string{"Cache-Control", "Content-Disposition", "Content-Security-Policy"} {
			w.Header().Del(name)
		}
	}
	return err
}

// hides reports whether a name, or that of a directory on the way, begins with a dot. Static files may have
// the directory .well-known, which is there to be read (RFC 8615).
func (f *Files) hides(name string) bool {
	if !f.Uploaded {
		if rest, ok := strings.CutPrefix(name, "/.well-known/"); ok {
			name = "/" + rest
		}
	}
	return strings.Contains(name, "/.")
}

// cacheControl allows a year for what never changes, which is what browsers take for
// ever (RFC 8246).
func (f *Files) cacheControl(name string) string {
	if f.hashed.is(name[1:]) {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache"
}

// guard keeps a browser from running what a user has uploaded as a part of the site.
func guard(h http.Header, name string) {
	h.Set("X-Content-Type-Options", "nosniff")
	if active(mime.TypeByExtension(path.Ext(name))) {
		h.Set("Content-Disposition", "attachment")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	}
}

// active reports whether a browser runs scripts in a document of this type. What
// is unknown is not shown at all, but saved, as nobody may guess.
func active(contentType string) bool {
	media, _, _ := mime.ParseMediaType(contentType)
	switch media {
	case "text/html", "text/xml", "application/xml", "text/javascript", "application/javascript", "application/x-shockwave-flash", "text/xsl":
		return true
	}
	return strings.HasSuffix(media, "+xml")
}

var (
	_ caddy.Provisioner           = (*Files)(nil)
	_ caddyhttp.MiddlewareHandler = (*Files)(nil)
)
