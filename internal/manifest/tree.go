package manifest

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"
)

const generateCommand = "go run ./cmd/manifest generate"

// Tree is a source tree that builds a binary: its manifest and its go.mod.
type Tree struct {
	Manifest *Manifest

	dir string
	mod *modfile.File
}

// Open reads the manifest and go.mod in dir. It refuses a manifest that leaves
// out the tree's own plugin, and one whose replacement directories do not hold
// the modules it names.
func Open(dir string) (*Tree, error) {
	data, err := os.ReadFile(filepath.Join(dir, File))
	if err != nil {
		return nil, fmt.Errorf("reading the manifest: %w", err)
	}
	m, err := Parse(data)
	if err != nil {
		return nil, err
	}
	t := &Tree{Manifest: m, dir: dir}
	if err := t.readGoMod(); err != nil {
		return nil, err
	}
	if err := t.checkOwn(); err != nil {
		return nil, err
	}
	for _, p := range m.Plugins {
		if err := p.checkReplacement(dir); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *Tree) readGoMod() error {
	data, err := os.ReadFile(filepath.Join(t.dir, "go.mod"))
	if err != nil {
		return fmt.Errorf("reading go.mod: %w", err)
	}
	t.mod, err = modfile.Parse("go.mod", data, nil)
	if err != nil {
		return fmt.Errorf("reading go.mod: %w", err)
	}
	if t.mod.Module == nil {
		return fmt.Errorf("reading go.mod: it names no module")
	}
	return nil
}

// checkOwn wants the plugin of this tree from this tree: for the go command it
// is the main module, which has no version.
func (t *Tree) checkOwn() error {
	own := Plugin{Path: t.mod.Module.Mod.Path, Replacement: "."}
	for _, p := range t.Manifest.Plugins {
		switch {
		case p.Path != own.Path:
		case p.String() != own.String():
			return lineError(p.line, "%s is not this directory: write %q", p, own)
		default:
			return nil
		}
	}
	return fmt.Errorf("%s: this plugin is missing: write %q in the list", File, own)
}

// Check says whether the tree is in step: the manifest, go.mod and the
// generated imports. The error is one line and says what to do.
func (t *Tree) Check() error {
	missing, err := t.compare()
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		return lineError(missing[0].line, "%s is not in go.mod yet: run %s", missing[0], generateCommand)
	}
	old, err := t.oldImports()
	if err != nil {
		return err
	}
	if string(old) != t.Manifest.imports() {
		return fmt.Errorf("%s is not what %s says: run %s", importsFile, File, generateCommand)
	}
	return nil
}
