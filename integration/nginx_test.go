package integration

import (
	"bytes"
	"compress/gzip"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/caddy-django/gateway/integration/nginx"
	"github.com/caddy-django/gateway/integration/stack"
)

// siteFiles are what lies in the directories of the site, by their paths. What begins with
// "->" is a symbolic link.
var siteFiles = map[string]string{
	"secret.txt":                     "nobody may read this\n",
	"public/500.html":                "<h1>It is not your fault</h1>\n",
	"public/robots.txt":              "User-agent: *\n",
	"static/.hidden":                 "hidden\n",
	"static/hashed.b05dff2bb378.css": "a{}\n",
	"static/packed.css":              "b{}\n",
	"static/link-inside.css":         "->shop.css",
	"static/link-outside":            "->../secret.txt",
	"static/résumé.txt":              "r\n", "static/a b.txt": "a b\n", "static/a+b.txt": "a+b\n", "static/a?b.txt": "a?b\n", "static/a#b.txt": "a#b\n", "static/a%b.txt": "a%b\n",
	"static/sub/page.html": "<p>page</p>\n", "static/sub/data.json": "{}\n", "static/sub/data.wasm": "\x00asm", "static/sub/data.unknown": "\x00\x01", "static/sub/noextension": "text\n",
	"static/sub/module.mjs": "export {}\n", "static/sub/icon.svg": "<svg/>\n", "static/sub/font.woff2": "wOF2", "static/sub/image.webp": "RIFF", "static/sub/empty.txt": "", "static/sub/.hidden": "hidden\n",
	"media/note.txt": "a note of some length, for ranges\n", "media/page.html": "<script>alert(1)</script>\n", "media/image.svg": "<svg/>\n", "media/script.js": "alert(1)\n", "media/unknown": "\x00\x01", "media/.hidden": "hidden\n", "media/link-outside": "->../secret.txt",
	"protected/report.pdf": "%PDF-1.7 a report of some length\n", "protected/résumé.pdf": "r\n", "protected/a b+c.pdf": "a b+c\n", "protected/a%b.pdf": "a%b\n", "protected/a?b.pdf": "a?b\n", "protected/sub/deep.txt": "deep\n", "protected/packed.css": "b{}\n", "protected/.hidden": "hidden\n", "protected/link-outside": "->../secret.txt",
}

// twoServers are nginx and the gateway before the same shop.
type twoServers struct {
	nginx, ours string // host:port
	shop        *stack.Process
}

func newTwoServers(t *testing.T) twoServers {
	t.Helper()
	shop := preparedShop(t, "SHOP_HOSTS="+nginx.Host)
	writeSite(t, shop.Dir)
	shop.Socket = filepath.Join(shop.Dir, "gunicorn.sock")
	app, err := shop.Gunicorn(t.Context(), freeAddr(t))
	started(t, app, err)
	in := func(name string) string { return filepath.Join(shop.Dir, name) }
	server, err := stack.Nginx{
		Dir: t.TempDir(), Addr: freeAddr(t), Host: nginx.Host, Upstream: "unix:" + shop.Socket,
		Public: in("public"), Static: in("static"), Media: in("media"), Protected: in("protected"),
	}.Start(t.Context())
	started(t, server, err)

	dir, addr := t.TempDir(), freeAddr(t)
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := stack.Gateway(t.Context(), dir, stack.Root("integration", "nginx", "Caddyfile"), addr,
		"DEMO_ADMIN="+freeAddr(t), "DEMO_STORE="+filepath.Join(dir, "errors.db"), "PORT="+port, "SITE="+shop.Dir)
	started(t, ours, err)
	return twoServers{server.Addr, addr, app}
}

func writeSite(t *testing.T, dir string) {
	t.Helper()
	files := map[string]string{"static/packed.css.gz": packed(t, "b{}\n"), "protected/packed.css.gz": packed(t, "b{}\n")}
	for name, content := range siteFiles {
		files[name] = content
	}
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if len(content) > 2 && content[:2] == "->" {
			err = os.Symlink(content[2:], path)
		} else {
			err = os.WriteFile(path, []byte(content), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func packed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	if _, err := zw.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// compare asks both servers, a few cases at a time, and returns what differs in the order
// of the cases.
func (s twoServers) compare(t *testing.T, cases []nginx.Case) (all []nginx.Difference) {
	t.Helper()
	found := make([][]nginx.Difference, len(cases))
	var asking sync.WaitGroup
	slots := make(chan struct{}, 4)
	for i, c := range cases {
		slots <- struct{}{}
		asking.Go(func() {
			defer func() { <-slots }()
			theirs, err := nginx.Ask(t.Context(), s.nginx, c)
			if err != nil {
				t.Errorf("%s: nginx: %v", c.Name, err)
				return
			}
			ours, err := nginx.Ask(t.Context(), s.ours, c)
			if err != nil {
				t.Errorf("%s: %v", c.Name, err)
				return
			}
			found[i] = nginx.Compare(c.Name, theirs, ours)
		})
	}
	asking.Wait()
	for _, differences := range found {
		all = append(all, differences...)
	}
	return all
}

func TestWhatNginxAnswersTheGatewayAnswers(t *testing.T) {
	needs(t, "django", "nginx")
	servers := newTwoServers(t)
	cases := append(nginx.Cases(), nginx.WithoutDjango()...)
	if len(cases) < 300 {
		t.Errorf("only %d cases", len(cases))
	}
	all := servers.compare(t, nginx.Cases())
	servers.shop.Stop()
	all = append(all, servers.compare(t, nginx.WithoutDjango())...)
	table, faults := nginx.Table(all)
	for _, fault := range faults {
		t.Error(fault)
	}
	version, err := stack.NginxVersion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d cases, nginx %s", len(cases), version)
	checkSection(t, stack.Root("docs", "nginx.md"), nginx.Begin, nginx.Section(len(cases), table))
}

// checkSection compares what was found with what the documentation says between two
// marks, the first of which is the section's own, or writes it there.
func checkSection(t *testing.T, path, begin, section string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begun := strings.Cut(string(text), begin)
	was, after, ended := strings.Cut(rest, nginx.End)
	if !begun || !ended {
		t.Fatalf("%s has no %q and %q", path, begin, nginx.End)
	}
	if *record {
		if t.Failed() {
			return
		}
		if err := os.WriteFile(path, []byte(before+begin+section+nginx.End+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if was != section {
		t.Errorf("%s is to be written with -record: it has\n%s\nand should have\n%s", path, was, section)
	}
}
