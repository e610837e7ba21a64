package caddymodule

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/getsentry/sentry-go"

	"github.com/caddy-django/gateway/capture"
	"github.com/caddy-django/gateway/evidence"
)

// printExplanation writes what was taken out of a body, and what its event says.
func printExplanation(out io.Writer, e capture.Explanation, limit int, cut bool) error {
	if cut {
		fmt.Fprintf(out, "Only the first %d bytes are captured: capture_body says how many.\n", limit)
	}
	if !e.IsText {
		_, err := fmt.Fprintln(out, "The body is no text: nothing of it is kept.")
		return err
	}
	if err := printReplacements(out, e.Replacements); err != nil {
		return err
	}
	if e.Title != "" {
		fmt.Fprintf(out, "\ntitle: %s\n", printable(e.Title))
	}
	if e.Source != "" {
		fmt.Fprintf(out, "evidence: %s\n", e.Source)
	}
	if e.Source == evidence.DebugPage || e.Source == evidence.DebugText {
		fmt.Fprintln(out, "never read: USER, GET, POST, FILES, COOKIES, META, settings")
	}
	return printExceptions(out, e.Exceptions)
}

func printReplacements(out io.Writer, replacements []capture.Replacement) error {
	if len(replacements) == 0 {
		_, err := fmt.Fprintln(out, "Nothing is taken out.")
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "AT\tCHARACTERS\tTAKEN OUT BECAUSE OF")
	for _, r := range replacements {
		fmt.Fprintf(table, "%d:%d\t%d\t%s\n", r.Line, r.Column, r.Length, printable(r.Reason))
	}
	return table.Flush()
}

// printExceptions writes them as Python does: the last is what made the request
// fail, and of its frames the last is where.
func printExceptions(out io.Writer, exceptions []sentry.Exception) error {
	for _, x := range exceptions {
		if _, err := fmt.Fprintf(out, "\nexception: %s: %s\n", printable(x.Type), escapeLines(x.Value)); err != nil {
			return err
		}
		if x.Stacktrace == nil {
			continue
		}
		for _, f := range x.Stacktrace.Frames {
			fmt.Fprintf(out, "  %s:%d in %s, %d local variables\n", printable(f.Filename), f.Lineno, printable(f.Function), len(f.Vars))
		}
	}
	return nil
}
