package manifest

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestOneLineMoreBuildsAPluginIn does what a user does, in a copy of this
// repository: one line in xcaddy.toml, then the build.
func TestOneLineMoreBuildsAPluginIn(t *testing.T) {
	if testing.Short() {
		t.Skip("links a whole Caddy")
	}
	dir := copyOfRepository(t)
	caddy := open(t, dir).Manifest.Caddy
	files{
		"hello/go.mod": "module example.com/hello\n\ngo 1.26.0\n\nrequire " + caddyModule + " " + caddy + "\n",
		"hello/hello.go": `package hello

import "github.com/caddyserver/caddy/v2"

func init() { caddy.RegisterModule(Hello{}) }

type Hello struct{}

func (Hello) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "http.handlers.hello_test", New: func() caddy.Module { return new(Hello) }}
}
`,
	}.write(t, dir)
	before, after, found := strings.Cut(contents(t, dir, File), "\nwith = [\n")
	if !found {
		t.Fatal("xcaddy.toml has no list to add a line to")
	}
	files{File: before + "\nwith = [\n\t\"example.com/hello=./hello\",\n" + after}.write(t, dir)

	command(t, dir, "go", "run", "./cmd/manifest", "generate")
	command(t, dir, "go", "run", "./cmd/manifest", "check")
	command(t, dir, "go", "build", "-buildvcs=false", "-o", "bin/caddy", "./cmd/caddy")
	modules := strings.Fields(command(t, dir, filepath.Join(dir, "bin", "caddy"), "list-modules"))

	for _, id := range []string{"http.handlers.hello_test", "http.handlers.reverse_proxy"} {
		if !slices.Contains(modules, id) {
			t.Errorf("list-modules does not show %s:\n%s", id, strings.Join(modules, "\n"))
		}
	}
}

// copyOfRepository copies what a commit of everything would hold.
func copyOfRepository(t *testing.T) (dir string) {
	t.Helper()
	root := filepath.Join("..", "..")
	if _, err := os.Stat(filepath.Join(root, ".git")); err != nil {
		t.Skip("not a git checkout")
	}
	dir = t.TempDir()
	names := command(t, root, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	for name := range strings.SplitSeq(strings.TrimSuffix(names, "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) {
			continue // deleted, and the deletion not committed yet
		}
		if err != nil {
			t.Fatal(err)
		}
		files{name: string(data)}.write(t, dir)
	}
	return dir
}

func command(t *testing.T, dir, name string, args ...string) (stdout string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", cmd, err, out, stderr.String())
	}
	return string(out)
}
