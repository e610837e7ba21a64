package caddymodule

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/dustin/go-humanize"

	"github.com/caddy-django/gateway/capture"
	"github.com/caddy-django/gateway/route"
)

// captureOff is the value of capture_body for none, where 0 is the default.
const captureOff = -1

func validateCaptureBody(size int64) error {
	if size < captureOff {
		return fmt.Errorf("capture_body %d is no size: write a number of bytes, such as 65536, or -1 for none", size)
	}
	if size > capture.MaxBody {
		return fmt.Errorf("%d bytes of a body are more than an error event can hold: write %s or less", size, strings.ReplaceAll(humanize.IBytes(capture.MaxBody), " ", ""))
	}
	return nil
}

func validateCaptureRequestBody(size int64) error {
	if size < 0 || size > capture.MaxRequestBody {
		return fmt.Errorf("capture_request_body %d is not between 0 and %d bytes: write 64KiB or less, or 0 for none", size, capture.MaxRequestBody)
	}
	return nil
}

// validateAttachBody refuses what would attach nothing.
func (m *Monitor) validateAttachBody() error {
	switch {
	case m.AttachBody && m.Sentry == "":
		return errors.New("attach_body has no destination: add the sentry option, or leave it out")
	case m.AttachBody && m.CaptureBody == captureOff:
		return errors.New("attach_body has no body to attach: capture_body is off")
	}
	return nil
}

// errNoProject: a trace of Sentry's belongs to a project.
var errNoProject = errors.New("propagate_traces has no project: add the sentry option, or leave it out")

// parseSize reads a size as Caddy's own options do: 64KiB, 1MB, 4096.
func parseSize(option, value string) (int64, error) {
	size, err := humanize.ParseBytes(value)
	if err != nil || size > 1<<62 {
		return 0, fmt.Errorf("%s %q is no size: write a number of bytes, such as 64KiB", option, value)
	}
	return int64(size), nil
}

func parsePatterns(texts []string) ([]*route.Pattern, error) {
	patterns := make([]*route.Pattern, len(texts))
	for i, text := range texts {
		p, err := route.ParsePattern(text)
		if err != nil {
			return nil, err
		}
		patterns[i] = p
	}
	return patterns, nil
}

// resolve fills in the placeholders of an option. They must not come to nothing:
// an event without its release misleads, and one without a DSN goes nowhere.
func resolve(option, value string) (string, error) {
	if value == "" {
		return "", nil
	}
	resolved, err := caddy.NewReplacer().ReplaceOrErr(value, true, true)
	resolved = strings.TrimSpace(resolved) // a file ends with a line break
	if err == nil && resolved == "" {
		err = errors.New("it is empty")
	}
	if err != nil && isVariable(value) {
		err = fmt.Errorf("%s is empty in the environment of Caddy", value)
	}
	if path, ok := fileOf(value); ok && err != nil {
		if _, missing := os.Stat(path); missing != nil { // Caddy takes it for an empty one
			err = missing
		}
	}
	if err != nil {
		return "", fmt.Errorf("%s %q: %w: set what it stands for, or leave the option out", option, value, err)
	}
	return resolved, nil
}

// isVariable reports whether a value is a variable of the environment and nothing else:
// it can lack nothing but a value.
func isVariable(value string) bool {
	return strings.HasPrefix(value, "{env.") && strings.IndexByte(value, '}') == len(value)-1
}

// fileOf returns the path of a file whose content a value is.
func fileOf(value string) (path string, ok bool) {
	if !strings.HasPrefix(value, "{file.") || strings.IndexByte(value, '}') != len(value)-1 {
		return "", false
	}
	return value[len("{file.") : len(value)-1], true
}

// hasPlaceholder reports whether a value is complete only when it is provisioned.
func hasPlaceholder(value string) bool { return strings.Contains(value, "{") }

// scrubber returns what the events of the monitor are scrubbed by.
func (m *Monitor) scrubber() (*capture.Scrubber, error) {
	scrubber, err := capture.NewScrubber(m.Scrub)
	if err == nil && m.SendDefaultPII {
		scrubber = scrubber.KeepEmails()
	}
	return scrubber, err
}

// captured returns how much of a failing response's body is captured, in bytes.
func (m *Monitor) captured() int {
	if m.CaptureBody == 0 {
		return defaultCaptureBody
	}
	return int(max(m.CaptureBody, 0))
}
