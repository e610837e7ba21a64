package capture

import (
	"github.com/getsentry/sentry-go"

	"github.com/caddy-django/gateway/evidence"
)

// maxLocal is in bytes of the text of a local variable: Sentry shows no more
// (relay-event-schema, protocol/stacktrace.rs).
const maxLocal = 1 << 10

// python returns the exceptions that a page tells of in Sentry's form, scrubbed.
// The event is then grouped by the receiver as that of an SDK inside Django.
func (s *Scrubber) python(e *evidence.Evidence) []sentry.Exception {
	if e == nil || len(e.Exceptions) == 0 {
		return nil
	}
	n := len(e.Exceptions)
	all := make([]sentry.Exception, n)
	for i, x := range e.Exceptions {
		all[i] = sentry.Exception{
			Type:   clip(s.text(x.Type), maxTitle),
			Module: x.Module,
			Value:  clip(s.text(withNotes(x)), maxText),
			// The first in Sentry's chain of mechanisms is the last that was raised.
			Mechanism: &sentry.Mechanism{Type: "chained", Source: string(x.Relation), Handled: new(true), ExceptionID: n - 1 - i, IsExceptionGroup: x.Group},
		}
		if i < n-1 {
			all[i].Mechanism.ParentID = new(n - 2 - i - x.Skip)
		}
		if len(x.Frames) > 0 {
			all[i].Stacktrace = s.stack(x.Frames)
		}
	}
	last := &all[n-1]
	last.Mechanism = &sentry.Mechanism{Type: "django", Handled: new(false), IsExceptionGroup: last.Mechanism.IsExceptionGroup}
	if e.Logged != nil {
		last.Mechanism.Type, last.Mechanism.Handled = "logging", new(true)
	}
	if e.Source == evidence.Probe { // which stands for the SDK, and there one mechanism is that of all
		for i := range all {
			all[i].Mechanism.Handled = last.Mechanism.Handled
		}
	}
	if e.Template != nil {
		if last.Stacktrace == nil {
			last.Stacktrace = new(sentry.Stacktrace)
		}
		last.Stacktrace.Frames = withTemplate(last.Stacktrace.Frames, s.frame(*e.Template))
	}
	return all
}

func withNotes(x evidence.Exception) string {
	value := x.Value
	for _, note := range x.Notes {
		value += "\n" + note
	}
	return value
}

func (s *Scrubber) stack(frames []evidence.Frame) *sentry.Stacktrace {
	stack := &sentry.Stacktrace{Frames: make([]sentry.Frame, len(frames))}
	for i, f := range frames {
		stack.Frames[i] = s.frame(f)
	}
	return stack
}

func (s *Scrubber) frame(f evidence.Frame) sentry.Frame {
	var key keyLines
	frame := sentry.Frame{
		Function:    f.Function,
		Module:      f.Module,
		Filename:    f.File,
		AbsPath:     f.AbsPath,
		Lineno:      f.Line,
		PreContext:  s.lines(f.PreContext, &key),
		ContextLine: s.line(f.ContextLine, &key),
		PostContext: s.lines(f.PostContext, &key),
		InApp:       f.InApp,
	}
	if len(f.Locals) > 0 {
		frame.Vars = make(map[string]any, len(f.Locals))
	}
	for _, local := range f.Locals {
		if s.denies(local.Name) {
			frame.Vars[local.Name] = s.hideNamed(local.Name, local.Value)
		} else {
			frame.Vars[local.Name] = clip(s.text(local.Value), maxLocal)
		}
	}
	return frame
}

func (s *Scrubber) lines(lines []string, key *keyLines) []string {
	clean := make([]string, len(lines))
	for i, line := range lines {
		clean[i] = s.line(line, key)
	}
	return clean
}

// line hides the secrets of a source line, which may be one of a private key.
func (s *Scrubber) line(line string, key *keyLines) string {
	if key.goesOn(line) {
		return s.hide(privateKey, line)
	}
	return s.text(line)
}

// shrink takes from the exceptions what is missed least: first the variables of
// frames that are not the project's own, then all of them, then the source lines.
// It reports whether there was something to take.
func shrink(all []sentry.Exception) bool {
	takes := []func(*sentry.Frame) bool{
		func(f *sentry.Frame) bool { return !f.InApp && take(&f.Vars) },
		func(f *sentry.Frame) bool { return take(&f.Vars) },
		func(f *sentry.Frame) bool { return take(&f.PreContext) || take(&f.PostContext) },
	}
	for _, take := range takes {
		taken := false
		for _, x := range all {
			if x.Stacktrace == nil {
				continue
			}
			for i := range x.Stacktrace.Frames {
				taken = take(&x.Stacktrace.Frames[i]) || taken
			}
		}
		if taken {
			return true
		}
	}
	return false
}

// take empties a field, and reports whether it held something.
func take[T ~[]string | ~map[string]any](field *T) bool {
	held := len(*field) > 0
	*field = nil
	return held
}
