package parity

import (
	"encoding/json"
	"fmt"
	"strings"
)

// event is what is compared of an event.
type event struct {
	Platform    string
	Fingerprint []string
	LogEntry    struct{ Formatted string }
	Exception   struct{ Values []exception }
	SDK         struct{ Version string }
}

type exception struct {
	Type, Value string
	Module      string
	Mechanism   mechanism
	Stacktrace  struct{ Frames []frame }
}

type mechanism struct {
	Type, Source string
	Handled      bool
	Group        bool `json:"is_exception_group"`
}

type frame struct {
	Module, Filename, Function string
	AbsPath                    string   `json:"abs_path"`
	Line                       int      `json:"lineno"`
	ContextLine                string   `json:"context_line"`
	InApp                      bool     `json:"in_app"`
	Pre                        []string `json:"pre_context"`
	Post                       []string `json:"post_context"`
	Vars                       map[string]any
}

func (f frame) String() string {
	return fmt.Sprintf("%s (%s:%d) in %s, in_app %v: %s", f.Module, f.Filename, f.Line, f.Function, f.InApp, f.ContextLine)
}

// same compares all but the variables and the lines around. The SDK gives the
// line of a template with its end and without the absolute path.
func (f frame) same(g frame) bool {
	if f.ofTemplate() && g.ofTemplate() {
		return f.Filename == g.Filename && f.Line == g.Line && strings.TrimSpace(f.ContextLine) == strings.TrimSpace(g.ContextLine)
	}
	return f.String() == g.String() && f.AbsPath == g.AbsPath
}

func parse(raw json.RawMessage) (event, error) {
	var e event
	if err := json.Unmarshal(raw, &e); err != nil {
		return e, fmt.Errorf("reading an event: %w", err)
	}
	return e, nil
}

// thrown is the exception that made the request fail.
func (e event) thrown() exception {
	if n := len(e.Exception.Values); n > 0 {
		return e.Exception.Values[n-1]
	}
	return exception{}
}

// hasTraceback tells an exception in Python from what the gateway saw.
func (e event) hasTraceback() bool { return len(e.thrown().Stacktrace.Frames) > 0 }

// ofSDK reports whether a frame is one that the SDK puts around the project's code.
func (f frame) ofSDK() bool {
	return f.Module == "sentry_sdk" || strings.HasPrefix(f.Module, "sentry_sdk.")
}

// ofTemplate reports whether a frame is the line of a template.
func (f frame) ofTemplate() bool { return f.Module == "" && f.Function == "" }
