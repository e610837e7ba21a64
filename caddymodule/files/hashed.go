package files

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"sync"
	"time"
)

// hashed tells the files of which the name changes with the content, as
// ManifestStaticFilesStorage names them: css/base.27e20196a850.css (Django:
// contrib/staticfiles/storage.py).
type hashed struct {
	manifest string // its path; there need be none

	mu      sync.Mutex
	looked  time.Time
	written time.Time
	names   map[string]struct{} // of the manifest
}

const (
	manifestName     = "staticfiles.json"
	maxManifest      = 64 << 20 // bytes
	manifestInterval = time.Second
)

func newHashed(root string) *hashed { return &hashed{manifest: filepath.Join(root, manifestName)} }

// A project may have a storage that makes other hashes: the manifest knows.
var hashedName = regexp.MustCompile(`\.[0-9a-f]{12}(\.[^./]*)?$`)

// is reports whether the file of this name, relative to the root, is one.
func (h *hashed) is(name string) bool {
	if hashedName.MatchString(path.Base(name)) {
		return true
	}
	_, ok := h.listed()[name]
	return ok
}

// listed returns the names in the manifest. It is read again when it has changed,
// and an unreadable one leaves the last in force: it is being written.
func (h *hashed) listed() map[string]struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Since(h.looked) < manifestInterval {
		return h.names
	}
	h.looked = time.Now()
	info, err := os.Stat(h.manifest)
	if err != nil || info.Size() > maxManifest || info.ModTime().Equal(h.written) {
		return h.names
	}
	text, err := os.ReadFile(h.manifest)
	if err != nil {
		return h.names
	}
	var manifest struct{ Paths map[string]string }
	if json.Unmarshal(text, &manifest) != nil {
		return h.names
	}
	h.written = info.ModTime()
	h.names = make(map[string]struct{}, len(manifest.Paths))
	for name, hashed := range manifest.Paths {
		if hashed != name {
			h.names[hashed] = struct{}{}
		}
	}
	return h.names
}
