package manifest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"
)

// add makes go.mod require the plugins. Where that fails, or would move what
// the manifest pins (a plugin may ask for a newer Caddy), go.mod and go.sum
// stay as they were.
func (t *Tree) add(plugins []Plugin) error {
	restore, err := t.snapshot("go.mod", "go.sum")
	if err != nil {
		return err
	}
	if err := t.require(plugins); err != nil {
		if err := restore(); err != nil {
			return err
		}
		return fmt.Errorf("adding %s (go.mod stays as it was): %w", join(plugins), err)
	}
	return nil
}

func (t *Tree) require(plugins []Plugin) error {
	// One go get for all, so that two packages of one module cannot ask for
	// different versions of it.
	get := []string{"get"}
	for _, p := range plugins {
		if p.Replacement != "" {
			if err := t.run(p.edit()); err != nil {
				return err
			}
		}
		get = append(get, p.query())
	}
	if err := t.run(get); err != nil {
		return err
	}
	if err := t.readGoMod(); err != nil {
		return err
	}
	_, err := t.compare()
	return err
}

// edit returns the arguments of the go command that replace the plugin's module.
func (p Plugin) edit() []string {
	return []string{"mod", "edit", "-require=" + p.query(), "-replace=" + p.Path + "=" + p.Replacement}
}

// query returns what go get understands: path@version. A replaced module needs
// no version but go.mod has no way to leave it out.
func (p Plugin) query() string {
	if p.Version != "" {
		return p.Path + "@" + p.Version
	}
	_, major, _ := module.SplitPathVersion(p.Path)
	return p.Path + "@" + module.ZeroPseudoVersion(module.PathMajorPrefix(major))
}

func (t *Tree) run(args []string) error {
	cmd := exec.Command("go", args...)
	cmd.Dir = t.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// snapshot reads files of the tree and returns what writes them back.
func (t *Tree) snapshot(names ...string) (restore func() error, err error) {
	saved := make(map[string][]byte, len(names))
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(t.dir, name))
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		saved[name] = data
	}
	return func() error {
		for name, data := range saved {
			if err := os.WriteFile(filepath.Join(t.dir, name), data, 0o644); err != nil {
				return fmt.Errorf("restoring %s: %w", name, err)
			}
		}
		return nil
	}, nil
}

func join(plugins []Plugin) string {
	names := make([]string, len(plugins))
	for i, p := range plugins {
		names[i] = p.String()
	}
	return strings.Join(names, ", ")
}
