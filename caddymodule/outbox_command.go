package caddymodule

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"
)

func outboxCommand() *cobra.Command {
	cmd := outboxList("outbox [list]")
	cmd.Short = "Lists what still has to be delivered, tries it again, or gives it up"
	cmd.AddCommand(outboxList("list"))

	retry := &cobra.Command{
		Use:   "retry [<id>...] [--destination <destination>] [--state <state>] [--json]",
		Short: "Tries again now what waits or was set aside",
		Long: `
Tries again now what was set aside or waits for a destination to recover: all of
it, what --destination and --state select, or the events with these IDs.

It also ends the wait that a destination has asked for, for one attempt.`,
	}
	addOutboxFlags(retry)
	retry.RunE = runs(cmdRetry)

	drop := &cobra.Command{
		Use:   "drop {<id>... | --all [--destination <destination>] [--state <state>]} [--json]",
		Short: "Gives up what was set aside",
		Long: `
Gives up the events with these IDs, or with --all everything that was set aside;
with --state waiting what waits. It does not ask.

They are not delivered. They stay among the sample events of their issues.`,
	}
	addOutboxFlags(drop)
	drop.Flags().Bool("all", false, "Give up everything that was set aside")
	drop.RunE = runs(cmdDrop)

	cmd.AddCommand(retry, drop)
	return cmd
}

func outboxList(use string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   use + " [--destination <destination>] [--state <state>] [--limit <n>] [--json]",
		Short: "Lists what waits for its delivery, and what was set aside",
		Long: `
Lists what waits for its delivery and what was set aside because it was refused,
by destination: since when, how often it was tried, and what that came to.`,
		Args: cobra.NoArgs,
	}
	addOutboxFlags(cmd)
	cmd.Flags().Int("limit", 100, "List at most so many of each destination")
	cmd.RunE = runs(cmdOutbox)
	return cmd
}

func addOutboxFlags(cmd *cobra.Command) {
	cmd.Flags().String("destination", "", "Only those for this destination, such as https://sentry.example.com/42")
	cmd.Flags().String("state", "", "Only those that are waiting or set_aside")
	cmd.Flags().Bool("json", false, "Print JSON")
	addAdminFlags(cmd)
}

func cmdOutbox(flags caddycmd.Flags) error {
	query := outboxQuery(flags)
	query.Set("limit", flags.String("limit"))
	var queues []queue
	if err := outboxAnswer(flags, http.MethodGet, "/django/outbox", query, &queues); err != nil || flags.Bool("json") {
		return err
	}
	return printOutbox(os.Stdout, queues)
}

func cmdRetry(flags caddycmd.Flags) error {
	query := outboxQuery(flags)
	for _, id := range flags.Args() {
		query.Add("id", id)
	}
	var answer struct{ Retried int }
	err := outboxAnswer(flags, http.MethodPost, "/django/outbox/retry", query, &answer)
	if err == nil && !flags.Bool("json") {
		fmt.Printf("%s tried again now.\n", events(answer.Retried))
	}
	return err
}

func cmdDrop(flags caddycmd.Flags) error {
	ids := flags.Args()
	if len(ids) == 0 && !flags.Bool("all") {
		return errors.New("no event is named: write the IDs of events, or --all for everything that was set aside")
	}
	if len(ids) > 0 && flags.Bool("all") {
		return errors.New("--all and IDs are given: write one or the other")
	}
	query := outboxQuery(flags)
	for _, id := range ids {
		query.Add("id", id)
	}
	if flags.Bool("all") && !query.Has("state") {
		query.Set("state", "set_aside")
	}
	var answer struct{ Dropped int }
	err := outboxAnswer(flags, http.MethodPost, "/django/outbox/drop", query, &answer)
	if err == nil && !flags.Bool("json") {
		fmt.Printf("%s given up.\n", events(answer.Dropped))
	}
	return err
}

// outboxQuery is what --destination and --state select.
func outboxQuery(flags caddycmd.Flags) url.Values {
	query := make(url.Values)
	for _, name := range []string{"destination", "state"} {
		if value := flags.String(name); value != "" {
			query.Set(name, value)
		}
	}
	return query
}

// outboxAnswer asks the admin API and reads its answer, or prints it with --json.
func outboxAnswer(flags caddycmd.Flags, method, path string, query url.Values, into any) error {
	body, err := askAdmin(flags, method, path+"?"+query.Encode())
	if err != nil {
		return err
	}
	if flags.Bool("json") {
		_, err := os.Stdout.Write(body)
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("reading the answer of the admin API: %w", err)
	}
	return nil
}

// events names a number of them as what something is done to.
func events(n int) string {
	switch n {
	case 0:
		return "No event is"
	case 1:
		return "1 event is"
	}
	return fmt.Sprintf("%d events are", n)
}
