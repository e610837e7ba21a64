// Package urlconf exports the URLconf of a Django project, as Django itself
// built it: apps of others, the admin, routers, translated and computed patterns
// included. A small Python program, which is part of this package, runs in the
// project's own Python and reads what django.setup made; nothing in the project
// is changed. docs/routes.md describes the document.
package urlconf

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

//go:embed export.py
var program string

// timeout bounds how long a project may take to load.
const timeout = 60 * time.Second

// Project says where a Django project is and how it runs.
type Project struct {
	// Dir is the directory that manage.py is in, or would be in.
	Dir string
	// Settings is the settings module, such as "shop.settings". By default it is
	// DJANGO_SETTINGS_MODULE of the environment, or else what manage.py sets.
	Settings string
	// Python is an interpreter that has Django and whatever else the project
	// needs: a path, or a name to be found on PATH. By default it is that of
	// .venv or venv in Dir, of VIRTUAL_ENV, of .venv or venv in the directory that Dir
	// is in unless everybody may write there, or else python3.
	Python string
	// URLConf is a module to export instead of ROOT_URLCONF, such as
	// "shop.api_urls", for a project that sets request.urlconf by the host.
	URLConf string
}

// Export loads the project and returns its URLconf as a JSON document of at most
// route.MaxURLConfBytes. That takes as long as the project takes to import, at most 60
// seconds. The error is a *LoadError if the project was run and failed.
func (p Project) Export(ctx context.Context) ([]byte, error) {
	r, err := p.prepare()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return r.export(ctx)
}

// run is a project with nothing left open.
type run struct {
	dir      string // absolute
	settings sourced
	python   sourced // absolute path
	urlconf  string
}

// sourced is a value and who said so.
type sourced struct{ value, source string }

func (p Project) prepare() (run, error) {
	dir, err := filepath.Abs(p.Dir)
	if err != nil {
		return run{}, fmt.Errorf("finding the project: %w", err)
	}
	switch info, err := os.Stat(dir); {
	case err != nil:
		return run{}, fmt.Errorf("the project is not there: %w: want the directory of manage.py", err)
	case !info.IsDir():
		return run{}, fmt.Errorf("the project %s is not a directory: want the directory of manage.py", dir)
	}
	settings, err := findSettings(dir, p.Settings)
	if err != nil {
		return run{}, err
	}
	python, err := findPython(dir, p.Python)
	if err != nil {
		return run{}, err
	}
	return run{dir, settings, python, p.URLConf}, nil
}
