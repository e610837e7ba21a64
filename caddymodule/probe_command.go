package caddymodule

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/caddyserver/caddy/v2"
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/caddy-django/gateway/probe"
)

// The environment that the probe reads.
const (
	probeSecretVariable     = "DJANGO_PROBE_SECRET"
	probeSecretFileVariable = "DJANGO_PROBE_SECRET_FILE"
)

func probeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "probe install <dir>",
		Short: "Installs the probe that tells what only Django knows",
		Long: `
Installs the probe: a Python package that tells the gateway what only Django knows.`,
	}
	refuseUnknown(cmd)
	install := &cobra.Command{
		Use:   "install <dir>",
		Short: "Writes the probe into a directory",
		Long: `
Writes the probe's sitecustomize.py and its package django_probe into a directory, for
the PYTHONPATH of Django's server, and says what else to set. A probe of another version
is replaced; a sitecustomize.py or django_probe of another origin is an error.

'caddy django run' does without it.`,
		Args: cobra.ExactArgs(1),
		RunE: runs(func(flags caddycmd.Flags) error {
			path, err := probe.Install(flags.Arg(0))
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(os.Stdout, `%s is the probe of this gateway.

Set in the environment of Django's server, and restart it:
  PYTHONPATH=%s
  %s=<the output of openssl rand -hex 32>
Write into the block of django_monitor, or of monitor in django, with the same variable in the environment of Caddy:
  probe {env.%[3]s}
`, path, filepath.Dir(path), probeSecretVariable)
			return err
		}),
	}
	cmd.AddCommand(install)
	return cmd
}

// defaultProbeDir is where `run` and `serve` install the probe.
func defaultProbeDir() string { return filepath.Join(caddy.AppDataDir(), "django", "probe") }

// probePath is a PYTHONPATH with the directory of the probe first.
func probePath(dir string) string {
	if others := os.Getenv("PYTHONPATH"); others != "" {
		return dir + string(os.PathListSeparator) + others
	}
	return dir
}
