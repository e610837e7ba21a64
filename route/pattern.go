package route

import (
	"fmt"
	"strings"
)

// Pattern is one route in the syntax of Django's path(): literal text and
// converters such as <int:pk>. It matches whole paths.
type Pattern struct {
	text  string
	parts []part
}

// part is a literal, or a converter if match is set.
type part struct {
	literal string
	match   func(s string) int // length in bytes of the longest match at the start of s
}

// ParsePattern reads a pattern with its leading slash, such as
// "/users/<int:pk>/". The rules are those of Django's urls/resolvers.py,
// _route_to_regex.
func ParsePattern(text string) (*Pattern, error) {
	if !strings.HasPrefix(text, "/") {
		return nil, fmt.Errorf("route %q does not start with a slash: write %q", text, "/"+text)
	}
	p := &Pattern{text: text}
	names := make(map[string]bool)
	for rest := text; rest != ""; {
		literal, after, found := strings.Cut(rest, "<")
		if strings.Contains(literal, ">") {
			return nil, fmt.Errorf("route %q has a > without its <: a converter looks like <int:pk>", text)
		}
		if literal != "" {
			p.parts = append(p.parts, part{literal: literal})
		}
		if !found {
			break
		}
		inner, after, closed := strings.Cut(after, ">")
		if !closed || strings.Contains(inner, "<") {
			return nil, fmt.Errorf("route %q has a < without its >: a converter looks like <int:pk>", text)
		}
		converter, name, typed := strings.Cut(inner, ":")
		if !typed {
			converter, name = "str", inner // Django: <name> is <str:name>
		}
		match, ok := converters[converter]
		if !ok {
			return nil, fmt.Errorf("route %q has the unknown converter %q: use int, path, slug, str or uuid", text, converter)
		}
		if !isIdentifier(name) {
			return nil, fmt.Errorf("route %q has the parameter name %q, which is no Python identifier: use letters, digits and _", text, name)
		}
		if names[name] {
			return nil, fmt.Errorf("route %q uses the parameter name %q twice: name each differently", text, name)
		}
		names[name] = true
		p.parts = append(p.parts, part{match: match})
		rest = after
	}
	return p, nil
}

// String returns the pattern as it was written, which is its label.
func (p *Pattern) String() string { return p.text }

// maxSteps bounds the backtracking in one path: a pattern with several path
// converters could otherwise be made to try every split of a long path.
const maxSteps = 4096

// Match reports whether path is one that Django would resolve to p.
func (p *Pattern) Match(path string) bool {
	steps := maxSteps
	return match(p.parts, path, &steps)
}

func match(parts []part, s string, steps *int) bool {
	if len(parts) == 0 {
		return s == ""
	}
	first, rest := parts[0], parts[1:]
	if first.match == nil {
		return strings.HasPrefix(s, first.literal) && match(rest, s[len(first.literal):], steps)
	}
	// As Python's re: the longest first, then ever shorter ones.
	longest := first.match(s)
	if len(rest) == 0 {
		return longest > 0 && longest == len(s)
	}
	for n := longest; n > 0; n-- {
		if *steps--; *steps < 0 {
			return false
		}
		if first.match(s[:n]) == n && match(rest, s[n:], steps) {
			return true
		}
	}
	return false
}

func isIdentifier(s string) bool {
	for i, c := range s {
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
