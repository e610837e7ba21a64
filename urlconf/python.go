package urlconf

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// How users name a Python.
const (
	optionPython = "--python (python in a Caddyfile)"
	fixPython    = "activate the environment of the project, or name its Python with " + optionPython
)

// managers make virtual environments, and a file shows that a project uses one.
var managers = []struct{ file, advice string }{
	{"uv.lock", "uv sync makes it in .venv"},
	{"poetry.lock", "poetry env info --executable prints it"},
	{"Pipfile.lock", "pipenv --py prints it"},
	{"pdm.lock", "pdm info --python prints it"},
}

// fixPythonOf is fixPython with what the manager of the project's environment offers.
func fixPythonOf(dirs ...string) string {
	for _, m := range managers {
		for _, dir := range dirs {
			if _, err := os.Stat(filepath.Join(dir, m.file)); err == nil {
				return fixPython + ": " + m.advice
			}
		}
	}
	return fixPython
}

// sourcePath is the source of a Python that is most likely none of the project's.
const sourcePath = "PATH, for there is no .venv or venv in the project or beside it, and no VIRTUAL_ENV"

// findPython finds the interpreter that most likely has what the project needs: dir is that of
// manage.py, root the one that the user named, which may be above it. It does not follow links:
// a virtual environment is known by its own path.
func findPython(dir, root, given string) (sourced, error) {
	if given != "" {
		path, err := lookPath(given)
		if err != nil {
			return sourced{}, fmt.Errorf("finding the Python that "+optionPython+" names: %w", err)
		}
		return sourced{path, optionPython}, nil
	}
	environments := []sourced{
		{filepath.Join(dir, ".venv"), ".venv"},
		{filepath.Join(dir, "venv"), "venv"},
	}
	if root != dir {
		environments = append(environments,
			sourced{filepath.Join(root, ".venv"), "../.venv"},
			sourced{filepath.Join(root, "venv"), "../venv"})
	}
	parent := filepath.Dir(root)
	if active := os.Getenv("VIRTUAL_ENV"); active != "" {
		environments = append(environments, sourced{active, "VIRTUAL_ENV"})
	}
	if info, err := os.Stat(parent); err == nil && info.Mode().Perm()&0o002 == 0 { // /tmp is anybody's
		environments = append(environments,
			sourced{filepath.Join(parent, ".venv"), "../.venv"},
			sourced{filepath.Join(parent, "venv"), "../venv"})
	}
	for _, e := range environments {
		if path, err := lookPath(filepath.Join(e.value, "bin", "python")); err == nil {
			return sourced{path, e.source}, nil
		}
	}
	path, err := lookPath("python3")
	if err != nil {
		return sourced{}, fmt.Errorf("there is no .venv or venv in %s or %s, no VIRTUAL_ENV and no python3 on PATH: %s", dir, parent, fixPython)
	}
	return sourced{path, sourcePath}, nil
}

// lookPath returns the absolute path of an executable. A relative one is relative
// to where the user is, not to the project.
func lookPath(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", err
	}
	return filepath.Abs(path)
}
