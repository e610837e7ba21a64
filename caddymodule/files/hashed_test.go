package files

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// The MD5 of "base" begins with 593616de15330c0f.
func TestWithoutAManifestTheContentDecides(t *testing.T) {
	root := t.TempDir()
	for name, want := range map[string]bool{
		"base.593616de1533.css":      true,
		"css/base.593616de1533.css":  true,
		"base.593616de1533":          true, // without an extension
		"prices.202612010112.csv":    false,
		"base.593616de1534.css":      false,
		"base.593616DE1533.css":      false,
		"base.593616de15330.css":     false,
		"593616de1533.css":           false,
		"base.593616de1533.min.css":  false,
		"base.css":                   false,
		"base.593616de1533.css/none": false,
	} {
		path := filepath.Join(root, name)
		if name != "base.593616de1533.css/none" {
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte("base"), 0o644)); err != nil {
				t.Fatal(err)
			}
		}
		h := newHashed(root)
		for range 2 { // read, and remembered
			if got := h.is(name); got != want {
				t.Errorf("%s: %v", name, got)
			}
		}
	}
	if err := os.Symlink("/etc/hostname", filepath.Join(root, "out.593616de1533.css")); err != nil {
		t.Fatal(err)
	}
	if newHashed(root).is("out.593616de1533.css") {
		t.Error("a link that leads out")
	}
}

func TestAFileThatChangesUnderItsNameIsNoLongerImmutable(t *testing.T) {
	root := t.TempDir()
	h, path := newHashed(root), filepath.Join(root, "base.593616de1533.css")
	if err := written(path, "base", old); err != nil {
		t.Fatal(err)
	}
	if !h.is("base.593616de1533.css") {
		t.Error("the content is not recognized")
	}
	if err := written(path, "anew", old.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if h.is("base.593616de1533.css") {
		t.Error("another content is taken for the same")
	}
}

func TestAManifestThatComesAndGoes(t *testing.T) {
	root := t.TempDir()
	h, name := newHashed(root), "base.593616de1533.css"
	manifest := filepath.Join(root, manifestName)
	if err := os.WriteFile(filepath.Join(root, name), []byte("base"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		manifest string // empty: none
		want     bool
	}{
		{"", true},
		{`{"paths":`, false}, // written for the first time
		{`{"paths":{"x.css":"x.000000000000.css"}}`, false},
		{`{"paths":{"base.css":"base.593616de1533.css"}}`, true},
		{`{"paths":{}}`, false},
		{"", true},
	} {
		err := os.Remove(manifest)
		if step.manifest != "" {
			err = os.WriteFile(manifest, []byte(step.manifest), 0o644)
		}
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		h.looked = time.Time{} // a second has passed
		if got := h.is(name); got != step.want {
			t.Errorf("with the manifest %q: %v", step.manifest, got)
		}
	}
}
