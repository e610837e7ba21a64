package manifest

import "strings"

// XcaddyCommand returns the xcaddy command, quoted for a shell, that builds
// Caddy with the same plugins. To be run where the manifest is, since
// replacement directories are relative to it.
func (m *Manifest) XcaddyCommand() string {
	var b strings.Builder
	b.WriteString("xcaddy build " + m.Caddy)
	for _, p := range m.Plugins {
		b.WriteString(" --with " + quote(p.String()))
	}
	b.WriteString(" --output bin/caddy")
	return b.String()
}

// quote leaves alone what is made of the characters of module paths, versions
// and ordinary directories.
func quote(arg string) string {
	special := func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("-_./@=+~", r))
	}
	if !strings.ContainsFunc(arg, special) {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}
