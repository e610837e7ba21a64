// Package appserver runs Django: it finds out what a project is to be served with, starts
// gunicorn or uvicorn on a private unix socket, and keeps it running.
package appserver

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/caddy-django/gateway/urlconf"
)

//go:embed inspect.py
var inspection urlconf.Task

// Project is what a Django project says of itself.
type Project struct {
	urlconf.Runtime `json:"-"`

	Django string `json:"django"` // version

	// Of the settings, with the names of Django's. Directories are absolute.
	Debug                bool     `json:"debug"`
	AllowedHosts         []string `json:"allowed_hosts"`
	CSRFTrustedOrigins   []string `json:"csrf_trusted_origins"`
	CSRFCookie           string   `json:"csrf_cookie"`
	SecureSSLRedirect    bool     `json:"secure_ssl_redirect"`
	SecureProxySSLHeader []string `json:"secure_proxy_ssl_header"` // name and value, or empty
	StaticURL            string   `json:"static_url"`
	StaticRoot           string   `json:"static_root"`
	StaticDirs           []string `json:"static_dirs"` // without those that have a prefix
	MediaURL             string   `json:"media_url"`
	MediaRoot            string   `json:"media_root"`

	// App is the application, such as "shop.wsgi:application"; empty if there is none.
	App  string `json:"app"`
	ASGI bool   `json:"asgi"` // or else WSGI

	// Versions of the servers that the project's Python has; empty for none.
	Gunicorn string `json:"gunicorn"`
	Uvicorn  string `json:"uvicorn"`

	ControlSocket bool `json:"control_socket"` // gunicorn would open one

	// AssignedSettings is the module that the application assigns to DJANGO_SETTINGS_MODULE, if
	// it is another one.
	AssignedSettings string `json:"assigned_settings"`
}

// settingsOnly is no application.
const settingsOnly = "-"

// Inspect loads a project and its application in one run of its own Python. An empty
// app is that of the settings. A wsgi.py that assigns other settings than manage.py has the
// last word, since it is what a server loads. The error is one line and says what to do.
func Inspect(ctx context.Context, at urlconf.Project, app string) (*Project, error) {
	p, err := inspect(ctx, at, app)
	if err != nil || p.AssignedSettings == "" {
		return p, err
	}
	if at.Settings != "" {
		return nil, fmt.Errorf("%s assigns the settings %s, whatever --settings says (%s): leave --settings out, or name another application with --app",
			p.App, p.AssignedSettings, at.Settings)
	}
	at.Settings = p.AssignedSettings
	return inspect(ctx, at, app)
}

func inspect(ctx context.Context, at urlconf.Project, app string) (*Project, error) {
	runtime, document, err := at.Run(ctx, inspection, app)
	if failed, ok := errors.AsType[*urlconf.LoadError](err); ok {
		return nil, oneLine(failed, runtime)
	}
	if err != nil {
		return nil, err
	}
	p := &Project{Runtime: runtime}
	if err := json.Unmarshal(document, p); err != nil {
		return nil, fmt.Errorf("reading what the project says of itself: %w", err)
	}
	return p, nil
}

// InspectSettings loads the settings of a project, and no application.
func InspectSettings(ctx context.Context, at urlconf.Project) (*Project, error) {
	return Inspect(ctx, at, settingsOnly)
}

// oneLine says what failed, where, and with what.
func oneLine(failed *urlconf.LoadError, r urlconf.Runtime) error {
	where := failed.Place()
	if where != "" {
		where = " (" + where + ")"
	}
	return fmt.Errorf("%s%s: %s; or change --settings (now %s), --python (now %s) or --app",
		failed.Reason, where, cmp.Or(failed.Fix(), "correct that"), cmp.Or(r.Settings, "not known yet"), r.Python)
}
