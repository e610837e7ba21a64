package capture

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/caddy-django/gateway/internal/atomicfile"
)

// pseudonyms stand for users in events: the same for the same user, and no way
// back for whoever has the events alone. Not safe for concurrent use.
type pseudonyms struct {
	file string // of the key; empty: it lasts as long as the process
	log  *slog.Logger
	key  []byte
}

// pseudonymKey is in bytes.
const pseudonymKey = sha256.Size

// of returns 16 hexadecimal digits for what a project calls a user. Another
// project's user of the same name is somebody else.
func (p *pseudonyms) of(project, user string) string {
	if p.key == nil {
		p.load()
	}
	mac := hmac.New(sha256.New, p.key)
	mac.Write([]byte(project))
	mac.Write([]byte{0})
	mac.Write([]byte(user))
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

// load reads the key, or makes it. Without a file to keep it in, users get other
// pseudonyms after the next start, which is better than to give their names away.
func (p *pseudonyms) load() {
	key, err := readKey(p.file)
	if err != nil {
		p.log.Warn("the users of error events have other ids after the next start", "error", err)
	}
	p.key = key
}

// readKey returns the key in a file, and makes file and key if they are missing.
// With an error the key is good all the same.
func readKey(file string) ([]byte, error) {
	key, err := os.ReadFile(file)
	if err == nil && len(key) == pseudonymKey {
		return key, nil
	}
	key = make([]byte, pseudonymKey)
	rand.Read(key) // never fails: crypto/rand
	if file == "" {
		return key, nil
	}
	if err == nil {
		err = fmt.Errorf("%s is no key of %d bytes: remove it", file, pseudonymKey)
	}
	if !errors.Is(err, os.ErrNotExist) {
		return key, fmt.Errorf("reading the key of the users' ids: %w", err)
	}
	if err := writeKey(file, key); err != nil {
		return key, fmt.Errorf("keeping the key of the users' ids: %w", err)
	}
	return key, nil
}

// writeKey leaves either the whole key or no file.
func writeKey(file string, key []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil { // as the store does
		return err
	}
	return atomicfile.Write(file, key, 0o600)
}
