package caddymodule

import (
	"context"
	"fmt"
	"io"

	"github.com/caddy-django/gateway/appserver"
)

// use decides how a project is served.
func (s *served) use(project *appserver.Project) error {
	server, err := project.Serve(s.socket, s.workers)
	if err != nil {
		return err
	}
	if s.secret != "" {
		server.Setenv("PYTHONPATH", s.probePath)
		server.Setenv(probeSecretVariable, s.secret)
	}
	s.project, s.server = project, server
	return nil
}

// renew loads the project again, and serves what it is now: new code, settings, variables of a
// .env file, and static files that were collected meanwhile. If the project does not load, all
// stays as it was: a server that loads broken code serves nobody.
func (s *served) renew(ctx context.Context, supervisor *appserver.Supervisor, out io.Writer) {
	before := *s
	err := s.inspectAgain(ctx)
	if ctx.Err() != nil {
		return
	}
	if err == nil && s.caddyfile() != s.loaded {
		err = s.load()
	}
	if err != nil {
		*s = before
		fmt.Fprintf(out, "\nThe project does not load again, and is served as before: %s\n", printable(err.Error()))
		return
	}
	if s.server.Same(before.server) {
		supervisor.Reload()
	} else {
		supervisor.Replace(s.server)
	}
	exportAgain()
	fmt.Fprintf(out, "\nLoaded the project again (Django %s, settings %s)\n", s.project.Django, s.project.Settings)
	for _, row := range [][2]string{{"static", s.staticInWords()}, {"media", s.mediaInWords()}} {
		fmt.Fprintf(out, "  %-7s  %s\n", row[0], row[1]) // as wide as the summary
	}
	for _, warning := range s.warnings() {
		fmt.Fprintf(out, "  warning: %s\n", warning)
	}
}

func (s *served) inspectAgain(ctx context.Context) error {
	project, err := appserver.Inspect(withProgress(ctx), s.at, s.app)
	if err != nil {
		return err
	}
	return s.use(project)
}
