package manifest

import (
	"strings"
	"testing"
)

func TestGenerateAddsNewPluginsToGoMod(t *testing.T) {
	proxy := offline(t)
	released(t, proxy, "example.com/plugin", "v1.2.0", files{
		"go.mod":   "module example.com/plugin\n\nrequire github.com/caddyserver/caddy/v2 v2.11.9\n",
		"pkg/p.go": "package pkg\n",
	})
	dir := plant(t, list("example.com/plugin/pkg@v1.2.0", "example.com/hello/v2=./hello"), files{
		"hello/go.mod":   "module example.com/hello/v2\n\nrequire github.com/caddyserver/caddy/v2 v2.11.9\n",
		"hello/hello.go": "package hello\n",
	})

	said, err := generate(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	const want = "added to go.mod: example.com/plugin/pkg@v1.2.0, example.com/hello/v2=./hello\nwrote cmd/caddy/plugins.go\n"
	if said != want {
		t.Errorf("said %q, want %q", said, want)
	}
	mod := contents(t, dir, "go.mod")
	for _, line := range []string{
		"example.com/plugin v1.2.0",
		"example.com/hello/v2 v2.0.0-00010101000000-000000000000",
		"replace example.com/hello/v2 => ./hello",
	} {
		if !strings.Contains(mod, line) {
			t.Errorf("go.mod lacks %q:\n%s", line, mod)
		}
	}
	if sum := contents(t, dir, "go.sum"); !strings.Contains(sum, "example.com/plugin v1.2.0 h1:") {
		t.Errorf("go.sum lacks the plugin:\n%s", sum)
	}
	if err := open(t, dir).Check(); err != nil {
		t.Errorf("check after generate: %v", err)
	}
}

func TestGenerateAddsNothingWhere(t *testing.T) {
	tests := []struct {
		name   string
		plugin string
		want   string // the beginning of the error
	}{
		{
			"there is no such release",
			"example.com/absent@v1.0.0",
			"adding example.com/absent@v1.0.0 (go.mod stays as it was): go get example.com/absent@v1.0.0: exit status 1: go: ",
		},
		{
			"the plugin needs a newer Caddy than the manifest says",
			"example.com/hungry=./hungry",
			"adding example.com/hungry=./hungry (go.mod stays as it was): xcaddy.toml:1: the manifest says Caddy v2.11.9, go.mod has v2.12.0: ",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			offline(t)
			dir := plant(t, list(test.plugin), files{
				importsFile:        golden,
				"hungry/go.mod":    "module example.com/hungry\n\nrequire github.com/caddyserver/caddy/v2 v2.12.0\n",
				"hungry/hungry.go": "package hungry\n",
			})
			said, err := generate(t, dir)
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("error\n%v\nwant\n%s…", err, test.want)
			}
			if said != "" {
				t.Errorf("said %q", said)
			}
			if mod := contents(t, dir, "go.mod"); mod != goMod {
				t.Errorf("go.mod was left as\n%s", mod)
			}
			if imports := contents(t, dir, importsFile); imports != golden {
				t.Errorf("imports were left as\n%s", imports)
			}
		})
	}
}
