package urlconf

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// way is how a project is loaded.
type way struct {
	dir    string // to run in and to import from, absolute
	manage string // path of manage.py; empty if there is none of Django
	entry  string // path of wsgi.py or asgi.py, if settings must come from there
	module string // of entry, such as "shop.wsgi"
}

// codeDirs are the subdirectories that may hold manage.py without being named by the user.
// Other directories are not searched for a program to run: they may hold uploads.
var codeDirs = []string{"src", "app", "backend", "server", "django", "web", "api", "project", "site", "code"}

// findWay finds how to load the project in dir. settings reports whether the user or the
// environment names the settings module, and which.
func findWay(dir, settings string) (way, error) {
	manage, err := djangoManage(dir)
	if err != nil {
		return way{}, err
	}
	if manage != "" {
		return withEntry(way{dir: dir, manage: manage}, settings), nil
	}
	if settings != "" && hasModule(dir, settings) {
		return way{dir: dir}, nil
	}
	found := managesBelow(dir, append(slices.Clone(codeDirs), filepath.Base(dir)))
	switch {
	case len(found) == 1:
		return withEntry(way{dir: filepath.Dir(found[0]), manage: found[0]}, settings), nil
	case len(found) > 1:
		return way{}, fmt.Errorf("several directories in %s have a manage.py (%s): choose one with %s", dir, relative(dir, found), optionProject)
	case settings != "":
		return way{dir: dir}, nil
	}
	if w := withEntry(way{dir: dir}, settings); w.entry != "" {
		return w, nil
	}
	return way{}, noProject(dir)
}

// optionProject is how users name the directory of a project.
const optionProject = "--project (routes export in a Caddyfile)"

// noProject says what a directory lacks, and where else the project may be.
func noProject(dir string) error {
	if found := managesBelow(dir, subdirectories(dir)); len(found) > 0 {
		return fmt.Errorf("there is no manage.py in %s, but in %s: name that directory with %s", dir, relative(dir, found), optionProject)
	}
	if _, err := os.Lstat(filepath.Join(dir, "manage.py")); err == nil {
		return fmt.Errorf("manage.py in %s does not start Django: name the directory of the one that does with %s, or the settings with %s", dir, optionProject, optionSettings)
	}
	return fmt.Errorf("there is no manage.py in %s: is that the project? If so, name its settings with %s", dir, optionSettings)
}

// djangoManage returns the path of manage.py in dir if it is there and starts Django.
func djangoManage(dir string) (string, error) {
	path := filepath.Join(dir, "manage.py")
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("reading manage.py: %w: let the user that runs this read it, or name the settings with %s", err, optionSettings)
	case mentionsDjango(text) || importsDjango(dir, text):
		return path, nil
	}
	return "", nil
}

func mentionsDjango(text []byte) bool { return djangoName.Match(text) }

var djangoName = regexp.MustCompile(`(?i)\bdjango|\bconfigurations\b|execute_from_command_line`)

// managesBelow returns the manage.py files of Django in the named subdirectories of dir.
func managesBelow(dir string, names []string) (found []string) {
	for _, name := range names {
		manage, err := djangoManage(filepath.Join(dir, name))
		if err == nil && manage != "" && !slices.Contains(found, manage) {
			found = append(found, manage)
		}
	}
	return found
}

// withEntry adds the wsgi.py or asgi.py of the project if that alone can tell the settings.
func withEntry(w way, settings string) way {
	if settings != "" {
		return w
	}
	for _, root := range []string{w.dir, filepath.Join(w.dir, "src")} {
		for _, name := range []string{"wsgi.py", "asgi.py"} {
			found := packagesWith(root, name)
			if len(found) != 1 {
				continue
			}
			w.entry = filepath.Join(root, found[0], name)
			w.module = found[0] + "." + strings.TrimSuffix(name, ".py")
			if w.manage == "" {
				w.dir = root
			}
			return w
		}
	}
	return w
}

// packagesWith returns the packages in dir that have the file and the URLconf or the settings
// that startproject writes beside it.
func packagesWith(dir, file string) (found []string) {
	for _, name := range subdirectories(dir) {
		text, err := os.ReadFile(filepath.Join(dir, name, file))
		if err != nil || !mentionsDjango(text) {
			continue
		}
		if hasModule(filepath.Join(dir, name), "settings") || hasModule(filepath.Join(dir, name), "urls") {
			found = append(found, name)
		}
	}
	return found
}

// hasModule reports whether a directory has the module, or the package it is in.
func hasModule(dir, module string) bool {
	top, _, _ := strings.Cut(module, ".")
	for _, pattern := range []string{top + ".py", filepath.Join(top, "*.py"), filepath.Join(top, "*", "__init__.py")} {
		if found, _ := fs.Glob(os.DirFS(dir), filepath.ToSlash(pattern)); len(found) > 0 {
			return true
		}
	}
	return false
}

// subdirectories returns the names of the directories in dir that may hold code of the project.
func subdirectories(dir string) (names []string) {
	entries, _ := os.ReadDir(dir) // what cannot be read has none
	for _, entry := range entries {
		if entry.IsDir() && !foreign(filepath.Join(dir, entry.Name()), entry.Name()) {
			names = append(names, entry.Name())
		}
	}
	return names
}

// relative lists the directories of paths as a user in dir would name them.
func relative(dir string, paths []string) string {
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = strings.TrimPrefix(filepath.Dir(path), dir+string(filepath.Separator))
	}
	return strings.Join(names, ", ")
}
