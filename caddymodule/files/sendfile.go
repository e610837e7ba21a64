package files

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/fileserver"
)

func init() { caddy.RegisterModule((*Sendfile)(nil)) }

// Sendfile serves the file that Django names in its response: by the path of a
// URL in X-Accel-Redirect, as for nginx, or by its path on disk in X-Sendfile, as for
// Apache. It stands in a handle_response of reverse_proxy, after
// copy_response_headers.
//
// Whatever the method of the request was, the file is what GET gets, and with HEAD its
// headers. A file that is in none of the directories is an error of Django's: 500.
type Sendfile struct {
	// Directories that files may come from.
	Directories []Directory `json:"directories,omitempty"`

	servers []*fileserver.FileServer
}

// Directory is what files may be sent from.
type Directory struct {
	// URL is the path that stands for the directory in X-Accel-Redirect, such as
	// "/protected/".
	URL string `json:"url,omitempty"`

	// Root is the directory. May hold global placeholders.
	Root string `json:"root,omitempty"`
}

// CaddyModule returns the Caddy module information.
func (*Sendfile) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.handlers.django_sendfile",
		New: func() caddy.Module { return new(Sendfile) },
	}
}

// Provision sets up s.
func (s *Sendfile) Provision(ctx caddy.Context) error {
	for i := range s.Directories {
		d := &s.Directories[i]
		var err error
		if d.Root, err = directory(d.Root); err != nil {
			return err
		}
		if err := exists(d.Root); err != nil {
			return err
		}
		if d.URL, err = URLPrefix(d.URL); err != nil {
			return err
		}
		server, err := newServer(ctx, d.Root, false)
		if err != nil {
			return err
		}
		s.servers = append(s.servers, server)
	}
	return nil
}

// ServeHTTP implements caddyhttp.MiddlewareHandler.
func (s *Sendfile) ServeHTTP(w http.ResponseWriter, r *http.Request, _ caddyhttp.Handler) error {
	err := s.send(w, r)
	if err != nil { // what Django says of the file is not said of an error
		for name := range w.Header() {
			if strings.HasPrefix(name, "Content-") || name == "Cache-Control" || name == "Expires" {
				w.Header().Del(name)
			}
		}
	}
	return err
}

func (s *Sendfile) send(w http.ResponseWriter, r *http.Request) error {
	server, name, err := s.find(r)
	if err != nil {
		return caddyhttp.Error(http.StatusInternalServerError, err)
	}
	to := at(r, name)
	if to.Method != http.MethodHead {
		to.Method = http.MethodGet
	}
	return server.ServeHTTP(writer{w}, to, notFound)
}

// find returns what serves the file that the response names, and the file's name
// in there.
func (s *Sendfile) find(r *http.Request) (*fileserver.FileServer, string, error) {
	repl := r.Context().Value(caddy.ReplacerCtxKey).(*caddy.Replacer)
	if to, _ := repl.GetString("http.reverse_proxy.header.X-Accel-Redirect"); to != "" {
		u, err := url.Parse(to)
		if err != nil {
			return nil, "", fmt.Errorf("X-Accel-Redirect: %w", err)
		}
		clean := path.Clean(u.Path)
		for i, d := range s.Directories {
			if name, ok := strings.CutPrefix(clean, d.URL); ok && u.Host == "" {
				return s.servers[i], "/" + name, nil
			}
		}
		return nil, "", fmt.Errorf("X-Accel-Redirect names %s, which is below no URL of a protected directory", to)
	}
	to, _ := repl.GetString("http.reverse_proxy.header.X-Sendfile")
	clean := filepath.Clean(to)
	for i, d := range s.Directories {
		if name, ok := strings.CutPrefix(clean, d.Root+string(filepath.Separator)); ok {
			return s.servers[i], "/" + filepath.ToSlash(name), nil
		}
	}
	return nil, "", fmt.Errorf("X-Sendfile names %s, which is in no protected directory", to)
}

var (
	_ caddy.Provisioner           = (*Sendfile)(nil)
	_ caddyhttp.MiddlewareHandler = (*Sendfile)(nil)
)
