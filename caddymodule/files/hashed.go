package files

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"time"
)

// hashed tells the files of which the name changes with the content, as ManifestStaticFilesStorage names them:
// css/base.27e20196a850.css (Django: contrib/staticfiles/storage.py). They are those that the manifest lists. Where there
// is no manifest, the hash in the name must be that of the content.
type hashed struct {
	dir      rooted
	manifest string // its path

	mu       sync.Mutex
	looked   time.Time
	written  time.Time
	exists   bool                // there is a manifest
	names    map[string]struct{} // in it
	verified map[string]verified // by name, without a manifest
}

// verified is what the content of a file said of its name.
type verified struct {
	info  fs.FileInfo
	match bool
}

const (
	manifestName     = "staticfiles.json"
	maxManifest      = 64 << 20 // bytes
	manifestInterval = time.Second

	maxVerified     = 8 << 20 // bytes of a file of which the hash is computed
	maxVerifiedKept = 10_000  // files
)

func newHashed(root string) *hashed {
	return &hashed{dir: rooted(root), manifest: filepath.Join(root, manifestName), verified: make(map[string]verified)}
}

// hashedName is how Django writes the hash: the first 12 digits of the MD5 of the content, before the extension.
var hashedName = regexp.MustCompile(`\.([0-9a-f]{12})(?:\.[^./]*)?$`)

// is reports whether the file of this name, relative to the root, is one.
func (h *hashed) is(name string) bool {
	h.mu.Lock()
	h.read()
	exists := h.exists
	_, listed := h.names[name]
	h.mu.Unlock()
	if exists {
		return listed
	}
	match := hashedName.FindStringSubmatch(name)
	return match != nil && h.verify(name, match[1])
}

// verify compares the hash in a name with that of the content, which it reads again when the file has changed.
func (h *hashed) verify(name, hash string) bool {
	info, err := os.Stat(filepath.Join(string(h.dir), name))
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxVerified {
		return false
	}
	h.mu.Lock()
	known, ok := h.verified[name]
	h.mu.Unlock()
	if ok && same(known.info, info) {
		return known.match
	}
	file, err := h.dir.Open(name)
	if err != nil {
		return false
	}
	defer file.Close()
	sum := md5.New()
	if _, err := io.Copy(sum, io.LimitReader(file, maxVerified)); err != nil {
		return false
	}
	match := hex.EncodeToString(sum.Sum(nil))[:len(hash)] == hash
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.verified) >= maxVerifiedKept {
		clear(h.verified)
	}
	h.verified[name] = verified{info, match}
	return match
}

// read reads the manifest again when it has changed. An unreadable one leaves the last in force: it is being written. It
// needs the lock.
func (h *hashed) read() {
	if time.Since(h.looked) < manifestInterval {
		return
	}
	h.looked = time.Now()
	info, err := os.Stat(h.manifest)
	if errors.Is(err, fs.ErrNotExist) {
		h.exists, h.names, h.written = false, nil, time.Time{}
		return
	}
	h.exists = true
	if err != nil || info.Size() > maxManifest || info.ModTime().Equal(h.written) {
		return
	}
	text, err := os.ReadFile(h.manifest)
	if err != nil {
		return
	}
	var manifest struct{ Paths map[string]string }
	if json.Unmarshal(text, &manifest) != nil {
		return
	}
	h.written = info.ModTime()
	h.names = make(map[string]struct{}, len(manifest.Paths))
	for name, hashed := range manifest.Paths {
		if hashed != name {
			h.names[hashed] = struct{}{}
		}
	}
}
