package probe

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
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

func TestTheProbeIsInstalled(t *testing.T) {
	for name, there := range map[string]string{
		"where nothing is":              "",
		"over one of an older version":  string(mark) + ` what only Django knew."""` + "\n",
		"over one that was cut or else": string(File[:len(File)/2]),
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "a", "b")
			if there != "" {
				os.MkdirAll(dir, 0o755)
				put(t, filepath.Join(dir, FileName), there)
			}
			path, err := Install(dir)
			if err != nil || path != filepath.Join(dir, FileName) {
				t.Fatalf("%s, %v", path, err)
			}
			if text, _ := os.ReadFile(path); !bytes.Equal(text, File) {
				t.Error("it is not the probe")
			}
			alone(t, path, 0o644)
		})
	}
}

func TestASitecustomizeOfAnotherStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	put(t, path, "# not "+string(mark))
	_, err := Install(filepath.Dir(path))
	if err == nil || !strings.Contains(err.Error(), path+" is not the probe's: choose a directory of its own") {
		t.Errorf("got %v", err)
	}
	if text, _ := os.ReadFile(path); string(text) != "# not "+string(mark) {
		t.Errorf("now it is %q", text)
	}
}

func TestAProbeThatIsThereIsNotWrittenAgain(t *testing.T) {
	dir := t.TempDir()
	path, err := Install(dir)
	if err != nil {
		t.Fatal(err)
	}
	before, _ := os.Stat(path)
	if _, err := Install(dir); err != nil {
		t.Fatal(err)
	}
	if after, _ := os.Stat(path); !os.SameFile(before, after) {
		t.Error("it is another file")
	}
}

func TestADirectoryThatEverybodyMayWriteToIsRefused(t *testing.T) {
	dir := t.TempDir()
	for _, mode := range []os.FileMode{0o777, 0o777 | os.ModeSticky} {
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := Install(dir); err == nil || !strings.HasPrefix(err.Error(), "everybody may write to "+dir) {
			t.Errorf("%v: got %v", mode, err)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Errorf("left over: %v", entries)
	}
}
