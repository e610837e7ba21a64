package files

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"syscall"
)

// rooted is the file system below a directory. Unlike os.DirFS it follows no
// symbolic link that leads out of it. The directory is looked up each time, as a
// deployment may put another in its place.
type rooted string

// Open implements fs.FS.
func (dir rooted) Open(name string) (fs.File, error) {
	root, err := os.OpenRoot(string(dir))
	if err != nil {
		return nil, missing(err)
	}
	defer root.Close()
	f, err := root.Open(name)
	if err != nil {
		return nil, missing(err) // not f, which would be no nil
	}
	return f, nil
}

// missing calls a name that no file can have, and one that leads out of the
// directory, what it is to a client: not there.
func missing(err error) error {
	pathErr, ok := errors.AsType[*fs.PathError](err)
	if !ok {
		return err
	}
	errno, system := pathErr.Err.(syscall.Errno)
	if !system || slices.Contains([]syscall.Errno{syscall.ENAMETOOLONG, syscall.ELOOP, syscall.EINVAL, syscall.ENOTDIR}, errno) {
		return &fs.PathError{Op: pathErr.Op, Path: pathErr.Path, Err: fs.ErrNotExist}
	}
	return err
}
