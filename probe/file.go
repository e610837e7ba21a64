package probe

import (
	"embed"
	"io/fs"
	"path"
)

// PackageName is the directory beside FileName that holds the probe's modules.
const PackageName = "django_probe"

//go:embed sitecustomize.py django_probe/*.py
var embedded embed.FS

// Files returns the probe's files by their slash-separated paths below its directory.
func Files() map[string][]byte {
	files := make(map[string][]byte)
	_ = fs.WalkDir(embedded, ".", func(name string, entry fs.DirEntry, _ error) error {
		if !entry.IsDir() {
			files[name], _ = embedded.ReadFile(name)
		}
		return nil
	})
	return files
}

// modules are the files of the package by their names.
func modules() map[string][]byte {
	found := make(map[string][]byte)
	for name, text := range Files() {
		if dir, file := path.Split(name); dir == PackageName+"/" {
			found[file] = text
		}
	}
	return found
}
