package probe

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestASecretIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	var first sync.Map
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := KeepSecret(path); err != nil {
				t.Error(err)
			}
			secret, err := ReadSecret(path)
			if err != nil || len(secret) != 64 || strings.Trim(secret, "0123456789abcdef") != "" {
				t.Errorf("%d characters, error %v", len(secret), err)
			}
			first.Store(secret, true)
		})
	}
	all.Wait()
	n := 0
	first.Range(func(any, any) bool { n++; return true })
	if n != 1 {
		t.Errorf("%d secrets were seen", n)
	}
	alone(t, path, 0o640)
	if secret := NewSecret(); secret == NewSecret() {
		t.Error("two secrets are the same")
	}
}

func TestASecretThatIsThereIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	put(t, filepath.Dir(path), map[string]string{filepath.Base(path): " 0123456789abcdef\n\n"})
	if err := KeepSecret(path); err != nil {
		t.Fatal(err)
	}
	if secret, err := ReadSecret(path); secret != "0123456789abcdef" || err != nil {
		t.Errorf("%q, %v", secret, err)
	}
	alone(t, path, 0o644)
}

func TestAFileWithoutASecretIsRefused(t *testing.T) {
	for name, text := range map[string]string{"empty": "", "short": "hunter2", "with a blank": "0123456789 hunter2", "long": strings.Repeat("a", 9000)} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "secret")
			put(t, filepath.Dir(path), map[string]string{filepath.Base(path): text})
			err := KeepSecret(path)
			if err == nil || !strings.HasPrefix(err.Error(), "the secret in "+path+" has ") || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v", err)
			}
			if now, _ := os.ReadFile(path); string(now) != text {
				t.Error("it was changed")
			}
		})
	}
	if err := KeepSecret(filepath.Join(t.TempDir(), "none", "secret")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// alone fails if there is anything but one file in a directory, with these rights.
func alone(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("in the directory are %v, error %v", entries, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != mode {
		t.Errorf("it has %v, error %v", info.Mode(), err)
	}
}
