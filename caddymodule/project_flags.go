package caddymodule

import (
	"context"
	"fmt"
	"os"
	"time"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/caddy-django/gateway/urlconf"
)

// addProjectFlags adds how to load a project.
func addProjectFlags(cmd *cobra.Command) {
	cmd.Flags().String("settings", "", "Settings module (default what manage.py uses in this environment)")
	cmd.Flags().String("python", "", "Python that has Django (default that of .venv or venv in the project, of VIRTUAL_ENV, of .venv or venv beside the project, or else python3)")
	cmd.Flags().StringArray("envfile", nil, "File of environment variables, as of a systemd unit (may be repeated)")
	cmd.Flags().Duration("timeout", urlconf.DefaultTimeout, "How long the project may take to load")
}

// projectOf reads the flags of addProjectFlags, and sets the variables of --envfile.
func projectOf(flags caddycmd.Flags, dir string) (urlconf.Project, error) {
	timeout := flags.Duration("timeout")
	if timeout <= 0 {
		return urlconf.Project{}, fmt.Errorf("invalid --timeout %s: use a duration above 0, such as 5m", timeout)
	}
	files, err := flags.GetStringArray("envfile")
	if err != nil {
		return urlconf.Project{}, err
	}
	for _, file := range files {
		if err := loadEnvFile(file); err != nil {
			return urlconf.Project{}, err
		}
	}
	return urlconf.Project{Dir: dir, Settings: flags.String("settings"), Python: flags.String("python"), Timeout: timeout}, nil
}

// withProgress returns a context in which a project that takes long to load says so on
// standard error.
func withProgress(ctx context.Context) context.Context {
	return urlconf.WithProgress(ctx, urlconf.Long, func(elapsed time.Duration, place string) {
		if place != "" {
			place = ", now at " + printable(place)
		}
		fmt.Fprintf(os.Stderr, "loading the project has taken %s%s\n", elapsed, place)
	})
}
