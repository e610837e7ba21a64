package capture

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/caddy-django/gateway/exchange"
)

// Ignore says which failures make no error event. They are counted all the
// same. A failure is ignored if any of the lists has it.
type Ignore struct {
	// Paths are as in Caddy's path matcher: in any case, exact or with a * at
	// either end.
	Paths []string `json:"paths,omitempty"`
	// Statuses are three digits ("503") or a class ("5xx").
	Statuses []string `json:"statuses,omitempty"`
	// UserAgents are parts of the User-Agent header, in any case.
	UserAgents []string `json:"user_agents,omitempty"`
}

// Validate refuses rules that could never apply.
func (ig *Ignore) Validate() error {
	for _, status := range ig.Statuses {
		if err := validateStatus(status); err != nil {
			return err
		}
	}
	for _, path := range ig.Paths {
		if !strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "*") {
			return fmt.Errorf("ignored path %q starts neither with / nor with *: write %q", path, "/"+path)
		}
	}
	if slices.Contains(ig.UserAgents, "") {
		return errors.New("ignored user agent is empty: it would ignore every failure")
	}
	return nil
}

func validateStatus(status string) error {
	if digit, ok := strings.CutSuffix(status, "xx"); ok && len(digit) == 1 && digit >= "1" && digit <= "5" {
		return nil
	}
	if code, err := strconv.Atoi(status); err == nil && code >= 100 && code <= 599 && strconv.Itoa(code) == status {
		return nil
	}
	return fmt.Errorf("ignored status %q is not an HTTP status: write three digits like 503 or a class like 5xx", status)
}

func (ig *Ignore) matches(x *exchange.Exchange) bool {
	for _, path := range ig.Paths {
		if matchPath(path, x.Path) {
			return true
		}
	}
	for _, status := range ig.Statuses {
		if code := strconv.Itoa(x.Status); status == code || status == code[:1]+"xx" {
			return true
		}
	}
	if len(ig.UserAgents) == 0 {
		return false
	}
	agent := strings.ToLower(x.Request.UserAgent())
	for _, part := range ig.UserAgents {
		if strings.Contains(agent, strings.ToLower(part)) {
			return true
		}
	}
	return false
}

func matchPath(pattern, path string) bool {
	pattern, path = strings.ToLower(pattern), strings.ToLower(path)
	inner, open := strings.CutPrefix(pattern, "*")
	prefix, openEnd := strings.CutSuffix(inner, "*")
	switch {
	case open && openEnd:
		return strings.Contains(path, prefix)
	case open:
		return strings.HasSuffix(path, inner)
	case openEnd:
		return strings.HasPrefix(path, prefix)
	default:
		return path == pattern
	}
}
