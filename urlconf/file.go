package urlconf

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/caddy-django/gateway/internal/atomicfile"
	"github.com/caddy-django/gateway/route"
)

// file is a document that somebody else exports.
type file struct{ path string }

func (f file) name() string { return f.path }

func (f file) read(context.Context) ([]byte, error) {
	opened, err := f.open()
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	// One more than is taken, for the reader of the document to refuse it.
	return io.ReadAll(io.LimitReader(opened, route.MaxURLConfBytes+1))
}

func (f file) open() (*os.File, error) {
	info, err := os.Stat(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: write it with caddy django routes --project <dir> --output %s", err, f.path)
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, fmt.Errorf("%s is a directory: to export the project in it, write routes export %[1]s", f.path)
	}
	return os.Open(f.path)
}

// stamp is of the content: the time of a file is too coarse to tell two writes
// apart.
func (f file) stamp(context.Context) string {
	opened, err := f.open()
	if err != nil {
		return err.Error()
	}
	defer opened.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, io.LimitReader(opened, route.MaxURLConfBytes+1)); err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%x", hash.Sum(nil))
}

// WriteFile writes a document to a file in one step: whoever reads it meanwhile
// has the old or the new, and if it fails the old stays. A link stays one, and
// what is no file, such as /dev/stdout, is written to.
func WriteFile(name string, document []byte) error {
	if info, err := os.Stat(name); err == nil {
		if !info.Mode().IsRegular() {
			return os.WriteFile(name, document, 0)
		}
		if name, err = filepath.EvalSymlinks(name); err != nil {
			return err
		}
	}
	// Routes are no secret, and the gateway may run as another user.
	return atomicfile.Write(name, document, 0o644)
}
