package urlconf

import (
	"fmt"
	"strings"
)

// LoadError is the failure of a project that was run.
type LoadError struct {
	// Reason is what happened, in one line: the exception, as Python names it.
	Reason string
	// Output is all the project printed, on both streams, up to its last 64 KiB.
	// If Python raised an exception the traceback is at its end.
	Output string

	run   *run
	place string // where it was stopped
}

// lastLines is enough of a traceback to show the line that failed and who
// imported it.
const lastLines = 6

func (r *run) failed(reason string, printed *tail) *LoadError {
	return &LoadError{Reason: reason, Output: printed.String(), run: r}
}

// Error has the end of the output, what ran and what to set below the reason.
func (e *LoadError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "the project does not load: %s\n", e.Reason)
	if output := strings.TrimRight(e.Output, "\n"); output != "" {
		lines := strings.Split(output, "\n")
		fmt.Fprintf(&b, "%s\n", strings.Join(lines[max(0, len(lines)-lastLines):], "\n"))
	}
	settings := e.run.settingsNow()
	fmt.Fprintf(&b, "it ran: cd %s && %s", e.run.dir, settingsOf(settings))
	if e.run.manage != "" {
		fmt.Fprintf(&b, "%s %s check, up to the settings\n", e.run.python.value, e.run.manage)
	} else {
		fmt.Fprintf(&b, "%s -\n", e.run.python.value)
	}
	if e.run.urlconf != "" {
		fmt.Fprintf(&b, "it was to export the URLconf %s\n", e.run.urlconf)
	}
	if fix := e.Fix(); fix != "" {
		fmt.Fprintf(&b, "to fix it: %s\n", fix)
	}
	fmt.Fprintf(&b, "what to set: settings (%s), python (%s, from %s), or an environment variable that the settings read",
		named(settings), e.run.python.value, e.run.python.source)
	return b.String()
}

// settingsOf is what a shell takes before a command.
func settingsOf(settings sourced) string {
	if settings.value == "" {
		return ""
	}
	return settingsVariable + "=" + settings.value + " "
}

func named(settings sourced) string {
	if settings.value == "" {
		return "not known yet"
	}
	return settings.value + ", from " + settings.source
}
