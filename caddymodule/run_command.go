package caddymodule

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/caddy-django/gateway/probe"
)

func runCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run [--secret-file <file>] [--probe-dir <dir>] -- <command> [<argument>...]",
		Short: "Runs Django's server with the probe",
		Long: `
Runs Django's server with the probe, which tells the gateway what only Django knows:
'caddy django run -- gunicorn shop.wsgi'. It sets PYTHONPATH and the secret, and becomes
that command: process, signals and output are the command's own.

The secret is that of DJANGO_PROBE_SECRET or DJANGO_PROBE_SECRET_FILE, or else of
--secret-file, which is made with a new one if it is not there. The gateway reads the
same: 'probe {env.DJANGO_PROBE_SECRET}', or 'probe {file./run/shop/probe-secret}'.`,
	}
	cmd.Flags().String("secret-file", "", "File of the secret, unless the environment has one; made if it is not there")
	cmd.Flags().String("probe-dir", "", "Directory to install the probe in (default django/probe in Caddy's data directory)")
	cmd.Flags().SetInterspersed(false) // the options of the command are its own
	cmd.RunE = runs(becomeServer)
	return cmd
}

// becomeServer returns only if it fails.
func becomeServer(flags caddycmd.Flags) error {
	args := flags.Args()
	if len(args) == 0 {
		return errors.New("there is no command to run: write caddy django run -- gunicorn shop.wsgi")
	}
	program, err := findProgram(args[0])
	if err != nil {
		return err
	}
	if err := setSecret(flags.String("secret-file")); err != nil {
		return err
	}
	path, err := probe.Install(cmp.Or(flags.String("probe-dir"), defaultProbeDir()))
	if err != nil {
		return fmt.Errorf("%w; --probe-dir <dir> names a directory that this user may write to", err)
	}
	if err := os.Setenv("PYTHONPATH", probePath(filepath.Dir(path))); err != nil {
		return err
	}
	if option := probe.IgnoredBy(args); option != "" {
		fmt.Fprintf(os.Stderr, "caddy django run: %s %s does not import the probe, and the gateway goes without it: leave %[2]s out\n", args[0], option)
	}
	if caddy, err := os.Executable(); err == nil {
		args = probeBehindAgent(args, caddy, "django", "run", "--probe-dir", filepath.Dir(path), "--")
	}
	err = syscall.Exec(program, args, os.Environ())
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s does not start: its first line names an interpreter that is not there; install it again", program)
	}
	return fmt.Errorf("%s does not start: %w", program, err)
}

// findProgram looks for a command as a shell does.
func findProgram(name string) (string, error) {
	program, err := exec.LookPath(name)
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", fmt.Errorf("%s is not in PATH: write where it is, such as /srv/shop/venv/bin/%s", name, filepath.Base(name))
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("%s is not there: write where it is, such as /srv/shop/venv/bin/%s", name, filepath.Base(name))
	case errors.Is(err, fs.ErrPermission):
		return "", fmt.Errorf("%s is no program that this user may run: see its rights with ls -l", name)
	case err != nil:
		return "", fmt.Errorf("looking for %s: %w", name, err)
	}
	return program, nil
}

// setSecret sees to it that the environment has a secret that is good. No error shows it.
func setSecret(file string) error {
	if secret := strings.TrimSpace(os.Getenv(probeSecretVariable)); secret != "" {
		if err := probe.CheckSecret(secret); err != nil {
			return fmt.Errorf("%s %w", probeSecretVariable, err)
		}
		return nil
	}
	if given := os.Getenv(probeSecretFileVariable); given != "" {
		if _, err := probe.ReadSecret(given); err != nil {
			return fmt.Errorf("%s: %w", probeSecretFileVariable, err)
		}
		return nil
	}
	if file == "" {
		return fmt.Errorf("the probe has no secret: set %s to that of the gateway, or add --secret-file /run/shop/probe-secret, which is made", probeSecretVariable)
	}
	file, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	if err := probe.KeepSecret(file); err != nil {
		return fmt.Errorf("--secret-file %s: %w; choose a file in a directory that is there, and that this user may write to", file, err)
	}
	return os.Setenv(probeSecretFileVariable, file)
}
