package urlconf

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

func (p Project) name() string {
	name := p.Dir
	if p.Settings != "" {
		name += " with " + p.Settings
	}
	if p.URLConf != "" {
		name += " for " + p.URLConf
	}
	if p.Python != "" {
		name += " by " + p.Python
	}
	return name
}

func (p Project) read(ctx context.Context) ([]byte, error) { return p.Export(ctx) }

// loaded are the endings of what a URLconf may be made of: code, translations,
// and what settings read.
var loaded = map[string]bool{
	".py": true, ".mo": true, ".env": true, ".toml": true, ".ini": true, ".cfg": true, ".yml": true, ".yaml": true,
}

// stamp changes with the code of the project, and with the packages that are
// installed in its virtual environment. It follows the link that the directory
// may be, which a deployment swaps, and none below it.
func (p Project) stamp(ctx context.Context) string {
	dir, err := filepath.EvalSymlinks(p.Dir)
	if err != nil {
		return err.Error()
	}
	hash := fnv.New128a()
	fmt.Fprintln(hash, dir)
	way, err := findWay(dir, namedSettings(p.Settings).value)
	if err != nil {
		way.dir = dir // it may be on its way to another release
	}
	if python, err := findPython(way.dir, dir, p.Python); err == nil {
		stampPackages(hash, python.value)
	}
	filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return nil // it went away, or is none of ours
		case entry.IsDir():
			if path != dir && foreign(path, entry.Name()) {
				return fs.SkipDir
			}
		case loaded[filepath.Ext(path)]:
			if info, err := entry.Info(); err == nil {
				fmt.Fprintln(hash, path, info.Size(), info.ModTime())
			}
		}
		return nil
	})
	return fmt.Sprintf("%x", hash.Sum(nil))
}

// foreign reports whether a directory holds nothing that the project has written.
func foreign(path, name string) bool {
	if strings.HasPrefix(name, ".") || name == "__pycache__" || name == "node_modules" {
		return true
	}
	_, err := os.Lstat(filepath.Join(path, "pyvenv.cfg"))
	return err == nil
}

// stampPackages writes when a package was last installed or removed: that changes
// the directory they are in.
func stampPackages(to io.Writer, python string) {
	environment := filepath.Dir(filepath.Dir(python))
	packages, _ := filepath.Glob(filepath.Join(environment, "lib", "python3*", "site-packages"))
	for _, path := range packages {
		if info, err := os.Stat(path); err == nil {
			fmt.Fprintln(to, path, info.ModTime())
		}
	}
}
