//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package appserver

import (
	"errors"
	"io/fs"
	"os"
)

func lockDir(string) (*os.File, error) { return nil, errors.ErrUnsupported }

// ours is not known here: nothing is removed.
func ours(fs.FileInfo) bool { return false }
