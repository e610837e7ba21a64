// Package manifest gives xcaddy.toml its job: it is the one list of what goes
// into the binary. From it come the imports of cmd/caddy and the equivalent
// xcaddy command, and what it says about versions must be what go.mod says.
package manifest

import (
	"fmt"

	"golang.org/x/mod/module"
)

// File is the name of the manifest, in the root of the source tree.
const File = "xcaddy.toml"

// Manifest is what xcaddy.toml says.
type Manifest struct {
	Caddy   string   // Caddy's version, as in v2.11.9
	Plugins []Plugin // in the order of the file, no path twice

	caddyLine int
}

// Parse reads a manifest. An error names the file, the line, the value and
// what would be right. Whether replacement directories exist and whether
// go.mod agrees is for [Open] and [Tree.Check] to say.
func Parse(data []byte) (*Manifest, error) {
	caddy, with, err := read(data)
	if err != nil {
		return nil, err
	}
	if caddy.line == 0 {
		return nil, fmt.Errorf(`%s: Caddy's version is missing: write caddy = "v2.11.9"`, File)
	}
	if !isVersion(caddy.text) {
		return nil, lineError(caddy.line, `caddy = %q is not a full version such as "v2.11.9"`, caddy.text)
	}

	m := &Manifest{Caddy: caddy.text, caddyLine: caddy.line}
	first := make(map[string]int, len(with))
	for _, entry := range with {
		p, err := parsePlugin(entry.text)
		if err != nil {
			return nil, lineError(entry.line, "%w", err)
		}
		if line, twice := first[p.Path]; twice {
			return nil, lineError(entry.line, "%s is listed twice, first on line %d: keep one", p.Path, line)
		}
		first[p.Path] = entry.line
		p.line = entry.line
		m.Plugins = append(m.Plugins, p)
	}
	return m, nil
}

func lineError(line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", File, line, fmt.Errorf(format, args...))
}

// isVersion accepts what go.mod accepts: a tag or a pseudo-version in full, no
// branch and no "latest", which mean something else every day.
func isVersion(v string) bool {
	return v != "" && module.CanonicalVersion(v) == v
}
