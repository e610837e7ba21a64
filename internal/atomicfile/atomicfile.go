// Package atomicfile writes files that are there as a whole or not at all.
package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Write writes a file in one step: whoever reads it meanwhile has the old or the new, and
// if it fails the old stays.
func Write(path string, content []byte, mode fs.FileMode) error {
	temporary, err := Beside(path, content, mode)
	if err != nil {
		return err
	}
	defer os.Remove(temporary) // fails once it is renamed
	return os.Rename(temporary, path)
}

// Beside writes a file, whole and with these rights, for path to become. The caller
// removes it.
func Beside(path string, content []byte, mode fs.FileMode) (temporary string, err error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // with mode 0600
	if err != nil {
		return "", err
	}
	defer func() {
		err = errors.Join(err, file.Close())
		if err != nil {
			os.Remove(file.Name())
		}
	}()
	if _, err := file.Write(content); err != nil {
		return "", err
	}
	if err := file.Chmod(mode); err != nil {
		return "", err
	}
	return file.Name(), file.Sync()
}
