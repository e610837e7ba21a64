package appserver

import (
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// socketIn leaves a socket in dir, with a listener or without.
func socketIn(t *testing.T, dir string, listens bool) {
	t.Helper()
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(dir, "django.sock"), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	listener.SetUnlinkOnClose(false)
	if !listens {
		listener.Close()
		return
	}
	t.Cleanup(func() { listener.Close() })
}

func TestSocketsOfKilledProcessesAreRemoved(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for name, c := range map[string]struct {
		fill  func(t *testing.T, dir string)
		age   time.Duration
		stays bool
	}{
		"an empty one":     {func(*testing.T, string) {}, time.Hour, false},
		"nobody listens":   {func(t *testing.T, dir string) { socketIn(t, dir, false) }, time.Hour, false},
		"somebody listens": {func(t *testing.T, dir string) { socketIn(t, dir, true) }, time.Hour, true},
		"a new one":        {func(*testing.T, string) {}, 0, true},
		"one with a file":  {func(t *testing.T, dir string) { os.WriteFile(filepath.Join(dir, "notes"), nil, 0o600) }, time.Hour, true},
		"its server restarts": {func(t *testing.T, dir string) {
			lock, err := lockDir(dir)
			if err != nil {
				t.Skip(err)
			}
			t.Cleanup(func() { lock.Close() })
		}, time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			dir, err := os.MkdirTemp("", SocketPrefix)
			if err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(dir)
			c.fill(t, dir)
			then := time.Now().Add(-c.age)
			if err := os.Chtimes(dir, then, then); err != nil {
				t.Fatal(err)
			}
			_, remove, err := NewSocket("django")
			if err != nil {
				t.Fatal(err)
			}
			defer remove()
			if _, err := os.Stat(dir); (err == nil) != c.stays {
				t.Errorf("it stays: %t, want %t", err == nil, c.stays)
			}
		})
	}
}
