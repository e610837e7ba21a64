package spool

import (
	"os"

	"golang.org/x/sys/unix"
)

// tempFile opens a file that has no name. Not every file system has such files.
func tempFile(dir string) (*os.File, error) {
	fd, err := unix.Open(dir, unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC|unix.O_EXCL, 0o600)
	if err != nil {
		return unlinkedFile(dir)
	}
	return os.NewFile(uintptr(fd), dir+"/spool"), nil
}
