package urlconf

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/caddy-django/gateway/route"
)

// file is a document that somebody else exports.
type file struct{ path string }

func (f file) name() string { return f.path }

func (f file) read(context.Context) ([]byte, error) {
	opened, err := os.Open(f.path)
	if err != nil {
		return nil, fmt.Errorf("%w: write it with caddy django routes --project <dir> --output %s", err, f.path)
	}
	defer opened.Close()
	// One more than is taken, for the reader of the document to refuse it.
	return io.ReadAll(io.LimitReader(opened, route.MaxURLConfBytes+1))
}

// stamp is of the content: the time of a file is too coarse to tell two writes
// apart.
func (f file) stamp() string {
	document, err := f.read(context.Background())
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%x", sha256.Sum256(document))
}

// WriteFile writes a document to a file in one step: whoever reads it meanwhile
// has the old or the new, and if it fails the old stays.
func WriteFile(name string, document []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) // fails once it is renamed
	defer temporary.Close()
	// Routes are no secret, and the gateway may run as another user.
	if err := temporary.Chmod(0o644); err != nil {
		return err
	}
	if _, err := temporary.Write(document); err != nil {
		return err
	}
	if err := temporary.Sync(); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), name)
}
