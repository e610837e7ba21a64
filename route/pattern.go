package route

import (
	"fmt"
	"strings"
	"unicode"
)

// Pattern is one route in the syntax of Django's path(): literal text and
// converters such as <int:pk>. It matches whole paths.
type Pattern struct {
	route    *Route
	segments []segment
}

// ParsePattern reads a pattern with its leading slash, such as
// "/users/<int:pk>/". The rules are those of Django's urls/resolvers.py,
// _route_to_regex.
func ParsePattern(text string) (*Pattern, error) {
	if !strings.HasPrefix(text, "/") && !strings.HasPrefix(text, "^") {
		return nil, fmt.Errorf("route %q does not start with a slash: write %q", text, "/"+text)
	}
	if strings.ContainsAny(text, "^$?#\\") {
		return nil, fmt.Errorf("route %q is not in the syntax of path(): write a regular expression of re_path() as a path, such as /users/<int:pk>/", text)
	}
	p := &Pattern{route: newRoute(text)}
	names := make(map[string]bool)
	for rest := text; rest != ""; {
		literal, after, found := strings.Cut(rest, "<")
		if strings.Contains(literal, ">") {
			return nil, fmt.Errorf("route %q has a > without its <: a converter looks like <int:pk>", text)
		}
		if literal != "" {
			p.segments = append(p.segments, segment{literal: literal})
		}
		if !found {
			break
		}
		inner, after, closed := strings.Cut(after, ">")
		if !closed || strings.Contains(inner, "<") {
			return nil, fmt.Errorf("route %q has a < without its >: a converter looks like <int:pk>", text)
		}
		kind, name, typed := strings.Cut(inner, ":")
		if !typed {
			kind, name = "str", inner // Django: <name> is <str:name>
		}
		converter, ok := converters[kind]
		if !ok {
			return nil, fmt.Errorf("route %q has the unknown converter %q: use int, path, slug, str or uuid", text, kind)
		}
		if !isIdentifier(name) {
			return nil, fmt.Errorf("route %q has the parameter name %q, which is no Python identifier: use letters, digits and _", text, name)
		}
		if names[name] {
			return nil, fmt.Errorf("route %q uses the parameter name %q twice: name each differently", text, name)
		}
		names[name] = true
		p.segments = append(p.segments, segment{name: name, converter: converter})
		rest = after
	}
	return p, nil
}

// String returns the pattern as it was written, which is its label.
func (p *Pattern) String() string { return p.route.Label }

// Match reports whether path is one that Django would resolve to p. It is false
// for one that takes too long to find out.
func (p *Pattern) Match(path string) bool { return p.match(new(budget), path) }

func (p *Pattern) match(b *budget, path string) bool {
	s := segmentSearch{budget: b, whole: true}
	_, ok := s.match(p.segments, path)
	return ok && !s.failed
}

func isIdentifier(s string) bool {
	for i, c := range s {
		if c != '_' && !unicode.IsLetter(c) && (i == 0 || !unicode.IsDigit(c)) {
			return false
		}
	}
	return s != ""
}
