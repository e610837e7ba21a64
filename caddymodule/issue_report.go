package caddymodule

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dustin/go-humanize"
	"github.com/getsentry/sentry-go"

	"github.com/caddy-django/gateway/store"
)

// reported is what a report shows of an event (see docs/events.md).
type reported struct {
	Release     string `json:"release"`
	Environment string `json:"environment"`
	Logger      string `json:"logger"`
	LogEntry    struct {
		Formatted string `json:"formatted"`
	} `json:"logentry"`
	Exception struct {
		Values []sentry.Exception `json:"values"` // that which was raised last is the last
	} `json:"exception"`
	Request  sentry.Request    `json:"request"`
	Tags     map[string]string `json:"tags"`
	Contexts struct {
		Gateway struct {
			Outcome         string  `json:"outcome"`
			Cause           string  `json:"cause"`
			Error           string  `json:"error"`
			Upstream        string  `json:"upstream"`
			DurationMs      float64 `json:"duration_ms"`
			TimeToHeadersMs float64 `json:"time_to_headers_ms"`
			RequestID       string  `json:"request_id"`
			ErrorID         string  `json:"error_id"`
		} `json:"gateway"`
	} `json:"contexts"`
}

// printFound writes an issue and an event of it for people, with local variables if asked.
func printFound(out io.Writer, answer found, locals bool) error {
	var issue store.Issue
	if err := json.Unmarshal(answer.Issue, &issue); err != nil {
		return fmt.Errorf("reading the issue: %w", err)
	}
	now := time.Now()
	fmt.Fprintf(out, "%s\n\n", printable(issue.Title))
	table := tabwriter.NewWriter(out, len("environment")+2, 0, 2, ' ', 0) // both halves alike
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(table, "%s\t%s\n", name, printable(value))
		}
	}
	row("issue", issue.ID)
	row("kind", issue.Kind)
	row("where", fmt.Sprintf("%s %s %s: %d", issue.Site, issue.Method, issue.Route, issue.Status))
	row("count", humanize.Comma(issue.Count))
	row("first seen", seen(issue.FirstSeen, now))
	row("last seen", seen(issue.LastSeen, now))
	if answer.Event == nil {
		row("event", "none is kept")
		return table.Flush()
	}
	var stored store.StoredEvent
	var event reported
	if err := json.Unmarshal(answer.Event, &stored); err != nil {
		return fmt.Errorf("reading the event: %w", err)
	}
	if err := json.Unmarshal(stored.Payload, &event); err != nil {
		return fmt.Errorf("reading the payload of event %s: %w", stored.ID, err)
	}
	gateway := event.Contexts.Gateway
	fmt.Fprintln(table)
	row("event", stored.ID)
	row("time", seen(stored.Time, now))
	row("delivery", strings.TrimSpace(string(stored.State)+" "+stored.Reason))
	row("request", event.Request.Method+" "+event.Request.URL)
	row("query", event.Request.QueryString)
	row("view", event.Tags["view"])
	row("release", event.Release)
	row("environment", event.Environment)
	row("outcome", strings.TrimSpace(gateway.Outcome+" "+gateway.Cause))
	row("error", gateway.Error)
	row("upstream", gateway.Upstream)
	row("duration", fmt.Sprintf("%g ms", gateway.DurationMs))
	if gateway.TimeToHeadersMs > 0 {
		row("to headers", fmt.Sprintf("%g ms", gateway.TimeToHeadersMs))
	}
	row("request id", gateway.RequestID)
	row("error id", gateway.ErrorID)
	if err := table.Flush(); err != nil {
		return err
	}
	if logged := event.LogEntry.Formatted; logged != "" {
		fmt.Fprintf(out, "\n%s: %s\n", printable(event.Logger), printable(logged))
	}
	for _, exception := range event.Exception.Values {
		if err := printException(out, exception, locals); err != nil {
			return err
		}
	}
	return nil
}

func seen(at store.Time, now time.Time) string {
	return at.UTC().Format("2006-01-02 15:04:05 UTC") + ", " + humanize.RelTime(at.Time, now, "ago", "")
}

// printException writes an exception as Python does, with the frames that the project
// itself has nearest to it.
func printException(out io.Writer, exception sentry.Exception, locals bool) error {
	fmt.Fprintln(out)
	if exception.Stacktrace != nil {
		for _, frame := range innermost(exception.Stacktrace.Frames) {
			fmt.Fprintf(out, "  File \"%s\", line %d, in %s\n", printable(frame.Filename), frame.Lineno, printable(frame.Function))
			if code := strings.TrimSpace(frame.ContextLine); code != "" {
				fmt.Fprintf(out, "    %s\n", printable(code))
			}
			if locals {
				printLocals(out, frame.Vars)
			}
		}
	}
	lines := strings.Split(exception.Type+": "+exception.Value, "\n")
	for i, line := range lines {
		lines[i] = printable(line)
	}
	_, err := fmt.Fprintln(out, strings.Join(lines, "\n"))
	return err
}

// printLocals writes variables below their frame, by name. A value has its lines below each
// other, so that none of them can pass for a line of the report.
func printLocals(out io.Writer, vars map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		label := "      " + escapeControls(name) + " = "
		indent := "\n" + strings.Repeat(" ", utf8.RuneCountInString(label))
		lines := strings.Split(fmt.Sprint(vars[name]), "\n")
		for i, line := range lines {
			lines[i] = escapeControls(line)
		}
		fmt.Fprintf(out, "%s%s\n", label, strings.Join(lines, indent))
	}
}

// escapeControls writes what a terminal would obey, or not show, as Python does: \x1b.
func escapeControls(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
	}
	return b.String()
}

// innermostFrames is how many frames tell what the project was doing.
const innermostFrames = 3

// innermost returns the innermost frames of the project, or of all if it has none.
func innermost(frames []sentry.Frame) []sentry.Frame {
	var own []sentry.Frame
	for _, frame := range frames {
		if frame.InApp {
			own = append(own, frame)
		}
	}
	if len(own) == 0 {
		own = frames
	}
	return own[max(0, len(own)-innermostFrames):]
}
