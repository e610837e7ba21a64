package urlconf

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Python's ways to import modules. Names in parentheses may stand on several lines.
var (
	importStatement = regexp.MustCompile(`(?m)^[ \t]*import[ \t]+([\w., \t]+)`)
	fromStatement   = regexp.MustCompile(`(?m)^[ \t]*from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[\w, \t]+)`)
	moduleName      = regexp.MustCompile(`[A-Za-z_]\w*(?:\.\w+)*`)
)

// maxHandover bounds how many files of a project are read to see whether its manage.py starts
// Django.
const maxHandover = 50

// importsDjango reports whether manage.py hands over to modules of the project that start
// Django. A manage.py that starts anything else, such as Flask, must not run.
func importsDjango(dir string, manage []byte) bool {
	roots := []string{dir, filepath.Join(dir, "src")}
	seen := make(map[string]bool)
	waiting := importedFiles(roots, dir, manage)
	for len(waiting) > 0 && len(seen) < maxHandover {
		path := waiting[0]
		waiting = waiting[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it is none of the project
		}
		if mentionsDjango(text) {
			return true
		}
		waiting = append(waiting, importedFiles(roots, filepath.Dir(path), text)...)
	}
	return false
}

// importedFiles returns where the modules may be that a program in dir imports.
func importedFiles(roots []string, dir string, text []byte) (paths []string) {
	add := func(roots []string, module string) {
		name := filepath.Join(strings.Split(module, ".")...)
		for _, root := range roots {
			path := filepath.Join(root, name)
			paths = append(paths, path+".py", filepath.Join(path, "__init__.py"), filepath.Join(path, "__main__.py"))
		}
	}
	for _, m := range importStatement.FindAllSubmatch(text, -1) {
		for _, module := range moduleName.FindAllString(string(m[1]), -1) {
			add(roots, module)
		}
	}
	for _, m := range fromStatement.FindAllSubmatch(text, -1) {
		from, below := string(m[1]), roots
		if module := strings.TrimLeft(from, "."); module != from {
			below = []string{filepath.Join(dir, strings.Repeat("../", len(from)-len(module)-1))}
			from = module
		}
		add(below, from)
		for _, name := range moduleName.FindAllString(string(m[2]), -1) {
			add(below, strings.Trim(from+"."+name, "."))
		}
	}
	return paths
}
