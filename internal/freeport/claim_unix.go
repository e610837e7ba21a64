//go:build unix

package freeport

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"
)

// claims keep the ports of this process from other processes that use this package.
var (
	mu     sync.Mutex
	claims []*os.File
)

// claim locks a file of the port until the process ends. Where no file can be made there are no claims: ports are then
// random, and free when they are returned.
func claim(port int) bool {
	dir := filepath.Join(os.TempDir(), "gateway-test-ports")
	_ = os.Mkdir(dir, 0o700)
	file, err := os.OpenFile(filepath.Join(dir, fmt.Sprint(port)), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return true
	}
	if unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB) != nil {
		file.Close()
		return false
	}
	mu.Lock()
	defer mu.Unlock()
	claims = append(claims, file)
	return true
}
