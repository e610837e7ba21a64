package caddymodule

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/dustin/go-humanize"
)

// printOutbox writes what the outbox holds, a table for each destination.
func printOutbox(out io.Writer, queues []queue) error {
	if len(queues) == 0 {
		_, err := fmt.Fprintln(out, "Nothing waits, and no site delivers anywhere: none has the option sentry.")
		return err
	}
	now := time.Now()
	for i, q := range queues {
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "%s: %s, %s waiting, %s set aside\n", q.Destination, q.condition(now), humanize.Comma(q.Waiting), humanize.Comma(q.SetAside))
		if err := printQueued(out, q, now); err != nil {
			return err
		}
	}
	return nil
}

// condition says how the destination fares.
func (q queue) condition(now time.Time) string {
	switch {
	case !q.InUse:
		return "no site delivers there any more"
	case q.Up:
		return "takes events"
	}
	return fmt.Sprintf("takes none since %s (%s), next attempt %s", humanize.RelTime(q.Since.Time, now, "ago", "from now"),
		printable(q.Status.Reason), humanize.RelTime(q.NextAttempt.Time, now, "ago", "from now"))
}

func printQueued(out io.Writer, q queue, now time.Time) error {
	if len(q.Events) == 0 {
		return nil
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tSTATE\tSINCE\tATTEMPTS\tLAST ATTEMPT\tREASON\tWHAT")
	for _, e := range q.Events {
		last := "never"
		if e.LastAttempt != nil {
			last = humanize.RelTime(e.LastAttempt.Time, now, "ago", "")
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\t%s\t%s\n", e.ID[:min(shortID, len(e.ID))], e.State,
			humanize.RelTime(e.Time.Time, now, "ago", ""), e.Attempts, last, printable(e.Reason), printable(e.Title))
	}
	return table.Flush()
}
