package manifest

import (
	"fmt"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

const caddyModule = "github.com/caddyserver/caddy/v2"

// compare returns the plugins that go.mod does not require yet, or an error
// for the first line that go.mod contradicts.
func (t *Tree) compare() (missing []Plugin, err error) {
	if err := t.compareCaddy(); err != nil {
		return nil, err
	}
	for _, p := range t.Manifest.Plugins {
		if p.Path == t.mod.Module.Mod.Path {
			continue
		}
		pin, ok := pinOf(t.mod, p.Path)
		if !ok {
			missing = append(missing, p)
			continue
		}
		if have := pin.plugin(p.Path); !p.agrees(have) {
			return nil, lineError(p.line, "the manifest says %s, go.mod has %s: write %[2]q here, or run %s", p, have, pin.fix(p))
		}
	}
	return missing, nil
}

func (t *Tree) compareCaddy() error {
	m := t.Manifest
	want := Plugin{Path: caddyModule, Version: m.Caddy}
	pin, ok := pinOf(t.mod, caddyModule)
	have := pin.plugin(caddyModule)
	switch {
	case !ok:
		return lineError(m.caddyLine, "the manifest says Caddy %s, go.mod has no Caddy: run %s", m.Caddy, pin.fix(want))
	case have.Replacement != "":
		return lineError(m.caddyLine, "the manifest says Caddy %s, go.mod replaces Caddy by %s: run %s", m.Caddy, have.Replacement, pin.fix(want))
	case have.Version != m.Caddy:
		return lineError(m.caddyLine, "the manifest says Caddy %s, go.mod has %s: write caddy = %[2]q here, or run %s", m.Caddy, have.Version, pin.fix(want))
	}
	return nil
}

// agrees says whether go.mod has the plugin from the same place. Of a replaced
// module the version decides nothing, so the manifest may leave it out.
func (p Plugin) agrees(have Plugin) bool {
	return p.Replacement == have.Replacement && (p.Version == have.Version || p.Version == "")
}

// pin is what go.mod holds a package to: a module, and what replaces it.
type pin struct {
	require module.Version
	replace *modfile.Replace // nil where nothing does
}

// pinOf finds the module of a package the way the go command does: the longest
// required module path that the package's path begins with.
func pinOf(mod *modfile.File, path string) (p pin, ok bool) {
	for _, r := range mod.Require {
		if strings.HasPrefix(path+"/", r.Mod.Path+"/") && len(r.Mod.Path) > len(p.require.Path) {
			p.require = r.Mod
		}
	}
	for _, r := range mod.Replace {
		every := r.Old.Version == "" && p.replace == nil
		if r.Old.Path == p.require.Path && (every || r.Old.Version == p.require.Version) {
			p.replace = r
		}
	}
	return p, p.require.Path != ""
}

// plugin says in the manifest's syntax where go.mod has a package from.
func (p pin) plugin(path string) Plugin {
	have := Plugin{Path: path, Version: p.require.Version}
	if module.IsZeroPseudoVersion(have.Version) {
		have.Version = "" // a stand-in: go.mod cannot require without a version
	}
	if p.replace != nil {
		have.Replacement = p.replace.New.String()
		if modfile.IsDirectoryPath(p.replace.New.Path) {
			have.Replacement = directoryPath(p.replace.New.Path)
		}
	}
	return have
}

// fix returns the command that brings go.mod to what the manifest says.
func (p pin) fix(want Plugin) string {
	get := "go get " + want.query()
	switch {
	case want.Replacement != "":
		return fmt.Sprintf("go %s && %s", strings.Join(want.edit(), " "), get)
	case p.replace != nil:
		return fmt.Sprintf("go mod edit -dropreplace=%s && %s", p.replace.Old, get)
	}
	return get
}
