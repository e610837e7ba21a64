package caddymodule

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"text/tabwriter"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/caddy-django/gateway/capture"
	"github.com/caddy-django/gateway/delivery"
)

func testEventCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "test-event [--dsn <dsn>] [--json] [--address <admin>] [--config <path> [--adapter <name>]]",
		Short: "Sends a test event, and says step by step what happened",
		Long: `
Has the running Caddy send a test event to every destination of its sites, the way
their error events go, and says step by step what happened: name resolution,
connection, TLS, the answer, limits. If a step fails it says what to do, and the
exit code is 1.

With --dsn this command itself sends it there, from here, whether Caddy runs or not.`,
		Args: cobra.NoArgs,
	}
	cmd.Flags().String("dsn", "", "Send it there, from here")
	cmd.Flags().Bool("json", false, "Print JSON")
	addAdminFlags(cmd)
	cmd.RunE = runs(cmdTestEvent)
	return cmd
}

func (adminAPI) testEvent(app *App, r *http.Request) (any, error) {
	return app.pipeline.sender.TryAll(r.Context()), nil
}

func cmdTestEvent(flags caddycmd.Flags) error {
	trials, err := tryOut(flags)
	if err != nil {
		return err
	}
	if flags.Bool("json") {
		err = json.NewEncoder(os.Stdout).Encode(trials)
	} else {
		err = printTrials(os.Stdout, trials)
	}
	if err == nil {
		err = verdict(trials)
	}
	return err
}

// tryOut sends test events from here, or has Caddy send them.
func tryOut(flags caddycmd.Flags) (trials []delivery.Trial, err error) {
	if dsn := flags.String("dsn"); dsn != "" {
		destination, err := parseSentry(dsn)
		if err != nil {
			return nil, err
		}
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		sender := delivery.New(delivery.Config{SDKName: capture.SDKName, SDKVersion: version()})
		return []delivery.Trial{sender.Try(ctx, destination)}, nil
	}
	return tryRunning(flags)
}

// tryRunning has Caddy send test events.
func tryRunning(flags caddycmd.Flags) (trials []delivery.Trial, err error) {
	body, err := askAdmin(flags, http.MethodPost, "/django/test-event")
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(body, &trials); err != nil {
		return nil, fmt.Errorf("reading the answer of the admin API: %w", err)
	}
	return trials, nil
}

// verdict returns an error unless every event has arrived.
func verdict(trials []delivery.Trial) error {
	if len(trials) == 0 {
		return errors.New("no site delivers anywhere: none has the option sentry, in the configuration that is running")
	}
	lost := 0
	for _, trial := range trials {
		if !trial.Arrived {
			lost++
		}
	}
	if lost > 0 {
		return fmt.Errorf("%d of %d test events did not arrive", lost, len(trials))
	}
	return nil
}

func printTrials(out io.Writer, trials []delivery.Trial) error {
	for i, trial := range trials {
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintln(out, trial.Destination)
		table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		for _, step := range trial.Steps {
			result := "ok"
			if !step.OK {
				result = "FAILED"
			}
			fmt.Fprintf(table, "  %s\t%s\t%s\n", step.Name, result, printable(step.Detail))
			if step.Advice != "" {
				fmt.Fprintf(table, "  \t\t-> %s\n", printable(step.Advice))
			}
		}
		if trial.Arrived {
			fmt.Fprintf(table, "Look there for %q, event %s.\n", delivery.TestEventTitle, trial.EventID)
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	return nil
}
