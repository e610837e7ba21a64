package caddymodule

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"regexp"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/caddy-django/gateway/appserver"
	"github.com/caddy-django/gateway/caddymodule/shutdown"
)

func serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve [--project <dir>] [--app <module>] [--listen <address> | --domain <name>] [--workers <n>] [--settings <module>] [--python <path>] [--envfile <path>] [--timeout <duration>] [--sentry <dsn>] [--admin <address>] [--no-probe]",
		Short: "Serves a Django project, and monitors it",
		Long: `
Serves a Django project, and monitors it: finds its settings and its application, starts
gunicorn (or uvicorn) in the project's own Python on a private unix socket, and Caddy in
front of it. With --domain that is HTTPS, with certificates that Caddy gets itself.

A server that ends is started again. SIGHUP loads the project again: its settings, its
static files, its routes and the server. If the project does not load, it is served as
before. SIGINT and SIGTERM end first Caddy, then the server.

The server runs with the probe, which tells what only Django knows: one file on its
PYTHONPATH, and a secret for each start. --no-probe leaves it out.

It writes nothing into the project. The environment is handed on, so give it what the
settings read.`,
		Args: cobra.NoArgs,
	}
	cmd.Flags().String("project", ".", "Directory of the project's manage.py")
	cmd.Flags().String("app", "", "Application, such as shop.wsgi or shop.asgi:application (default what the settings name)")
	cmd.Flags().String("listen", "", "Address to serve on, such as :8000 (default 127.0.0.1:8000)")
	cmd.Flags().StringSlice("domain", nil, "Domain to serve by HTTPS, on ports 80 and 443")
	cmd.Flags().Int("workers", 0, "Worker processes (default what the project says, or else 2 for each processor and one more)")
	addProjectFlags(cmd)
	cmd.Flags().String("sentry", "", "DSN that error events are forwarded to, such as '{env.SENTRY_DSN}'")
	cmd.Flags().String("admin", caddy.DefaultAdminListen, "Address of the admin API")
	cmd.Flags().Bool("no-probe", false, "Do without the probe inside Django")
	cmd.RunE = runs(serve)
	return cmd
}

// serve runs until it is told to end.
func serve(flags caddycmd.Flags) error {
	stop := newInterrupts()
	defer stop.release()
	ctx, cancel := stop.context()
	defer cancel()

	domains, err := flags.GetStringSlice("domain")
	if err != nil {
		return err
	}
	s := served{domains: domains, admin: flags.String("admin"), sentry: flags.String("sentry")}
	if workers := flags.Int("workers"); workers < 0 || flags.Changed("workers") && workers == 0 {
		return fmt.Errorf("--workers %d is no number above 0: write --workers 4", workers)
	}
	if len(domains) > 0 && flags.Changed("listen") {
		return fmt.Errorf("--listen %s with --domain: HTTPS is on ports 80 and 443; leave one of the two out", flags.String("listen"))
	}
	if s.listen, err = parseListen(flags.String("listen")); err != nil {
		return err
	}
	if err := s.claim(); err != nil {
		return err
	}
	if s.at, err = projectOf(flags, flags.String("project")); err != nil {
		return err
	}
	s.app, s.workers = flags.String("app"), flags.Int("workers")
	project, err := appserver.Inspect(withProgress(ctx), s.at, s.app)
	if err != nil {
		return unlessInterrupted(ctx, err)
	}
	var remove func() error
	if s.socket, remove, err = appserver.NewSocket("django"); err != nil {
		return err
	}
	defer remove()
	if flags.Bool("no-probe") {
		s.probe = "off, by --no-probe"
	} else {
		s.useProbe()
	}
	if err := s.use(project); err != nil {
		return err
	}
	return s.run(ctx, stop)
}

// run serves until ctx is done.
func (s *served) run(ctx context.Context, stop *interrupts) error {
	supervisor, err := appserver.Start(ctx, s.server, os.Stderr, newLogger("django.serve"))
	if err != nil {
		return unlessInterrupted(ctx, err)
	}
	defer supervisor.Stop() // after Caddy, which still has requests to answer
	stop.runs(supervisor)
	if err := s.load(); err != nil {
		return err
	}
	defer func() {
		shutdown.Leave()
		if err := caddy.Stop(); err != nil {
			slog.Error("stopping Caddy", "error", err)
		}
	}()
	if err := s.summarize(ctx, os.Stdout); err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-stop.hangups:
			s.renew(ctx, supervisor, os.Stdout)
		}
	}
}

// load starts Caddy, or has it run the configuration of now.
func (s *served) load() error {
	text := s.caddyfile()
	config, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(text), nil)
	if err != nil {
		return fmt.Errorf("making Caddy's configuration: %w", err)
	}
	if err := caddy.Load(config, true); err != nil {
		return fmt.Errorf("starting Caddy: %s", provisioning.ReplaceAllString(err.Error(), ""))
	}
	s.loaded = text
	return nil
}

// provisioning is what Caddy writes before the error of a module: its way to it.
var provisioning = regexp.MustCompile(`^.*(provision [a-z0-9_.]+|invalid configuration): `)

// unlessInterrupted takes no offence at what the user has ended.
func unlessInterrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}
