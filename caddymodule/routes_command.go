package caddymodule

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/caddy-django/gateway/urlconf"
)

func routesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "routes --project <dir> [--settings <module>] [--urlconf <module>] [--python <path>] [--envfile <path>] [--timeout <duration>] [--output <file>]",
		Short: "Exports the URLconf of a Django project",
		Long: `
Exports the URLconf of a Django project as JSON, the way Django itself built it.

It runs manage.py in the project's own Python, up to where it hands over to Django, and
changes nothing in the project. The environment is handed on, so give it what the
settings read.

--output is written only if all went well, and replaced in one step.`,
		Args: cobra.NoArgs,
	}
	cmd.Flags().String("project", "", "Directory of the project's manage.py")
	addProjectFlags(cmd)
	cmd.Flags().String("urlconf", "", "Module to export instead of ROOT_URLCONF")
	cmd.Flags().String("output", "", "File to write (default standard output)")
	if err := cmd.MarkFlagRequired("project"); err != nil {
		panic(err) // there is no such flag
	}
	cmd.RunE = runs(cmdRoutes)
	return cmd
}

func cmdRoutes(flags caddycmd.Flags) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	project, err := projectOf(flags, flags.String("project"))
	if err != nil {
		return err
	}
	project.URLConf = flags.String("urlconf")
	document, err := project.Export(withProgress(ctx))
	if failed, ok := errors.AsType[*urlconf.LoadError](err); ok {
		fmt.Fprint(os.Stderr, failed.Output)
	}
	if err != nil {
		return fmt.Errorf("exporting the routes: %w", err)
	}
	if output := flags.String("output"); output != "" {
		err = urlconf.WriteFile(output, document)
	} else {
		_, err = os.Stdout.Write(document)
	}
	if err != nil {
		return fmt.Errorf("writing the routes: %w", err)
	}
	return nil
}
