package appserver

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// maxSocket is what the address of a unix socket has room for, on every system.
const maxSocket = 103

// SocketPrefix begins the name of the directory of a socket that NewSocket has made.
const SocketPrefix = "django-serve-"

// NewSocket returns the path of a socket in a directory of its own that nobody else
// may enter, and what removes both.
// It removes those of processes that were killed before they could.
func NewSocket(name string) (path string, remove func() error, err error) {
	removeAbandoned()
	dir, err := os.MkdirTemp("", SocketPrefix)
	if err != nil {
		return "", nil, fmt.Errorf("making room for the socket: %w", err)
	}
	path = filepath.Join(dir, name+".sock")
	if len(path) > maxSocket {
		os.Remove(dir)
		return "", nil, fmt.Errorf("the path of the socket %s is too long for a socket: name a shorter directory with TMPDIR", path)
	}
	lock, _ := lockDir(dir) // where that cannot be, listeners alone tell that it is in use
	return path, func() error {
		lock.Close()
		return os.RemoveAll(dir)
	}, nil
}

func removeAbandoned() {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), SocketPrefix+"*"))
	for _, dir := range dirs {
		removeIfAbandoned(dir)
	}
}

// minAbandoned is how old a directory has to be: a new one may not have its lock yet.
const minAbandoned = time.Minute

// removeIfAbandoned removes a directory of ours whose process is gone. While that restarts its
// server nobody listens, but its lock is held; and a server may outlive its process.
func removeIfAbandoned(dir string) {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() || !ours(info) || time.Since(info.ModTime()) < minAbandoned {
		return
	}
	lock, err := lockDir(dir)
	if err != nil {
		return
	}
	defer lock.Close()
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		if entry.Type() != fs.ModeSocket || !deaf(path) {
			return
		}
		os.Remove(path)
	}
	os.Remove(dir)
}

// deaf reports whether a socket surely has no listener.
func deaf(socket string) bool {
	conn, err := net.DialTimeout("unix", socket, time.Second)
	if err == nil {
		conn.Close()
	}
	return errors.Is(err, syscall.ECONNREFUSED)
}
