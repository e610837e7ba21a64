package manifest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// Plugin is one line of the manifest's list, in the syntax of xcaddy's --with:
// module[@version][=replacement].
type Plugin struct {
	Path        string // what the binary imports: a module, or with a version also a package in one
	Version     string // as in go.mod; may be empty where there is a replacement
	Replacement string // a directory as in ./hello, or another module as in github.com/me/fork@v1.2.3; usually empty

	line int
}

func parsePlugin(text string) (Plugin, error) {
	target, replacement, replaced := strings.Cut(text, "=")
	path, version, versioned := strings.Cut(target, "@")
	if err := module.CheckPath(path); err != nil {
		return Plugin{}, fmt.Errorf("%w: write module[@version][=replacement]", err)
	}
	switch {
	case versioned && !isVersion(version):
		return Plugin{}, fmt.Errorf("%s: %q is not a full version such as v1.2.3", path, version)
	case !versioned && !replaced:
		return Plugin{}, fmt.Errorf("%s has neither a version nor a replacement: write %[1]s@v1.2.3 or %[1]s=./directory", path)
	case replaced && modfile.IsDirectoryPath(replacement):
		replacement = directoryPath(replacement)
	case replaced:
		fork, version, _ := strings.Cut(replacement, "@")
		if module.CheckPath(fork) != nil || !isVersion(version) {
			return Plugin{}, fmt.Errorf("%s: replacement %q is neither a directory such as ./hello nor a module such as github.com/me/fork@v1.2.3", path, replacement)
		}
	}
	return Plugin{Path: path, Version: version, Replacement: replacement}, nil
}

// String returns the plugin as its line in the manifest says it.
func (p Plugin) String() string {
	s := p.Path
	if p.Version != "" {
		s += "@" + p.Version
	}
	if p.Replacement != "" {
		s += "=" + p.Replacement
	}
	return s
}

// checkReplacement refuses a directory below root that does not hold the
// module the line names. The go command lets a wrong one pass.
func (p Plugin) checkReplacement(root string) error {
	if !modfile.IsDirectoryPath(p.Replacement) {
		return nil
	}
	dir := p.Replacement
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(root, dir)
	}
	data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return lineError(p.line, "replacement %s is no directory of a module: %w", p.Replacement, err)
	}
	if name := modfile.ModulePath(data); name != p.Path {
		return lineError(p.line, "replacement %s is the module %s, not %s", p.Replacement, name, p.Path)
	}
	return nil
}

// directoryPath spells a directory as go.mod does, where a relative one must
// begin with a dot, so that two spellings of one directory compare equal.
func directoryPath(dir string) string {
	dir = filepath.ToSlash(filepath.Clean(dir))
	if modfile.IsDirectoryPath(dir) {
		return dir
	}
	return "./" + dir
}
