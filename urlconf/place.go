package urlconf

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// frame is a line of a traceback that says where, and so is one of a SyntaxError.
var frame = regexp.MustCompile(`(?m)^  File "([^"\n]+)", line (\d+)`)

// Place is where the project failed, such as "/srv/shop/shop/settings.py, line 3": the innermost
// line of the traceback that is the project's own, or else the innermost of all. It
// is empty if there is no traceback.
func (e *LoadError) Place() string {
	if e.place != "" {
		return e.place
	}
	frames := frame.FindAllStringSubmatch(e.Output, -1)
	slices.Reverse(frames)
	return e.run.place(frames)
}

// place chooses from matches of frame, innermost first.
func (r *run) place(frames [][]string) (place string) {
	for _, match := range frames {
		file := match[1]
		// <frozen importlib._bootstrap>, <stdin>, and what every import passes through.
		if strings.HasPrefix(file, "<") || strings.Contains(file, "/importlib/") {
			continue
		}
		at := file + ", line " + match[2]
		if r.owns(file) {
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
func (r *run) owns(file string) bool {
	resolved, err := filepath.EvalSymlinks(r.root)
	if err != nil {
		return false
	}
	for _, root := range []string{r.root, resolved} {
		if rel, err := filepath.Rel(root, file); err == nil && filepath.IsLocal(rel) && !strings.Contains(rel, "site-packages") {
			return true
		}
	}
	return false
}
