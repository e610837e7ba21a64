package caddymodule

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
)

// What is refused is in testdata/adapt/bad_django_upstream_*.
func TestEveryKindOfAddressIsAnUpstream(t *testing.T) {
	for _, address := range []string{
		"127.0.0.1", "127.0.0.1:8000", ":8000", "[::1]:8000", "::1", "gunicorn", "gunicorn:8000", "gunicorn.internal:8000-8003",
		"unix//run/shop/gunicorn.sock", "unix+h2c//run/shop/hypercorn.sock", "unix/@shop", "fd/3", "tcp/127.0.0.1:8000",
		"http://127.0.0.1:8000", "https://gunicorn.internal", "h2c://127.0.0.1:8000", "{env.UPSTREAM}", "unix/{env.SOCKET}",
	} {
		if err := checkUpstream(address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// provisionShortcut loads a site with the directive as caddy validate does.
func provisionShortcut(t *testing.T, options string) error {
	t.Helper()
	text := fmt.Sprintf("{\n\tadmin off\n\tdjango {\n\t\tstore %s\n\t}\n}\nhttp://localhost {\n\tdjango 127.0.0.1:9 {\n%s\n\t}\n}\n",
		filepath.Join(t.TempDir(), "errors.db"), options)
	config, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	var c *caddy.Config
	if err := caddy.StrictUnmarshalJSON(config, &c); err != nil {
		t.Fatal(err)
	}
	return caddy.Validate(c)
}

func TestTheShortcutRefusesWhatIsNotThere(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("{{.NoSuchField}}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, options, want string }{
		{"a static directory that is not there", "static /static/ /no/such/static", "the directory /no/such/static does not exist: make it, by collectstatic"},
		{"a relative one, by its absolute path", "static /static/ build/static", "the directory " + filepath.Join(dir, "build/static") + " does not exist"},
		{"a static directory that is a file", "static /static/ " + file, file + " is a file: name a directory"},
		{"a static directory that comes to nothing", "static /static/ {env.GATEWAY_TEST_UNSET}", "GATEWAY_TEST_UNSET"},
		{"a protected directory that is not there", "protected /protected/ private", "the directory " + filepath.Join(dir, "private") + " does not exist"},
		{"a directory of buffers that is not there", "buffer_dir /no/such/dir", "dir: stat /no/such/dir"},
		{"an error page that is not there", "error_page /no/such.html", "page: open /no/such.html"},
		{"an error page that is no template", "error_page " + file, "NoSuchField"},
		{"a page of maintenance that is not there", "maintenance {\npage /no/such.html\n}", "page: open /no/such.html"},
		{"an address to let through that is none", "maintenance {\nallow office\n}", `allow "office" is no address`},
		{"a release that comes to nothing", "monitor {\nrelease {env.GATEWAY_TEST_UNSET}\n}", `release "{env.GATEWAY_TEST_UNSET}"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := provisionShortcut(t, c.options)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want one line with %q", err, c.want)
			}
		})
	}
	if err := provisionShortcut(t, "media /media/ nothing/uploaded/yet"); err != nil {
		t.Errorf("a media directory that is not there yet: %v", err)
	}
}
