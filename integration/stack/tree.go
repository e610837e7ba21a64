package stack

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Root returns the path of an element of the repository, absolute.
func Root(elem ...string) string {
	_, file, _, _ := runtime.Caller(0)
	root := filepath.Dir(filepath.Dir(filepath.Dir(file)))
	return filepath.Join(append([]string{root}, elem...)...)
}

// Caddy is the path of the binary that make build makes.
func Caddy() string { return Root("bin", "caddy") }

// Missing returns why set-up could not install a part, and whether that is so.
// The names are those of integration/setup.
func Missing(part string) (reason string, missing bool) {
	text, err := os.ReadFile(Root(".build", "missing", part))
	if err != nil {
		return "", false
	}
	return strings.TrimSpace(string(text)), true
}
