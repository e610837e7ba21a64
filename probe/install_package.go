package probe

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// cacheName is the directory that Python makes for compiled modules.
const cacheName = "__pycache__"

// checkPackage reports whether the package in a directory is that of this version and has no other modules.
func checkPackage(dir string) (same bool, err error) {
	foreign := func(path string) (bool, error) {
		return false, fmt.Errorf("%s is not the probe's: choose a directory without it", path)
	}
	if module := filepath.Join(dir, PackageName+".py"); exists(module) {
		return foreign(module)
	}
	path := filepath.Join(dir, PackageName)
	if !exists(path) {
		return false, nil
	}
	switch there, err := os.ReadFile(filepath.Join(path, "__init__.py")); {
	case errors.Is(err, fs.ErrPermission):
		return false, fmt.Errorf("looking for a probe: %w", err)
	case err != nil || !IsFile(there):
		return foreign(path)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return false, fmt.Errorf("looking for a probe: %w", err)
	}
	if info, err := os.Stat(path); err != nil || writableByAll(info) {
		return false, nil
	}
	wanted := modules()
	for _, entry := range entries {
		file := filepath.Join(path, entry.Name())
		if entry.Name() == cacheName {
			if info, err := os.Stat(file); err != nil || writableByAll(info) {
				return false, nil
			}
			continue
		}
		content, known := wanted[entry.Name()]
		if !known || !sameFile(file, content) {
			return false, nil
		}
		delete(wanted, entry.Name())
	}
	return len(wanted) == 0, nil
}

// HasPackage reports whether a directory has the package that the probe's FileName in it, with this text, imports.
// Earlier versions of that file were the whole probe.
func HasPackage(dir string, file []byte) bool {
	if !bytes.Contains(file, []byte(PackageName+".start")) {
		return true
	}
	text, err := os.ReadFile(filepath.Join(dir, PackageName, "__init__.py"))
	return err == nil && IsFile(text)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// writePackage replaces the package as a whole, together with what Python has compiled of the old one.
func writePackage(dir string) error {
	temporary, err := os.MkdirTemp(dir, "."+PackageName+".*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary) // the new one if a step fails, else the old one
	for name, content := range modules() {
		if err := writeModule(filepath.Join(temporary, name), content); err != nil {
			return err
		}
	}
	if err := os.Chmod(temporary, 0o755); err != nil {
		return err
	}
	return swap(temporary, filepath.Join(dir, PackageName))
}

func writeModule(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Chmod(0o644), file.Sync(), file.Close())
}

// replace puts a directory in the place of another with two renames. Between them there is none.
func replace(temporary, path string) error {
	err := os.Rename(temporary, path) // of a directory that is not there or is empty
	if err == nil || !exists(path) {
		return err
	}
	old := temporary + ".old"
	if err := os.Rename(path, old); err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return errors.Join(err, os.Rename(old, path))
	}
	return os.RemoveAll(old)
}
