package caddymodule

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"slices"
	"text/tabwriter"
	"time"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/caddy-django/gateway/appserver"
	"github.com/caddy-django/gateway/caddymodule/maintenance"
	"github.com/caddy-django/gateway/delivery"
	"github.com/caddy-django/gateway/doctor"
)

func doctorCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "doctor [--project <dir>] [--settings <module>] [--python <path>] [--envfile <path>] [--timeout <duration>] [--json] [--address <admin>] [--config <path> [--adapter <name>]] [<url>]",
		Short: "Checks a set-up, and says what is wrong",
		Long: `
Checks a running set-up, and says what is wrong and how to mend it: the socket of Django's
server, redirect loops, ALLOWED_HOSTS, CSRF, static files, DEBUG, timeouts, the probe, the
clock, and whether events arrive.

What it does not find in the configuration of the running Caddy, or in that of --config, is to
be named: the project, and the URL of the site. It sends a handful of requests to the
site, none of which changes anything, and a test event to each destination.

The exit code is 1 if a check has failed; a warning is no failure.`,
		Args: cobra.MaximumNArgs(1),
	}
	cmd.Flags().String("project", "", "Directory of the project's manage.py (default that of routes export)")
	addProjectFlags(cmd)
	cmd.Flags().Bool("json", false, "Print JSON")
	addAdminFlags(cmd)
	cmd.RunE = runs(cmdDoctor)
	return cmd
}

func cmdDoctor(flags caddycmd.Flags) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	setup, first, err := patient(ctx, flags)
	if err != nil {
		return err
	}
	if setup.URL == nil && len(setup.Upstreams) == 0 && setup.Project == nil && !doctor.Failed(first) {
		return errors.New("there is nothing to check: start Caddy, say with --address where its admin API is, or name --config, --project or the URL of the site")
	}
	all := append(first, doctor.Run(ctx, setup)...)
	if flags.Bool("json") {
		err = json.NewEncoder(os.Stdout).Encode(all)
	} else {
		err = printChecks(os.Stdout, all)
	}
	if err == nil && doctor.Failed(all) {
		err = errors.New("something is wrong: see the checks that failed")
	}
	return err
}

// patient is what there is to check, and what was found while looking for it.
func patient(ctx context.Context, flags caddycmd.Flags) (doctor.Setup, []doctor.Check, error) {
	var setup doctor.Setup
	config, found, err := configToCheck(flags)
	if err != nil {
		return setup, nil, err
	}
	setup.Upstreams, setup.Timeout, setup.URL = config.upstreams, config.timeout, config.url()
	setup.Probed, setup.Asked = config.probed, config.asked
	if address := flags.Arg(0); address != "" {
		if setup.URL, err = parseSiteURL(address); err != nil {
			return setup, nil, err
		}
	}
	project, err := projectOf(flags, cmp.Or(flags.String("project"), config.export.Project))
	if err != nil {
		return setup, nil, err
	}
	project.Settings = cmp.Or(project.Settings, config.export.Settings)
	project.Python = cmp.Or(project.Python, config.export.Python)
	if !flags.Changed("timeout") {
		project.Timeout = cmp.Or(time.Duration(config.export.Timeout), project.Timeout)
	}
	if project.Dir != "" {
		if setup.Project, err = appserver.InspectSettings(withProgress(ctx), project); err != nil {
			found = append(found, doctor.Check{Name: "project", Verdict: doctor.Fail, What: err.Error(), Fix: "name what it needs with --settings and --python"})
		}
	}
	if config.running {
		setup.Closed = closed(flags)
		setup.Trials = func(context.Context) ([]delivery.Trial, error) { return tryRunning(flags) }
	}
	return setup, found, nil
}

// closed reports whether a switch of maintenance is on. Without a site that has one the
// admin API answers with an error.
func closed(flags caddycmd.Flags) bool {
	body, err := askAdmin(flags, http.MethodGet, "/django/maintenance")
	if err != nil {
		return false
	}
	var switches []maintenance.Switch
	if err := json.Unmarshal(body, &switches); err != nil {
		return false
	}
	return slices.ContainsFunc(switches, func(s maintenance.Switch) bool { return s.On })
}

func parseSiteURL(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%q is no URL of a site: write it like https://shop.example.com/", address)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u, nil
}

// configToCheck is that of the running Caddy, or that of the file which is named.
func configToCheck(flags caddycmd.Flags) (checkedConfig, []doctor.Check, error) {
	running, err := askAdmin(flags, http.MethodGet, "/config/")
	alive := err == nil
	if flags.String("config") != "" {
		text, _, _, err := caddycmd.LoadConfig(flags.String("config"), flags.String("adapter"))
		if err != nil {
			return checkedConfig{}, nil, err
		}
		config, err := readConfig(text)
		config.running = alive
		return config, caddyCheck(alive), err
	}
	if !alive {
		return checkedConfig{}, caddyCheck(false), nil
	}
	config, err := readConfig(running)
	config.running = true
	return config, caddyCheck(true), err
}

func caddyCheck(alive bool) []doctor.Check {
	if alive {
		return []doctor.Check{{Name: "caddy", Verdict: doctor.OK, What: "it runs"}}
	}
	return []doctor.Check{{Name: "caddy", Verdict: doctor.Warn, What: "nobody answers at its admin API",
		Fix: "start Caddy, or say with --address where its admin API is"}}
}

func printChecks(out io.Writer, all []doctor.Check) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, check := range all {
		verdict := string(check.Verdict)
		if check.Verdict == doctor.Fail {
			verdict = "FAILED"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", check.Name, verdict, printable(check.What))
		if check.Fix != "" {
			fmt.Fprintf(table, "\t\t-> %s\n", printable(check.Fix))
		}
	}
	return table.Flush()
}
