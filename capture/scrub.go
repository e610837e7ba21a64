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
	terms []string
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
