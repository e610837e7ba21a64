package evidence

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// installed matches what pip, a distribution or Python itself has installed, on Unix and on Windows.
var installed = regexp.MustCompile(`(?i)[/\\](?:site|dist)-packages[/\\]|[/\\]lib(?:64)?[/\\]python\d|[/\\]python\d+[/\\]lib[/\\]|^<frozen `)

// inApp is what the place of a file tells of it.
func inApp(path string) bool { return !installed.MatchString(path) }

// InApp names modules that are the project's own or are not, whatever the place of their files tells. Each stands for
// all below it, too. The lists are the options in_app_include and in_app_exclude of Sentry's SDK (sentry_sdk/utils.py,
// set_in_app_in_frames).
type InApp struct {
	// Include are dotted names of modules that are the project's own. Where both lists name one, this is the one that
	// counts.
	Include []string `json:"include,omitempty"`
	// Exclude are dotted names of modules that are not the project's own.
	Exclude []string `json:"exclude,omitempty"`
}

var dottedName = regexp.MustCompile(`^[\pL_][\pL\pN_]*(?:\.[\pL_][\pL\pN_]*)*$`)

// Validate refuses what no module is called, and what has no effect.
func (a InApp) Validate() error {
	for _, list := range []struct {
		name    string
		modules []string
	}{{"include", a.Include}, {"exclude", a.Exclude}} {
		for _, module := range list.modules {
			if !dottedName.MatchString(module) {
				return fmt.Errorf("in_app %s %q is no dotted name of a module: write one such as shop.payments, which stands for all below it", list.name, module)
			}
		}
	}
	for _, excluded := range a.Exclude {
		if i := slices.IndexFunc(a.Include, func(included string) bool { return within(excluded, included) }); i >= 0 {
			return fmt.Errorf("in_app exclude %q has no effect, as include %q goes before it: leave one of them out", excluded, a.Include[i])
		}
	}
	return nil
}

// Mark has its say on every frame of the exceptions. The line of a template is of no module.
func (a InApp) Mark(e *Evidence) {
	if e == nil {
		return
	}
	for _, x := range e.Exceptions {
		for i := range x.Frames {
			switch f := &x.Frames[i]; {
			case f.ofAny(a.Include):
				f.InApp = true
			case f.ofAny(a.Exclude):
				f.InApp = false
			}
		}
	}
}

// ofAny reports whether the frame is in one of the modules. Where only its file is known, that is of every module its
// path may stand for: nothing tells where Python imports from.
func (f *Frame) ofAny(modules []string) bool {
	return slices.ContainsFunc(modules, func(module string) bool {
		if f.Module != "" {
			return within(f.Module, module)
		}
		return strings.Contains("."+moduleOf(f.AbsPath)+".", "."+module+".")
	})
}

// within reports whether a module is another one, or below it.
func within(module, other string) bool { return strings.HasPrefix(module+".", other+".") }
