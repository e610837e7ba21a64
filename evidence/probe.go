package evidence

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/caddy-django/gateway/probe"
)

// FromReport returns what the probe in Django tells of the first thing that broke, nil if that is nothing. It is what a
// page would tell, of the same kind and within the same bounds, and more exact: modules need no guess, and a group has
// its members. An error that was logged without a traceback has a message and no exceptions.
func FromReport(r *probe.Report) *Evidence {
	if len(r.Errors) == 0 {
		return nil
	}
	told := &r.Errors[0]
	e := &Evidence{
		Source: Probe,
		Django: clip(r.Versions.Django, maxLine),
		Python: clip(r.Versions.Python, maxLine),
		Cut:    len(r.Cut) > 0,
	}
	if told.Handled {
		e.Logged = &Log{Logger: clip(told.Logger, maxLine), Level: told.Level, Message: clip(told.Message, maxText), Format: clip(told.Format, maxText)}
	}
	if len(told.Chain) == 0 {
		e.Message = clip(told.Message, maxText)
	}
	chain := told.Chain[:min(len(told.Chain), maxExceptions)]
	for i, link := range slices.Backward(chain) {
		x := Exception{
			Type:     clip(link.Type, maxLine),
			Module:   clip(link.Module, maxLine),
			Value:    clip(link.Value, maxText),
			Relation: Relation(clip(link.Source, maxLine)),
			Group:    link.Group,
			Omitted:  link.Omitted,
		}
		if x.Module == "builtins" {
			x.Module = ""
		}
		if link.Parent != nil {
			x.Skip = i - *link.Parent - 1
		}
		for _, note := range link.Notes[:min(len(link.Notes), maxNotes)] {
			x.Notes = append(x.Notes, clip(note, maxText))
		}
		for _, f := range link.Frames[:min(len(link.Frames), maxFrames)] {
			x.Frames = append(x.Frames, frameOf(&f))
		}
		e.Exceptions = append(e.Exceptions, x)
	}
	if told.Template != nil {
		line := frameOf(told.Template)
		line.File, line.AbsPath, line.Module, line.Function, line.InApp = clip(told.Template.File, maxLine), "", "", "", true
		e.Template = &line
	}
	return e
}

func frameOf(told *probe.Frame) Frame {
	f := Frame{AbsPath: clip(told.File, maxLine), Line: told.Line, Function: clip(told.Function, maxLine), ContextLine: clip(told.Context, maxLine)}.located(nil)
	if module := clip(told.Module, maxLine); module != "" {
		f.Module = module
		f.File = inModule(f.File, module)
	}
	f.PreContext = contextLines(told.Pre[max(0, len(told.Pre)-maxContext):])
	f.PostContext = contextLines(told.Post[:min(len(told.Post), maxContext)])
	for _, name := range slices.Sorted(maps.Keys(told.Vars)) {
		if len(f.Locals) == maxLocals {
			break
		}
		f.Locals = append(f.Locals, Local{clip(name, maxLine), clip(told.Vars[name], maxText)})
	}
	return f
}

// inModule names a file from where its outermost package is, as Sentry's SDK does (sentry_sdk/utils.py,
// filename_for_module).
func inModule(file, module string) string {
	if !strings.Contains(module, ".") {
		return path.Base(file)
	}
	below := strings.ReplaceAll(module, ".", "/")
	for _, name := range []string{below + ".py", below + "/__init__.py"} {
		if file == name || strings.HasSuffix(file, "/"+name) {
			return name
		}
	}
	return file
}

func contextLines(lines []string) []string {
	var kept []string
	for _, line := range lines {
		kept = append(kept, clip(line, maxLine))
	}
	return kept
}
