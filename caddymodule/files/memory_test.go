package files

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// content returns what is in a file, or that it is not there.
func content(t *testing.T, m *memory, name string) string {
	t.Helper()
	f, err := m.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "not there"
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWhatIsKeptIsNotOlderThanTheDisk(t *testing.T) {
	for _, c := range []struct {
		name     string
		change   func(t *testing.T, root string) error
		at, then string // after a millisecond, and after a second
	}{
		{"unchanged", func(*testing.T, string) error { return nil }, "base", "base"},
		{"written anew", func(_ *testing.T, root string) error {
			return os.WriteFile(root+"/css/base.css", []byte("longer"), 0o644)
		}, "longer", "longer"},
		{"written anew, as long", func(_ *testing.T, root string) error {
			return written(root+"/css/base.css", "anew", old.Add(time.Second))
		}, "anew", "anew"},
		{"written anew, as long, with its time kept", func(_ *testing.T, root string) error { return written(root+"/css/base.css", "anew", old) }, "base", "anew"},
		{"written anew, longer, with its time kept", func(_ *testing.T, root string) error { return written(root+"/css/base.css", "longer", old) }, "longer", "longer"},
		{"replaced by another, as old and as long", func(_ *testing.T, root string) error {
			return errors.Join(written(root+"/new", "anew", old), os.Rename(root+"/new", root+"/css/base.css"))
		}, "anew", "anew"},
		{"removed", func(_ *testing.T, root string) error { return os.Remove(root + "/css/base.css") }, "not there", "not there"},
		{"replaced by a link that leads out", func(_ *testing.T, root string) error {
			return errors.Join(os.Remove(root+"/css/base.css"), os.Symlink("../../settings.py", root+"/css/base.css"))
		}, "not there", "not there"},
		{"moved out, with a link in its directory's place", func(_ *testing.T, root string) error {
			return errors.Join(os.Rename(root+"/css", root+"/../css"), os.Symlink("../css", root+"/css"))
		}, "base", "not there"},
		{"gone with its directory", func(_ *testing.T, root string) error { return os.Rename(root, root+".old") }, "not there", "not there"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				root := project(t)
				if err := written(root+"/css/base.css", "base", old); err != nil {
					t.Fatal(err)
				}
				m := newMemory(root)
				for range 2 { // from the disk, and after a look at it
					if got := content(t, m, "css/base.css"); got != "base" {
						t.Fatalf("%q at first", got)
					}
					time.Sleep(lookTime)
				}
				content(t, m, "css/base.css")
				if err := c.change(t, root); err != nil {
					t.Fatal(err)
				}
				if got := content(t, m, "css/base.css"); got != "base" {
					t.Errorf("%q within a millisecond: each time is asked", got)
				}
				time.Sleep(lookTime)
				if got := content(t, m, "css/base.css"); got != c.at {
					t.Errorf("%q after a millisecond, want %q", got, c.at)
				}
				time.Sleep(memoryTime)
				if got := content(t, m, "css/base.css"); got != c.then {
					t.Errorf("%q after a second, want %q", got, c.then)
				}
			})
		})
	}
}

var old = time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)

// written writes a file as if it had been at this time.
func written(file, content string, at time.Time) error {
	return errors.Join(os.WriteFile(file, []byte(content), 0o644), os.Chtimes(file, time.Time{}, at))
}

func TestOnlySmallFilesAreKept(t *testing.T) {
	root := t.TempDir()
	m := newMemory(root)
	for name, size := range map[string]int{"small": maxSmall, "large": maxSmall + 1, "empty": 0} {
		want := bytes.Repeat([]byte("x"), size)
		if err := os.WriteFile(filepath.Join(root, name), want, 0o644); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if got := content(t, m, name); got != string(want) {
				t.Errorf("%s has %d bytes, want %d", name, len(got), size)
			}
		}
		if kept := m.kept(name, time.Now()) != nil; kept != (size <= maxSmall) {
			t.Errorf("%s is kept: %v", name, kept)
		}
	}
}

func TestTheMemoryHasABound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		root := t.TempDir()
		m := newMemory(root)
		const files = maxMemory/maxSmall + 8
		for i := range files {
			name := fmt.Sprint(i)
			if err := os.WriteFile(filepath.Join(root, name), make([]byte, maxSmall), 0o644); err != nil {
				t.Fatal(err)
			}
			if got := content(t, m, name); len(got) != maxSmall {
				t.Fatalf("%d bytes", len(got))
			}
		}
		if m.size > maxMemory || m.size < maxMemory-2*maxSmall {
			t.Errorf("%d bytes are kept", m.size)
		}
		last := fmt.Sprint(files - 1)
		if m.kept(last, time.Now()) != nil {
			t.Error("the last file is kept beyond the bound")
		}
		time.Sleep(memoryTime + 1)
		content(t, m, last)
		if m.kept(last, time.Now()) == nil || len(m.small) != 1 || m.size != maxSmall+overhead {
			t.Errorf("%d files of %d bytes are kept after a second", len(m.small), m.size)
		}
	})
}

func TestAFileIsReadWholeWhileItIsReplaced(t *testing.T) {
	root := t.TempDir()
	m := newMemory(root)
	write := func(c string) {
		next := filepath.Join(root, ".next")
		if err := errors.Join(os.WriteFile(next, bytes.Repeat([]byte(c), 4096), 0o644), os.Rename(next, filepath.Join(root, "file"))); err != nil {
			t.Error(err)
		}
	}
	write("a")
	var wg sync.WaitGroup
	defer wg.Wait()
	for range 4 {
		wg.Go(func() {
			for range 200 {
				got := content(t, m, "file")
				if len(got) != 4096 || got[0] != got[4095] {
					t.Errorf("%d bytes, from %q to %q", len(got), got[:1], got[len(got)-1:])
				}
			}
		})
	}
	for i := range 200 {
		write(string(rune('a' + i%26)))
	}
}
