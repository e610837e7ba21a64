package probe

import (
	"errors"

	"golang.org/x/sys/unix"
)

// swap puts a directory in the place of another in one step, and the other in its place. File systems that cannot
// do that replace it in two.
func swap(temporary, path string) error {
	err := unix.Renameat2(unix.AT_FDCWD, temporary, unix.AT_FDCWD, path, unix.RENAME_EXCHANGE)
	if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EOPNOTSUPP) {
		return replace(temporary, path)
	}
	return err
}
