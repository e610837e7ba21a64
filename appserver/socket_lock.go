//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package appserver

import (
	"io/fs"
	"os"
	"syscall"
)

// lockDir locks a directory until the file is closed, or this process ends. It fails if
// another holds the lock. Children do not inherit it.
func lockDir(dir string) (*os.File, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func ours(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid()
}
