package capture

import (
	"fmt"
	"slices"
	"strings"
)

// Scrubber removes what could identify or authenticate a person: by the name
// that a value goes under, and what shows by its shape that it is a secret. It
// is safe for concurrent use.
type Scrubber struct {
	terms      []string
	keepEmails bool
	audit      *audit // nil unless someone wants an explanation
}

// NewScrubber makes a scrubber with the default terms and those given.
func NewScrubber(extra []string) (*Scrubber, error) {
	s := &Scrubber{terms: slices.Clone(denyTerms)}
	for _, term := range extra {
		folded := fold(term)
		if folded == "" {
			return nil, fmt.Errorf("scrub term %q is empty: it would hide everything", term)
		}
		s.terms = append(s.terms, folded)
	}
	return s, nil
}

// KeepEmails returns a scrubber that lets e-mail addresses be: they say who sent a
// request, and are no key to anything.
func (s *Scrubber) KeepEmails() *Scrubber {
	kept := *s
	kept.keepEmails = true
	return &kept
}

// hide returns what stands in place of a text.
func (s *Scrubber) hide(reason, text string) string {
	if s.audit == nil {
		return filtered
	}
	return s.audit.hide(reason, text)
}

var spellings = strings.NewReplacer("-", "_", " ", "_")

// fold brings the spellings of a name together: "X-Api-Key", "x api key" and
// "x_api_key".
func fold(name string) string {
	return spellings.Replace(strings.ToLower(strings.TrimSpace(name)))
}

// denies reports whether the value of name must not be kept.
func (s *Scrubber) denies(name string) bool {
	if name == "" {
		return false
	}
	name = fold(name)
	return slices.ContainsFunc(s.terms, func(term string) bool { return strings.Contains(name, term) })
}

// hideNamed returns what stands in place of the value of a name.
func (s *Scrubber) hideNamed(name, value string) string {
	if s.audit == nil {
		return filtered
	}
	return s.audit.hide(s.because(name), value)
}

// because says which term hides the value of a name.
func (s *Scrubber) because(name string) string {
	name = strings.TrimSpace(name)
	folded := fold(name)
	i := slices.IndexFunc(s.terms, func(term string) bool { return strings.Contains(folded, term) })
	if i < 0 {
		return fmt.Sprintf("name %q", name)
	}
	return fmt.Sprintf("name %q contains %q", name, s.terms[i])
}
