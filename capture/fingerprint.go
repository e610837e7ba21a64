package capture

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// GroupRule is what the failures that meet all its conditions, or every failure
// if it has none, are grouped by.
type GroupRule struct {
	Conditions
	// Fingerprint is the list of texts that two failures of one group share.
	// They may hold placeholders of the request. {default}, on its own, stands
	// for what the failure would be grouped by without the rule, {django.route}
	// for its route, {django.exception} for the type of its exception.
	Fingerprint []string `json:"fingerprint"`
}

type grouper struct {
	matcher
	fingerprint fingerprint
}

func (r GroupRule) compile() (grouper, error) {
	m, err := r.Conditions.compile()
	if err != nil {
		return grouper{}, fmt.Errorf("group: %w", err)
	}
	f, err := parseFingerprint(r.Fingerprint)
	if err != nil {
		return grouper{}, fmt.Errorf("group: %w", err)
	}
	return grouper{m, f}, nil
}

// Validate refuses a fingerprint that is none, and conditions that are none.
func (r GroupRule) Validate() error {
	_, err := r.compile()
	return err
}

// The placeholders that only the worker can fill in.
const (
	placeDefault   = "default"
	placeRoute     = "django.route"
	placeException = "django.exception"
)

// fingerprint is a list of pieces, each of which is one text of the fingerprint.
type fingerprint []piece

// piece alternates between plain text and the names of placeholders.
type piece []string

func parseFingerprint(texts []string) (fingerprint, error) {
	if len(texts) == 0 {
		return nil, errors.New("fingerprint is missing: write what two failures of one group share, such as {default} {http.request.host}")
	}
	f := make(fingerprint, len(texts))
	for i, text := range texts {
		for rest := text; ; {
			plain, after, found := strings.Cut(rest, "{")
			f[i] = append(f[i], plain)
			if !found {
				break
			}
			name, after, closed := strings.Cut(after, "}")
			if !closed {
				return nil, fmt.Errorf("fingerprint %q has a { without its }", text)
			}
			if err := validatePlaceholder(name, text); err != nil {
				return nil, err
			}
			f[i] = append(f[i], name)
			rest = after
		}
	}
	return f, nil
}

func validatePlaceholder(name, text string) error {
	switch {
	case name == placeDefault && text != "{default}":
		return fmt.Errorf("fingerprint %q has {default} in a text: write it on its own, it stands for several", text)
	case strings.HasPrefix(name, "django.") && name != placeRoute && name != placeException:
		return fmt.Errorf("fingerprint %q has the unknown placeholder {%s}: use {%s} or {%s}", text, name, placeRoute, placeException)
	}
	return nil
}

// uses reports whether the placeholder is in the fingerprint.
func (f fingerprint) uses(name string) bool {
	return slices.ContainsFunc(f, func(p piece) bool { return slices.Contains(p.placeholders(), name) })
}

func (p piece) placeholders() (names []string) {
	for i := 1; i < len(p); i += 2 {
		names = append(names, p[i])
	}
	return names
}

// group returns the grouping of a failure by f instead of g. What f leaves out,
// the group spans.
func (f fingerprint) group(g grouping, e *facts, scrub *Scrubber) grouping {
	var keys []string
	for _, p := range f {
		if slices.Contains(p.placeholders(), placeDefault) {
			keys = append(keys, g.keys...)
			continue
		}
		keys = append(keys, p.fill(e, scrub))
	}
	if !f.uses(placeDefault) {
		g.method = Any
		if !f.uses(placeRoute) {
			g.route = Any
		}
	}
	// A site may have a receiver of its own, which another site's failures must
	// not keep an event from: it shares no group.
	g.keys, g.scope = keys, "site "+e.x.Site+"\x00"
	return g
}

// fill puts the values of the placeholders in. Clients choose some of them, so
// they are scrubbed and bounded.
func (p piece) fill(e *facts, scrub *Scrubber) string {
	var text strings.Builder
	for i, s := range p {
		if i%2 == 0 {
			text.WriteString(s)
			continue
		}
		switch s {
		case placeRoute:
			text.WriteString(e.x.Route)
		case placeException:
			text.WriteString(e.exception)
		default:
			text.WriteString(clip(scrub.text(e.mask.text(e.x.Failure.Placeholders[s])), maxTitle))
		}
	}
	return text.String()
}

// Placeholders returns the names of the placeholders of the request that the
// rules need: whoever fills in Failure.Placeholders need not do so with others.
func (p *Policy) Placeholders() []string {
	if p == nil {
		return nil
	}
	names := make(map[string]bool)
	for _, rule := range p.groups {
		for _, part := range rule.fingerprint {
			for _, name := range part.placeholders() {
				names[name] = true
			}
		}
	}
	for _, own := range []string{placeDefault, placeRoute, placeException} {
		delete(names, own)
	}
	return slices.Sorted(maps.Keys(names))
}
