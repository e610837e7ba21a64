package maintenance

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/caddyserver/caddy/v2"
)

// lookInterval is how often it is looked whether the file is there. No request
// asks the disk.
const lookInterval = 500 * time.Millisecond

// toggles are shared by the sites that have the same file, and survive reloads.
var toggles = caddy.NewUsagePool()

// toggle is on while its file exists.
type toggle struct {
	file string
	on   atomic.Bool
	stop chan struct{}
}

func acquire(file string) (*toggle, error) {
	t, _, err := toggles.LoadOrNew(file, func() (caddy.Destructor, error) {
		t := &toggle{file: file, stop: make(chan struct{})}
		t.look()
		go t.watch()
		return t, nil
	})
	if err != nil {
		return nil, err
	}
	return t.(*toggle), nil
}

func release(file string) error {
	_, err := toggles.Delete(file)
	return err
}

// Destruct implements caddy.Destructor.
func (t *toggle) Destruct() error {
	close(t.stop)
	return nil
}

func (t *toggle) watch() {
	ticker := time.NewTicker(lookInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			t.look()
		case <-t.stop:
			return
		}
	}
}

// look leaves things as they are if nobody can tell.
func (t *toggle) look() {
	_, err := os.Lstat(t.file)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		t.on.Store(err == nil)
	}
}

// turn makes the file or removes it.
func (t *toggle) turn(on bool) error {
	defer t.look()
	if !on {
		err := os.Remove(t.file)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	if err := os.MkdirAll(filepath.Dir(t.file), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(t.file, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	return f.Close()
}
