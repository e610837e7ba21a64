// Package urlconf exports the URLconf of a Django project, as Django itself
// built it: apps of others, the admin, routers, translated and computed patterns
// included. A small Python program, which is part of this package, runs in the
// project's own Python and reads what django.setup made; nothing in the project
// is changed. docs/routes.md describes the document.
package urlconf

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Task is a Python program that runs in a loaded project (see load.py).
type Task string

//go:embed export.py
var exporter Task

//go:embed hooks.py
var hooks string

//go:embed load.py
var loader string

// DefaultTimeout bounds how long a project may take to load. Large projects need over a minute
// on a busy machine.
const DefaultTimeout = 5 * time.Minute

// Project says where a Django project is and how it runs.
type Project struct {
	// Dir is the directory that manage.py is in. It may also be in src or another usual
	// subdirectory; without one, wsgi.py or asgi.py in a package there tells the settings.
	Dir string
	// Settings is the settings module, such as "shop.settings". By default it is the one that
	// manage.py uses with this environment.
	Settings string
	// Python is an interpreter that has Django and whatever else the project
	// needs: a path, or a name to be found on PATH. By default it is that of
	// .venv or venv in Dir, of VIRTUAL_ENV, of .venv or venv in the directory that Dir
	// is in unless everybody may write there, or else python3.
	Python string
	// URLConf is a module to export instead of ROOT_URLCONF, such as
	// "shop.api_urls", for a project that sets request.urlconf by the host.
	URLConf string
	// Timeout is how long the project may take to load; 0 for DefaultTimeout.
	Timeout time.Duration
}

// Export loads the project and returns its URLconf as a JSON document of at most
// route.MaxURLConfBytes. The error is a *LoadError if the project was run and failed.
func (p Project) Export(ctx context.Context) ([]byte, error) {
	args := []string{}
	if p.URLConf != "" {
		args = append(args, p.URLConf)
	}
	_, document, err := p.Run(ctx, exporter, args...)
	return document, err
}

// Run loads the project as manage.py would, without writing into it, and runs a task in it
// with args. It returns what the task returned. The error is a *LoadError if the project was
// run and failed; other errors are one line and say what to set.
func (p Project) Run(ctx context.Context, task Task, args ...string) (Runtime, []byte, error) {
	r, err := p.prepare()
	if err != nil {
		return Runtime{}, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(p.Timeout, DefaultTimeout))
	defer cancel()
	document, err := r.execute(ctx, task, args...)
	r.loaded.Dir, r.loaded.Python = r.dir, r.python.value
	return r.loaded, document, err
}

// run is a project with nothing left open.
type run struct {
	way
	root     string  // that the user named, absolute
	settings sourced // as named; empty if manage.py or its like decides
	python   sourced // absolute path
	urlconf  string
	loaded   Runtime // after it has run
}

// sourced is a value and who said so.
type sourced struct{ value, source string }

func (p Project) prepare() (*run, error) {
	root, err := filepath.Abs(p.Dir)
	if err != nil {
		return nil, fmt.Errorf("finding the project: %w", err)
	}
	switch info, err := os.Stat(root); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("the project %s does not exist: use the directory of manage.py", root)
	case err != nil:
		return nil, fmt.Errorf("the project cannot be read: %w", err)
	case !info.IsDir():
		return nil, fmt.Errorf("the project %s is not a directory: use the directory of manage.py", root)
	}
	settings := namedSettings(p.Settings)
	way, err := findWay(root, settings.value)
	if err != nil {
		return nil, err
	}
	python, err := findPython(way.dir, root, p.Python)
	if err != nil {
		return nil, err
	}
	return &run{way: way, root: root, settings: settings, python: python, urlconf: p.URLConf}, nil
}
