package urlconf

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// findPython finds the interpreter that most likely has what the project needs.
// It does not follow links: a virtual environment is known by its own path.
func findPython(dir, given string) (sourced, error) {
	if given != "" {
		path, err := lookPath(given)
		if err != nil {
			return sourced{}, fmt.Errorf("finding the Python that the option python names: %w", err)
		}
		return sourced{path, "the option python"}, nil
	}
	environments := []sourced{
		{filepath.Join(dir, ".venv"), ".venv"},
		{filepath.Join(dir, "venv"), "venv"},
	}
	if active := os.Getenv("VIRTUAL_ENV"); active != "" {
		environments = append(environments, sourced{active, "VIRTUAL_ENV"})
	}
	for _, e := range environments {
		if path, err := lookPath(filepath.Join(e.value, "bin", "python")); err == nil {
			return sourced{path, e.source}, nil
		}
	}
	path, err := lookPath("python3")
	if err != nil {
		return sourced{}, fmt.Errorf("there is no .venv or venv in %s, no VIRTUAL_ENV and no python3 on PATH: name a Python that has Django with the option python", dir)
	}
	return sourced{path, "PATH"}, nil
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
