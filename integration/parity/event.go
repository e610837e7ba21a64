// Package parity compares the error events of the gateway with those of Sentry's
// SDK for Python, which runs inside Django, for the crashes of the demo shop.
package parity

import (
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"strings"
)

// Events are those of one source, by the kind of their crash.
type Events map[string][]json.RawMessage

// Add adds an event, which tells its kind by the URL of its request, and returns that.
func (e Events) Add(raw json.RawMessage) (kind string, err error) {
	var event struct{ Request struct{ URL string } }
	if err := json.Unmarshal(raw, &event); err != nil {
		return "", fmt.Errorf("reading an event: %w", err)
	}
	u, err := url.Parse(event.Request.URL)
	if err != nil {
		return "", fmt.Errorf("reading an event: %w", err)
	}
	kind, found := strings.CutPrefix(path.Clean(u.Path), "/crash/")
	if !found {
		return "", fmt.Errorf("an event is of %q, no crash", event.Request.URL)
	}
	e[kind] = append(e[kind], raw)
	return kind, nil
}
