package manifest

import (
	"archive/zip"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

const (
	goMod = "module example.com/gateway\n\ngo 1.26.0\n\nrequire github.com/caddyserver/caddy/v2 v2.11.9\n"
	own   = "example.com/gateway=."
)

// list returns a manifest with Caddy v2.11.9 on line 1 and the plugins from
// line 3 on, the tree's own first.
func list(plugins ...string) string {
	return "caddy = \"v2.11.9\"\nwith = [\n\t\"" + strings.Join(append([]string{own}, plugins...), "\",\n\t\"") + "\",\n]\n"
}

// files are contents by slash-separated name.
type files map[string]string

func (f files) write(t *testing.T, dir string) {
	t.Helper()
	for name, text := range f {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// plant writes a tree whose go.mod requires Caddy v2.11.9, and extra on top.
func plant(t *testing.T, manifest string, extra files) (dir string) {
	t.Helper()
	dir = t.TempDir()
	files{File: manifest, "go.mod": goMod, "go.sum": "", "cmd/caddy/main.go": "package main\n"}.write(t, dir)
	extra.write(t, dir)
	return dir
}

// released makes a module version available to the go command, and nothing
// but what was released so in the same test.
func released(t *testing.T, proxy, module, version string, source files) {
	t.Helper()
	at := path.Join(module, "@v", version)
	files{
		at + ".info": `{"Version":"` + version + `"}`,
		at + ".mod":  source["go.mod"],
	}.write(t, proxy)

	archive, err := os.Create(filepath.Join(proxy, at+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	z := zip.NewWriter(archive)
	for name, text := range source {
		w, err := z.Create(module + "@" + version + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
}

// offline lets the go command see the releases in the returned directory and
// nothing else, neither the network nor this machine's module cache. Caddy is
// there as v2.11.9 and v2.12.0, without its code.
func offline(t *testing.T) (proxy string) {
	t.Helper()
	proxy = t.TempDir()
	t.Setenv("GOPROXY", "file://"+filepath.ToSlash(proxy))
	t.Setenv("GOSUMDB", "off")
	t.Setenv("GOFLAGS", "-modcacherw")
	t.Setenv("GOMODCACHE", t.TempDir())
	for _, version := range []string{"v2.11.9", "v2.12.0"} {
		released(t, proxy, caddyModule, version, files{"go.mod": "module " + caddyModule + "\n"})
	}
	return proxy
}

func open(t *testing.T, dir string) *Tree {
	t.Helper()
	tree, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func contents(t *testing.T, dir, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestOpenRefuses(t *testing.T) {
	tests := []struct {
		name     string
		manifest string
		extra    files
		want     string
	}{
		{
			"a list without this plugin",
			"caddy = \"v2.11.9\"\nwith = []\n",
			nil,
			`xcaddy.toml: this plugin is missing: write "example.com/gateway=." in the list`,
		},
		{
			"this plugin as a release",
			"caddy = \"v2.11.9\"\nwith = [\"example.com/gateway@v1.0.0\"]\n",
			nil,
			`xcaddy.toml:2: example.com/gateway@v1.0.0 is not this directory: write "example.com/gateway=."`,
		},
		{
			"a replacement that is not there",
			list("example.com/hello=./hello"),
			nil,
			`xcaddy.toml:4: replacement ./hello is no directory of a module: open DIR/hello/go.mod: no such file or directory`,
		},
		{
			"a replacement that is another module",
			list("example.com/hello=./plugins/other"),
			files{"plugins/other/go.mod": "module example.com/other\n"},
			`xcaddy.toml:4: replacement ./plugins/other is the module example.com/other, not example.com/hello`,
		},
		{
			"a go.mod that names no module",
			list(),
			files{"go.mod": "go 1.26.0\n"},
			`reading go.mod: it names no module`,
		},
		{
			"a manifest that does not parse",
			"caddy = 2\n",
			nil,
			`xcaddy.toml:1: caddy is not a string: write caddy = "v2.11.9"`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := plant(t, test.manifest, test.extra)
			_, err := Open(dir)
			if err == nil {
				t.Fatal("accepted")
			}
			if got := strings.ReplaceAll(err.Error(), dir, "DIR"); got != test.want {
				t.Errorf("error\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestCheckWantsEverythingInStep(t *testing.T) {
	hello := files{"hello/go.mod": "module example.com/hello\n"}
	tests := []struct {
		name    string
		plugins []string
		imports string
		want    string
	}{
		{"imports never generated", nil, "", `cmd/caddy/plugins.go is not what xcaddy.toml says: run go run ./cmd/manifest generate`},
		{"imports of another manifest", nil, strings.Replace(golden, "example.com/gateway", "example.com/hello", 1), `cmd/caddy/plugins.go is not what xcaddy.toml says: run go run ./cmd/manifest generate`},
		{"a plugin go.mod does not have", []string{"example.com/hello=./hello"}, golden, `xcaddy.toml:4: example.com/hello=./hello is not in go.mod yet: run go run ./cmd/manifest generate`},
		{"a tree in step", nil, golden, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := plant(t, list(test.plugins...), hello)
			if test.imports != "" {
				files{importsFile: test.imports}.write(t, dir)
			}
			got := ""
			if err := open(t, dir).Check(); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("error\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}
