package caddymodule

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/caddy-django/gateway/store"
)

// printIssues writes issues as a table.
func printIssues(out io.Writer, issues []store.Issue) error {
	if len(issues) == 0 {
		_, err := fmt.Fprintln(out, "Nothing has failed.")
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tCOUNT\tLAST SEEN\tFIRST SEEN\tKIND\tSTATUS\tSITE\tMETHOD\tROUTE\tWHAT")
	now := time.Now()
	for _, i := range issues {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\t%s\n",
			i.ID[:min(shortID, len(i.ID))],
			humanize.Comma(i.Count),
			humanize.RelTime(i.LastSeen.Time, now, "ago", ""),
			humanize.RelTime(i.FirstSeen.Time, now, "ago", ""),
			i.Kind, i.Status, printable(i.Site), printable(i.Method), printable(i.Route), printable(i.Title))
	}
	return table.Flush()
}

// shortID is enough of an id to tell issues apart by eye.
const shortID = 8
