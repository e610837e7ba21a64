package caddymodule

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/caddy-django/gateway/route"
	"github.com/caddy-django/gateway/urlconf"
)

// URLConf says where the routes of a Django project come from: File or Export.
type URLConf struct {
	// File that `caddy django routes` has written. It is read again when it
	// changes. May hold global placeholders.
	File string `json:"file,omitempty"`

	// Export names a project to export the routes from, in the background: at
	// the start and whenever its code changes.
	Export *Export `json:"export,omitempty"`

	// Languages is "split" for a label in each language of a route that i18n_patterns or translated
	// patterns have in several. Default: one label for all languages, such as /<language>/about/.
	Languages string `json:"languages,omitempty"`

	// Hosts that it is for, such as api.example.com or *.example.com. Default:
	// all that no other names.
	Hosts []string `json:"hosts,omitempty"`
}

// Export says how to load a Django project. All may hold global placeholders.
type Export struct {
	// Project is the directory of the project's manage.py.
	Project string `json:"project"`
	// Settings is the settings module. Default: the one that manage.py uses in the
	// environment of Caddy.
	Settings string `json:"settings,omitempty"`
	// URLConf is the module to export. Default: ROOT_URLCONF of the settings.
	URLConf string `json:"urlconf,omitempty"`
	// Python that has Django and all the project imports. Default: that of .venv
	// or venv in the project, of VIRTUAL_ENV, of .venv or venv beside the project,
	// or else python3.
	Python string `json:"python,omitempty"`
	// Timeout is how long the project may take to load. Default: 5m.
	Timeout caddy.Duration `json:"timeout,omitempty"`
}

// source acquires what c names.
func (c URLConf) source(sources *urlconf.Sources) (*urlconf.Source, error) {
	if (c.File == "") == (c.Export == nil) {
		return nil, errors.New("a urlconf has either a file or an export: give one of them")
	}
	if c.Export != nil {
		return c.Export.source(sources)
	}
	file, err := resolve("routes", c.File)
	if err != nil {
		return nil, err
	}
	return sources.File(file)
}

func (e Export) source(sources *urlconf.Sources) (*urlconf.Source, error) {
	if e.Project == "" {
		return nil, errors.New("routes export has no project: name the directory of its manage.py")
	}
	if e.Timeout < 0 {
		return nil, fmt.Errorf("routes export %s: timeout %s is no duration above zero: write one such as 5m", e.Project, time.Duration(e.Timeout))
	}
	for _, option := range []struct {
		name  string
		value *string
	}{
		{"routes export", &e.Project}, {"settings", &e.Settings}, {"urlconf", &e.URLConf}, {"python", &e.Python},
	} {
		var err error
		if *option.value, err = resolve(option.name, *option.value); err != nil {
			return nil, err
		}
	}
	source, err := sources.Project(urlconf.Project{
		Dir:      e.Project,
		Settings: e.Settings,
		URLConf:  e.URLConf,
		Python:   e.Python,
		Timeout:  time.Duration(e.Timeout),
	})
	if err != nil {
		return nil, fmt.Errorf("routes export %s: %w", e.Project, err)
	}
	return source, nil
}

// parseURLConf reads a line of routes:
//
//	routes <file> [<host...>] {
//	    languages merge|split
//	}
//	routes export <project> [<host...>] {
//	    settings  <module>
//	    urlconf   <module>
//	    python    <path>
//	    timeout   <duration>
//	    languages merge|split
//	}
func (m *Monitor) parseURLConf(d *caddyfile.Dispenser) error {
	const like = "/srv/shop/routes.json, or export /srv/shop"
	args, err := manyArgs(d, like)
	if err != nil {
		return err
	}
	if slices.Contains(args, "") {
		return d.Errf("routes has an empty argument: write routes %s", like)
	}
	var c URLConf
	options := map[string]option{"languages": {parse: func(d *caddyfile.Dispenser) (err error) {
		if c.Languages, err = oneArg(d, languagesSplit); err != nil {
			return err
		}
		return wrap(d, validateLanguages(c.Languages))
	}}}
	if args[0] == "export" {
		if args = args[1:]; len(args) == 0 {
			return d.Errf("routes export has no project: write routes export /srv/shop, the directory of its manage.py")
		}
		c.Export = &Export{Project: args[0]}
		options["settings"] = option{parse: text(&c.Export.Settings, "shop.settings")}
		options["urlconf"] = option{parse: text(&c.Export.URLConf, "shop.urls")}
		options["python"] = option{parse: text(&c.Export.Python, "/srv/shop/.venv/bin/python")}
		options["timeout"] = option{parse: positive(&c.Export.Timeout, "timeout", "5m")}
	} else {
		c.File = args[0]
		for _, name := range []string{"settings", "urlconf", "python", "timeout"} {
			options[name] = option{parse: func(d *caddyfile.Dispenser) error {
				return d.Errf("%s is an option of routes export, not of a file: remove it, or write routes export /srv/shop", name)
			}}
		}
	}
	if err := parseBlock(d, options); err != nil {
		return err
	}
	c.Hosts = args[1:]
	if err := validateHosts(append(slices.Clone(m.URLConfs), c)); err != nil {
		return d.WrapErr(err)
	}
	m.URLConfs = append(m.URLConfs, c)
	return nil
}

// positive is an option whose value is a duration above zero.
func positive(value *caddy.Duration, name, like string) func(*caddyfile.Dispenser) error {
	return func(d *caddyfile.Dispenser) error {
		text, err := oneArg(d, like)
		if err != nil {
			return err
		}
		if *value, err = parsePositive(name, text); err != nil {
			return d.WrapErr(err)
		}
		return nil
	}
}

// The values of languages. Empty is merge.
const (
	languagesMerge = "merge"
	languagesSplit = "split"
)

func validateLanguages(value string) error {
	switch value {
	case "", languagesMerge, languagesSplit:
		return nil
	default:
		return fmt.Errorf("invalid languages %q: use %s (one label for all languages) or %s (one in each)", value, languagesMerge, languagesSplit)
	}
}

// provisionRoutes makes the tables that requests are resolved with.
func (m *Monitor) provisionRoutes() error {
	patterns, err := parsePatterns(m.Routes)
	if err != nil {
		return err
	}
	style := route.StyleDjango
	if m.LabelStyle != "" {
		if style, err = route.ParseStyle(m.LabelStyle); err != nil {
			return err
		}
	}
	if err := validateHosts(m.URLConfs); err != nil {
		return err
	}
	learner := m.app.instruments.learners.Site(m.sites.unnamed)
	m.sites.learners = m.app.instruments.learners
	m.sites.tables = newTables(route.NewTable(patterns, nil, learner, route.Naming{Style: style}))
	for _, c := range m.URLConfs {
		if err := validateLanguages(c.Languages); err != nil {
			return err
		}
		source, err := c.source(m.app.instruments.sources)
		if err != nil {
			return err
		}
		m.sources = append(m.sources, source)
		naming := route.Naming{Style: style, SplitLanguages: c.Languages == languagesSplit}
		table := route.NewTable(patterns, source.Live(), learner, naming)
		m.app.instruments.metrics.UseCatalog(table.Catalog())
		m.catalogs = append(m.catalogs, table.Catalog())
		m.sites.tables.add(c.Hosts, table)
	}
	return nil
}

// releaseRoutes gives back what provisionRoutes took.
func (m *Monitor) releaseRoutes() {
	for _, catalog := range m.catalogs {
		m.app.instruments.metrics.ReleaseCatalog(catalog)
	}
	for _, source := range m.sources {
		m.app.instruments.sources.Release(source)
	}
}
