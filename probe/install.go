package probe

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/caddy-django/gateway/internal/atomicfile"
)

// FileName is what Python looks for on its path when it starts.
const FileName = "sitecustomize.py"

// mark begins FileName and the package's __init__.py, in each of their versions.
var mark = []byte(`"""The probe: tells the gateway in front of a Django site`)

// IsFile reports whether a text is one of the two files that begin with the probe's mark, of whatever version.
func IsFile(text []byte) bool { return bytes.HasPrefix(text, mark) }

// Install writes the probe into a directory, which it creates if necessary, and returns the path of FileName. It
// replaces a probe of another version, and refuses to replace a sitecustomize.py or a django_probe of another origin.
// Files that are already the same stay, so the directory may be read-only.
func Install(dir string) (path string, err error) {
	if dir, err = filepath.Abs(dir); err != nil {
		return "", err
	}
	for _, dir := range []string{dir, filepath.Join(dir, cacheName)} {
		if info, err := os.Stat(dir); err == nil && writableByAll(info) {
			return "", fmt.Errorf("everybody may write to %s, and so change what Django runs: choose another directory", dir)
		}
	}
	path = filepath.Join(dir, FileName)
	fileIsSame, err := checkFile(path)
	if err != nil {
		return "", err
	}
	packageIsSame, err := checkPackage(dir)
	if err != nil {
		return "", err
	}
	if fileIsSame && packageIsSame {
		return path, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("making the directory of the probe: %w", err)
	}
	if !packageIsSame { // first: the file imports it
		if err := writePackage(dir); err != nil {
			return "", fmt.Errorf("writing the probe: %w", err)
		}
	}
	if !fileIsSame {
		removeCompiled(dir)
		if err := atomicfile.Write(path, Files()[FileName], 0o644); err != nil {
			return "", fmt.Errorf("writing the probe: %w", err)
		}
	}
	return path, nil
}

// checkFile reports whether the file is that of this version.
func checkFile(path string) (same bool, err error) {
	switch there, err := os.ReadFile(path); {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("looking for a probe: %w", err)
	case !IsFile(there):
		return false, fmt.Errorf("%s is not the probe's: choose a directory of its own, from which the probe runs that one as well", path)
	default:
		return sameFile(path, Files()[FileName]), nil
	}
}

// sameFile reports whether a file has this content, and only its owner and group can change that.
func sameFile(path string, content []byte) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || writableByAll(info) {
		return false
	}
	there, err := os.ReadFile(path)
	return err == nil && bytes.Equal(there, content)
}

// removeCompiled removes what Python has compiled of FileName: it would take that for the new file's if both have the
// same size and time.
func removeCompiled(dir string) {
	compiled, _ := filepath.Glob(filepath.Join(dir, cacheName, "sitecustomize.*.pyc"))
	for _, path := range compiled {
		os.Remove(path) // a file that cannot be removed is most likely out of date, too
	}
}

func writableByAll(info fs.FileInfo) bool {
	return info.Mode()&0o002 != 0 && runtime.GOOS != "windows"
}
