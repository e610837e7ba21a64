package capture

import (
	"fmt"
	"strings"

	"github.com/caddy-django/gateway/internal/secretname"
)

// Scrubber removes what could identify or authenticate a person: by the name
// that a value goes under, and what shows by its shape that it is a secret. It
// is safe for concurrent use.
type Scrubber struct {
	names      *secretname.Matcher
	terms      []string // the operator's own; folded
	keepEmails bool
	audit      *audit // nil unless someone wants an explanation
}

// NewScrubber makes a scrubber with the built-in terms and those given. A term
// that begins with a minus takes a built-in one away.
func NewScrubber(terms []string) (*Scrubber, error) {
	s := new(Scrubber)
	var without []string
	for _, term := range terms {
		removed, remove := strings.CutPrefix(strings.TrimSpace(term), "-")
		folded := fold(removed)
		switch {
		case folded == "" && remove:
			return nil, fmt.Errorf("scrub term %q names no term: write one such as -session", term)
		case folded == "":
			return nil, fmt.Errorf("scrub term %q is empty: it would hide everything", term)
		case !remove:
			s.terms = append(s.terms, folded)
		case !secretname.IsTerm(folded):
			return nil, fmt.Errorf("scrub term %q is not built in: remove a built-in one, such as -session, "+
				"or drop the minus to hide names with %q", term, removed)
		default:
			without = append(without, folded)
		}
	}
	names, err := secretname.Without(without)
	s.names = names
	return s, err
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
	verdict, _ := s.judge(name)
	return verdict == secretname.Secret
}

// judge says whether a name is one of a secret, and which term makes it that.
func (s *Scrubber) judge(name string) (secretname.Verdict, string) {
	if name == "" {
		return secretname.Harmless, ""
	}
	if len(s.terms) > 0 {
		folded := fold(name)
		for _, term := range s.terms {
			if strings.Contains(folded, term) {
				return secretname.Secret, term
			}
		}
	}
	return s.names.Judge(name)
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
	if _, term := s.judge(name); term != "" {
		return fmt.Sprintf("name %q contains %q", name, term)
	}
	return fmt.Sprintf("name %q", name)
}
