//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package store

import (
	"errors"
	"os"
	"syscall"
)

// lockFile opens a file, made if it is missing, and locks it until it is closed.
func lockFile(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err != syscall.EINTR {
			break
		}
	}
	if err == nil {
		return file, nil
	}
	file.Close()
	switch {
	case err == syscall.EWOULDBLOCK:
		return nil, errLocked
	case err == syscall.ENOLCK, errors.Is(err, errors.ErrUnsupported):
		return nil, errors.ErrUnsupported
	}
	return nil, err
}
