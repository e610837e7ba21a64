package urlconf

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// interpreter puts an executable there.
func interpreter(t *testing.T, path string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPythonIsThatOfTheProject(t *testing.T) {
	clear(t)
	parent, elsewhere := t.TempDir(), t.TempDir()
	dir := filepath.Join(parent, "shop")
	t.Chdir(elsewhere)
	t.Setenv("PATH", filepath.Join(elsewhere, "path"))
	find := func(given string, want sourced, wrong string) {
		t.Helper()
		got, err := findPython(dir, dir, given)
		checkFound(t, got, err, want, wrong)
	}
	find("", sourced{}, "there is no .venv or venv in "+dir+" or "+filepath.Dir(dir)+", no VIRTUAL_ENV and no python3 on PATH: activate the environment of the project, or name its Python with --python (python in a Caddyfile)")
	find("", sourced{interpreter(t, filepath.Join(elsewhere, "path/python3")), sourcePath}, "")
	find("", sourced{interpreter(t, filepath.Join(parent, "venv/bin/python")), "../venv"}, "")
	find("", sourced{interpreter(t, filepath.Join(parent, ".venv/bin/python")), "../.venv"}, "")
	if err := os.Chmod(parent, 0o777); err != nil {
		t.Fatal(err)
	}
	find("", sourced{filepath.Join(elsewhere, "path/python3"), sourcePath}, "")
	if err := os.Chmod(parent, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("VIRTUAL_ENV", filepath.Join(elsewhere, "active"))
	find("", sourced{interpreter(t, filepath.Join(elsewhere, "active/bin/python")), "VIRTUAL_ENV"}, "")
	find("", sourced{interpreter(t, filepath.Join(dir, "venv/bin/python")), "venv"}, "")
	find("", sourced{interpreter(t, filepath.Join(dir, ".venv/bin/python")), ".venv"}, "")

	find("python3", sourced{filepath.Join(elsewhere, "path/python3"), optionPython}, "")
	find("active/bin/python", sourced{filepath.Join(elsewhere, "active/bin/python"), optionPython}, "")
	find("python4", sourced{}, "finding the Python that --python (python in a Caddyfile) names: ")
	find("active/bin/python4", sourced{}, "finding the Python that --python (python in a Caddyfile) names: ")
}

func TestTheManagerOfTheEnvironmentNamesThePython(t *testing.T) {
	for file, want := range map[string]string{
		"uv.lock":     fixPython + ": uv sync makes it in .venv",
		"poetry.lock": fixPython + ": poetry env info --executable prints it",
		"setup.py":    fixPython,
	} {
		dir := tree(t, map[string]string{file: ""})
		if got := fixPythonOf(filepath.Join(dir, "src"), dir); got != want {
			t.Errorf("%s: got %q, want %q", file, got, want)
		}
	}
}

func TestTheProjectMustBeADirectory(t *testing.T) {
	clear(t)
	dir := t.TempDir()
	for path, want := range map[string]string{
		filepath.Join(dir, "shop"):              "the project " + filepath.Join(dir, "shop") + " does not exist: use the directory of manage.py",
		interpreter(t, filepath.Join(dir, "f")): "is not a directory: use the directory of manage.py",
		dir:                                     "there is no manage.py in " + dir,
	} {
		_, err := Project{Dir: path}.Export(t.Context())
		checkFound(t, sourced{}, err, sourced{}, want)
	}
}

// checkFound compares what was found, or the words and the length of the error.
func checkFound(t *testing.T, got sourced, err error, want sourced, words string) {
	t.Helper()
	switch {
	case words == "" && err != nil:
		t.Error(err)
	case words != "" && (err == nil || !strings.Contains(err.Error(), words) || strings.Contains(err.Error(), "\n")):
		t.Errorf("got the error %v, want %q", err, words)
	case got != want:
		t.Errorf("got %v, want %v", got, want)
	}
}
