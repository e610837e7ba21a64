package urlconf

import (
	"path/filepath"
	"regexp"
	"strings"
)

// frame is a line of a traceback that says where, and so is one of a SyntaxError.
var frame = regexp.MustCompile(`(?m)^  File "([^"\n]+)", line (\d+)`)

// Place is where the project failed, such as "/srv/shop/shop/settings.py, line 3": the innermost
// line of the traceback that is the project's own, or else the innermost of all. It
// is empty if there is no traceback.
func (e *LoadError) Place() string {
	place := ""
	frames := frame.FindAllStringSubmatch(e.Output, -1)
	for i := len(frames) - 1; i >= 0; i-- {
		file := frames[i][1]
		if strings.HasPrefix(file, "<") { // <frozen importlib._bootstrap>, <stdin>
			continue
		}
		at := file + ", line " + frames[i][2]
		if e.run.owns(file) {
			return at
		}
		if place == "" {
			place = at
		}
	}
	return place
}

// owns reports whether a file is below the directory of the project, and not in a
// virtual environment there.
func (r run) owns(file string) bool {
	dir, err := filepath.EvalSymlinks(r.dir)
	if err != nil {
		return false
	}
	for _, root := range []string{r.dir, dir} {
		if rel, err := filepath.Rel(root, file); err == nil && filepath.IsLocal(rel) && !strings.Contains(rel, "site-packages") {
			return true
		}
	}
	return false
}
