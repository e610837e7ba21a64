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

// mark begins the file in each of its versions.
var mark = []byte(`"""The probe: tells the gateway in front of a Django site`)

// IsFile reports whether a text is the probe's file, of whatever version.
func IsFile(text []byte) bool { return bytes.HasPrefix(text, mark) }

// Install writes the probe's file into a directory, which is made if it is not there, and returns its path. It takes the
// place of a probe of another version. A sitecustomize.py of somebody else is an error; one that is the same stays, so
// that the directory may be one that can only be read.
func Install(dir string) (path string, err error) {
	if dir, err = filepath.Abs(dir); err != nil {
		return "", err
	}
	path = filepath.Join(dir, FileName)
	if info, err := os.Stat(dir); err == nil && info.Mode()&0o002 != 0 && runtime.GOOS != "windows" {
		return "", fmt.Errorf("everybody may write to %s, and so change what Django runs: choose another directory", dir)
	}
	switch there, err := os.ReadFile(path); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return "", fmt.Errorf("looking for a probe: %w", err)
	case !IsFile(there):
		return "", fmt.Errorf("%s is not the probe's: choose a directory of its own, from which the probe runs that one as well", path)
	case bytes.Equal(there, File):
		return path, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("making the directory of the probe: %w", err)
	}
	if err := atomicfile.Write(path, File, 0o644); err != nil {
		return "", fmt.Errorf("writing the probe: %w", err)
	}
	return path, nil
}
