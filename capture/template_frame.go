package capture

import (
	"slices"

	"github.com/getsentry/sentry-go"
)

// withTemplate puts the line of a template where Sentry's SDK for Python does
// (sentry_sdk/integrations/django/__init__.py, process_django_templates): below
// what renders or parses it, and above the filter or tag that failed, so that
// both make the same group.
func withTemplate(frames []sentry.Frame, line sentry.Frame) []sentry.Frame {
	for i, f := range slices.Backward(frames) {
		if f.Module == "django.template.base" && (f.Function == "parse" || f.Function == "render") {
			return slices.Insert(frames, i+1, line)
		}
	}
	return append(frames, line)
}
