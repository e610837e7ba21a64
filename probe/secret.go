package probe

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/caddy-django/gateway/internal/atomicfile"
)

// maxSecretFile is in bytes; the probe reads no more either.
const maxSecretFile = 4096

// NewSecret returns 32 random bytes, in hex.
func NewSecret() string {
	var secret [32]byte
	rand.Read(secret[:])
	return hex.EncodeToString(secret[:])
}

// ReadSecret reads the secret of a file, and checks it as [CheckSecret] does. No error holds it.
func ReadSecret(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxSecretFile))
	if err != nil {
		return "", err
	}
	secret := strings.TrimSpace(string(text))
	if err := CheckSecret(secret); err != nil {
		return "", fmt.Errorf("the secret in %s %w", path, err)
	}
	return secret, nil
}

// KeepSecret makes a new secret in a file, with mode 0640, unless there is a file: then it checks that. Of several that
// make one at a time the first wins, and all go by its secret.
func KeepSecret(path string) error {
	_, err := ReadSecret(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	temporary, err := atomicfile.Beside(path, []byte(NewSecret()+"\n"), 0o640)
	if err != nil {
		return err
	}
	defer os.Remove(temporary)
	if err := os.Link(temporary, path); err != nil && !errors.Is(err, fs.ErrExist) { // which no rename would say
		return err
	}
	_, err = ReadSecret(path)
	return err
}
