package probe

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// put writes files by their slash-separated paths below a directory.
func put(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// tree returns the files below a directory, and fails if one of them or a directory has other rights than installed
// ones have.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if info.Mode().Perm() != 0o755 {
				t.Errorf("%s has %v", path, info.Mode())
			}
			return nil
		}
		if info.Mode() != 0o644 {
			t.Errorf("%s has %v", path, info.Mode())
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func wanted() map[string]string {
	files := make(map[string]string)
	for name, text := range Files() {
		files[name] = string(text)
	}
	return files
}

func TestTheProbeIsInstalled(t *testing.T) {
	const older = ` what only Django knew."""` + "\n"
	file, module := wanted()[FileName], wanted()["django_probe/hooks.py"]
	for name, there := range map[string]map[string]string{
		"where nothing is":                      nil,
		"over one that was a single file":       {FileName: string(mark) + older},
		"over a file that was cut":              {FileName: file[:len(file)/2]},
		"over a module that was cut":            with(wanted(), "django_probe/hooks.py", module[:len(module)/2]),
		"over a package without its file":       with(wanted(), FileName, ""),
		"over modules of an older version":      with(wanted(), "django_probe/old.py", "import nothing"),
		"over compiled modules":                 {FileName: file, "django_probe/__init__.py": string(mark) + older, "django_probe/__pycache__/hooks.cpython-312.pyc": "old"},
		"over what was compiled of an old file": {FileName: string(mark) + older, "__pycache__/sitecustomize.cpython-312.pyc": "old"},
		"over a directory in place of a module": with(wanted(), "django_probe/old/x.py", "import nothing"),
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "a", "b")
			put(t, dir, there)
			path, err := Install(dir)
			if err != nil || path != filepath.Join(dir, FileName) {
				t.Fatalf("%s, %v", path, err)
			}
			os.Remove(filepath.Join(dir, cacheName)) // if it is empty
			if got := tree(t, dir); !maps.Equal(got, wanted()) {
				t.Errorf("there are %q", slices.Sorted(maps.Keys(got)))
			}
			if entries, _ := os.ReadDir(dir); len(entries) != 2 {
				t.Errorf("in the directory are %v", entries)
			}
		})
	}
}

// with returns files with one more, or without the one whose text is "".
func with(files map[string]string, name, text string) map[string]string {
	files[name] = text
	if text == "" {
		delete(files, name)
	}
	return files
}

func TestFilesOfAnotherOriginStay(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		says  string // after the directory
	}{
		"a sitecustomize.py":       {map[string]string{FileName: "# not " + string(mark)}, "/sitecustomize.py is not the probe's: choose a directory of its own"},
		"a package":                {map[string]string{"django_probe/__init__.py": "import theirs"}, "/django_probe is not the probe's: choose a directory without it"},
		"a package of a namespace": {map[string]string{"django_probe/views.py": "import theirs"}, "/django_probe is not the probe's"},
		"a file":                   {map[string]string{"django_probe": "theirs"}, "/django_probe is not the probe's"},
		"a module":                 {map[string]string{"django_probe.py": "import theirs"}, "/django_probe.py is not the probe's"},
		"a package beside an older probe": {map[string]string{FileName: string(mark), "django_probe/__init__.py": "import theirs"},
			"/django_probe is not the probe's"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, c.files)
			if _, err := Install(dir); err == nil || !strings.HasPrefix(err.Error(), dir+c.says) {
				t.Errorf("got %v", err)
			}
			for file, text := range c.files {
				if got, _ := os.ReadFile(filepath.Join(dir, file)); string(got) != text {
					t.Errorf("now %s is %q", file, got)
				}
			}
			if _, err := os.Stat(filepath.Join(dir, FileName)); err == nil && c.files[FileName] == "" {
				t.Error("half of the probe is there")
			}
		})
	}
}

func TestAProbeThatIsThereIsNotWrittenAgain(t *testing.T) {
	dir := t.TempDir()
	path, err := Install(dir)
	if err != nil {
		t.Fatal(err)
	}
	put(t, dir, map[string]string{"__pycache__/sitecustomize.cpython-312.pyc": "", "django_probe/__pycache__/hooks.cpython-312.pyc": ""})
	module := filepath.Join(dir, PackageName, "hooks.py")
	stat := func() (both [2]os.FileInfo) {
		for i, path := range []string{path, module} {
			if both[i], err = os.Stat(path); err != nil {
				t.Fatal(err)
			}
		}
		return both
	}
	before := stat()
	if os.Getuid() != 0 { // root may write to it all the same
		for _, path := range []string{dir, filepath.Join(dir, PackageName)} {
			if err := os.Chmod(path, 0o555); err != nil {
				t.Fatal(err)
			}
			defer os.Chmod(path, 0o755)
		}
	}
	if _, err := Install(dir); err != nil {
		t.Fatal(err)
	}
	for i, after := range stat() {
		if !os.SameFile(before[i], after) {
			t.Errorf("%s is another file", after.Name())
		}
	}
}

func TestADirectoryThatEverybodyMayWriteToIsRefused(t *testing.T) {
	for name, writable := range map[string]string{"itself": "", "its compiled modules": cacheName} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, map[string]string{filepath.Join(writable, "x"): ""})
			path := filepath.Join(dir, writable)
			for _, mode := range []os.FileMode{0o777, 0o777 | os.ModeSticky} {
				if err := os.Chmod(path, mode); err != nil {
					t.Fatal(err)
				}
				if _, err := Install(dir); err == nil || !strings.HasPrefix(err.Error(), "everybody may write to "+path) {
					t.Errorf("%v: got %v", mode, err)
				}
			}
			if entries, _ := os.ReadDir(dir); len(entries) != 1 {
				t.Errorf("left over: %v", entries)
			}
		})
	}
}

func TestAProbeThatEverybodyMayWriteToIsReplaced(t *testing.T) {
	for _, name := range []string{FileName, PackageName, PackageName + "/hooks.py", PackageName + "/" + cacheName} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if _, err := Install(dir); err != nil {
				t.Fatal(err)
			}
			put(t, dir, map[string]string{"django_probe/__pycache__/hooks.cpython-312.pyc": ""})
			if err := os.Chmod(filepath.Join(dir, name), 0o777); err != nil {
				t.Fatal(err)
			}
			if _, err := Install(dir); err != nil {
				t.Fatal(err)
			}
			if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.Mode()&0o002 != 0 {
				t.Errorf("%v", info.Mode())
			}
		})
	}
}

func TestADirectoryIsReplacedWithoutAnExchange(t *testing.T) {
	for name, there := range map[string]map[string]string{"nothing is there": nil, "an older one is there": {"to/old.py": ""}} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, there)
			put(t, dir, map[string]string{"from/new.py": ""})
			if err := replace(filepath.Join(dir, "from"), filepath.Join(dir, "to")); err != nil {
				t.Fatal(err)
			}
			os.Chmod(filepath.Join(dir, "to/new.py"), 0o644)
			if got := slices.Sorted(maps.Keys(tree(t, dir))); !slices.Equal(got, []string{"to/new.py"}) {
				t.Errorf("there are %q", got)
			}
		})
	}
}
