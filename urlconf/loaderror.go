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

	run run
}

// lastLines is enough of a traceback to show the line that failed and who
// imported it.
const lastLines = 6

func (r run) failed(reason string, printed *tail) *LoadError {
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
	fmt.Fprintf(&b, "it ran: cd %s && %s=%s %s -\n", e.run.dir, settingsVariable, e.run.settings.value, e.run.python.value)
	if e.run.urlconf != "" {
		fmt.Fprintf(&b, "it was to export the URLconf %s\n", e.run.urlconf)
	}
	fmt.Fprintf(&b, "what to set: settings (%s, from %s), python (%s, from %s), or an environment variable that the settings read",
		e.run.settings.value, e.run.settings.source, e.run.python.value, e.run.python.source)
	return b.String()
}
