package caddymodule

import (
	"crypto/sha256"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/caddyserver/caddy/v2"

	"github.com/caddy-django/gateway/appserver"
	"github.com/caddy-django/gateway/urlconf"
)

// served is a project that `caddy django serve` serves.
type served struct {
	at      urlconf.Project // where it is, as the user named it
	app     string          // that the user named, or empty
	workers int             // that the user named, or 0
	socket  string          // of the server

	project *appserver.Project
	server  *appserver.Server
	listen  string   // host:port
	domains []string // instead, by HTTPS
	admin   string
	sentry  string // DSN, or empty
	loaded  string // the Caddyfile that Caddy runs

	probe     string // in words
	probePath string // PYTHONPATH with the probe
	secret    string // of the probe; empty: there is none
}

// filesOf is a directory that Caddy serves itself.
type filesOf struct{ URL, Dir string }

// static is nil unless there are files that Caddy can serve.
func (s *served) static() *filesOf {
	if !local(s.project.StaticURL) || s.project.StaticRoot == "" {
		return nil
	}
	if info, err := os.Stat(s.project.StaticRoot); err != nil || !info.IsDir() {
		return nil
	}
	return &filesOf{s.project.StaticURL, s.project.StaticRoot}
}

// media may not be there yet: Django makes the directory with the first upload.
func (s *served) media() *filesOf {
	if !local(s.project.MediaURL) || s.project.MediaRoot == "" {
		return nil
	}
	return &filesOf{s.project.MediaURL, s.project.MediaRoot}
}

// local reports whether a URL of the settings is a path of the site. Django makes "/" of
// one that is not set.
func local(url string) bool {
	return strings.HasPrefix(url, "/") && !strings.HasPrefix(url, "//") && url != "/"
}

// state is the directory of what is kept of a project: neither its issues nor its switch of
// maintenance are those of another, or of a Caddy that the same user runs.
func (s *served) state() string {
	dir := s.project.Dir
	sum := sha256.Sum256([]byte(dir))
	return filepath.Join(caddy.AppDataDir(), "django", "serve", fmt.Sprintf("%s-%x", filepath.Base(dir), sum[:4]))
}

var servedCaddyfile = template.Must(template.New("").Funcs(template.FuncMap{"quote": quote}).Parse(`{
	admin {{quote .Admin}}
	persist_config off
	grace_period 10s
{{- if not .Secure}}
	servers {
		protocols h1
	}
{{- end}}
	log {
		level WARN
		format console
		exclude django.errors
	}
	log issues {
		include django.errors
		output stdout
		format django
	}
	django {
		store {{quote .Store}}
	}
}
{{.Site}} {
{{- with .Bind}}
	bind {{quote .}}
{{- end}}
	django {{quote .Upstream}} {
{{- with .Static}}
		static {{quote .URL}} {{quote .Dir}}
{{- end}}
{{- with .Media}}
		media {{quote .URL}} {{quote .Dir}}
{{- end}}
		maintenance {{quote .Maintenance}}
		monitor {
{{- with .Named}}
			site {{quote .}}
{{- end}}
			routes export {{quote .Project.Dir}} {
{{- with .Project.Settings}}
				settings {{quote .}}
{{- end}}
				python {{quote .Project.Python}}
			}
{{- with .Secret}}
			probe {{quote .}}
{{- end}}
{{- with .Sentry}}
			sentry {{quote .}}
{{- end}}
		}
	}
}
`))

// caddyfile is the configuration that a user would write.
func (s *served) caddyfile() string {
	site, bind, named, secure := strings.Join(s.domains, ", "), "", "", true
	if len(s.domains) == 0 {
		host, port, _ := net.SplitHostPort(s.listen)
		// Caddy takes any host, and Django knows which are its own: to the monitor it is one site.
		site, bind, named, secure = "http://:"+port, host, s.host(), false
	}
	var text strings.Builder
	err := servedCaddyfile.Execute(&text, map[string]any{
		"Admin": s.admin, "Site": site, "Bind": bind, "Named": named, "Secure": secure, "Upstream": "unix/" + s.server.Socket,
		"Static": s.static(), "Media": s.media(), "Project": s.project, "Sentry": s.sentry, "Secret": s.secret,
		"Store": filepath.Join(s.state(), "errors.db"), "Maintenance": filepath.Join(s.state(), "maintenance"),
	})
	if err != nil {
		panic(fmt.Errorf("the template: %w", err)) // every field is there
	}
	return text.String()
}

// quote makes one argument of a text.
func quote(text string) string { return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"` }
