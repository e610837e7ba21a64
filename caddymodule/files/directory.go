package files

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	_ "github.com/caddyserver/caddy/v2/modules/caddyhttp/encode/brotli" // precompressed variants
	_ "github.com/caddyserver/caddy/v2/modules/caddyhttp/encode/gzip"
	_ "github.com/caddyserver/caddy/v2/modules/caddyhttp/encode/zstd"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/fileserver"
)

// directory returns the absolute path of root.
func directory(root string) (string, error) {
	root, err := caddy.NewReplacer().ReplaceOrErr(root, true, true)
	if err != nil {
		return "", fmt.Errorf("root: %w", err)
	}
	if root == "" {
		return "", errors.New("root is empty: name a directory")
	}
	return filepath.Abs(root)
}

// exists refuses what is not a directory.
func exists(root string) error {
	info, err := os.Stat(root)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("the directory %s does not exist: make it, by collectstatic if it is STATIC_ROOT", root)
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is a file: name a directory", root)
	}
	return nil
}

// URLPrefix returns a path that begins and ends with a slash.
func URLPrefix(url string) (string, error) {
	if !strings.HasPrefix(url, "/") || path.Clean(url) == "/" {
		return "", fmt.Errorf("%q is not the path of a directory: write one such as /static/", url)
	}
	return strings.TrimRight(url, "/") + "/", nil
}

// newServer returns a file server for the directory root alone. Precompressed variants
// are only for what nobody has uploaded: who uploads a.txt.gz would decide what
// others see of a.txt.
func newServer(ctx caddy.Context, root string, precompressed bool, hide ...string) (*fileserver.FileServer, error) {
	name := "django:" + root
	ctx.FileSystems().Register(name, newMemory(root))
	server := &fileserver.FileServer{
		FileSystem:    name,
		Root:          ".",
		Hide:          hide,
		IndexNames:    []string{},
		CanonicalURIs: new(false),
	}
	if precompressed {
		server.PrecompressedRaw = caddy.ModuleMap{
			"br": json.RawMessage("{}"), "zstd": json.RawMessage("{}"), "gzip": json.RawMessage("{}"),
		}
		server.PrecompressedOrder = []string{"br", "zstd", "gzip"}
	}
	return server, server.Provision(ctx)
}

// at returns r as a request for the file of this name.
func at(r *http.Request, name string) *http.Request {
	u := *r.URL
	u.Path, u.RawPath = name, ""
	to := *r
	to.URL = &u
	if of := r.Header.Get("Range"); of != "" && !strings.HasPrefix(of, "bytes=") {
		// A unit that a server does not know it must ignore (RFC 9110 14.2); net/http refuses it.
		to.Header = r.Header.Clone()
		to.Header.Del("Range")
	}
	return &to
}

var notFound = caddyhttp.HandlerFunc(func(http.ResponseWriter, *http.Request) error {
	return caddyhttp.Error(http.StatusNotFound, nil)
})
