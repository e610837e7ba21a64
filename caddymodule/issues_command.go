package caddymodule

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/caddy-django/gateway/store"
)

func issuesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "issues [<id> [--locals]] [--json] [--limit <n>] [--address <admin>] [--config <path> [--adapter <name>]]",
		Short: "Lists what has failed, last seen first, or shows one of it",
		Long: `
Lists what has failed, grouped, last seen first: how often, when, on which route,
and what it said.

With an ID it shows one issue and its newest event. The ID is that of an issue, of
which the eight digits of the list are enough, that of an event, the code that an
error page has shown to a visitor, or the X-Request-Id of the request; with these
three it shows that event. --locals adds the local variables of each frame.

With --json it prints what the admin API says: an array of objects, or for an ID an
object with the issue and the event.`,
		Args: cobra.MaximumNArgs(1),
	}
	cmd.Flags().Bool("json", false, "Print JSON")
	cmd.Flags().Bool("locals", false, "Show the local variables of each frame")
	cmd.Flags().Int("limit", 100, "List at most so many")
	addAdminFlags(cmd)
	cmd.RunE = runs(cmdIssues)
	return cmd
}

func cmdIssues(flags caddycmd.Flags) error {
	if id := flags.Arg(0); id != "" {
		return showIssue(flags, id)
	}
	if flags.Bool("locals") {
		return errors.New("--locals has no issue: name it by its ID, such as caddy django issues 0c1ba142 --locals")
	}
	body, err := askAdmin(flags, http.MethodGet, "/django/issues?limit="+url.QueryEscape(strconv.Itoa(flags.Int("limit"))))
	if err != nil {
		return err
	}
	if flags.Bool("json") {
		_, err := os.Stdout.Write(body)
		return err
	}
	var issues []store.Issue
	if err := json.Unmarshal(body, &issues); err != nil {
		return fmt.Errorf("reading the answer of the admin API: %w", err)
	}
	return printIssues(os.Stdout, issues)
}

// found is an issue with one of its events, as the admin API has them.
type found struct {
	Issue json.RawMessage `json:"issue"`
	Event json.RawMessage `json:"event"` // null if none is kept
}

func showIssue(flags caddycmd.Flags, id string) error {
	answer, err := findIssue(flags, id)
	if isNotFound(err) {
		return fmt.Errorf("no event is kept for %q: use the ID of an issue, event or request, or the code of an error page; failures over the limits make no event. Run caddy django issues to list the issues", id)
	}
	if err != nil {
		return err
	}
	if flags.Bool("json") {
		encoder := json.NewEncoder(os.Stdout)
		encoder.SetEscapeHTML(false) // a route has < and >
		return encoder.Encode(answer)
	}
	return printFound(os.Stdout, answer, flags.Bool("locals"))
}

// findIssue takes an id for that of an issue, of an event, for the code of an error page, and
// for the id of a request, in this order.
func findIssue(flags caddycmd.Flags, id string) (answer found, err error) {
	if answer.Issue, err = askAdmin(flags, http.MethodGet, "/django/issues/"+url.PathEscape(id)); err == nil {
		answer.Event, err = newestEvent(flags, answer.Issue)
		return answer, err
	}
	query := url.QueryEscape(id)
	for _, uri := range []string{"/django/events/" + url.PathEscape(id), "/django/events?error_id=" + query, "/django/events?request_id=" + query} {
		if isNotFound(err) {
			answer.Event, err = askAdmin(flags, http.MethodGet, uri)
		}
	}
	if err != nil {
		return answer, err
	}
	var event store.StoredEvent
	if err := json.Unmarshal(answer.Event, &event); err != nil {
		return answer, fmt.Errorf("reading the answer of the admin API: %w", err)
	}
	answer.Issue, err = askAdmin(flags, http.MethodGet, "/django/issues/"+event.IssueID)
	return answer, err
}

func newestEvent(flags caddycmd.Flags, issue []byte) (json.RawMessage, error) {
	var kept struct {
		SampleEvents []store.EventRef `json:"sample_events"`
	}
	if err := json.Unmarshal(issue, &kept); err != nil {
		return nil, fmt.Errorf("reading the answer of the admin API: %w", err)
	}
	if len(kept.SampleEvents) == 0 {
		return nil, nil
	}
	return askAdmin(flags, http.MethodGet, "/django/events/"+kept.SampleEvents[0].ID)
}
