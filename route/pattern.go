package route

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Pattern is one route in the syntax of Django's path(): literal text and
// converters such as <int:pk>. It matches whole paths.
type Pattern struct {
	route *Route
	parts []part
}

// part is a literal, or a converter if that is set.
type part struct {
	literal   string
	converter *converter
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
			p.parts = append(p.parts, part{literal: literal})
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
		p.parts = append(p.parts, part{converter: converter})
		rest = after
	}
	return p, nil
}

// String returns the pattern as it was written, which is its label.
func (p *Pattern) String() string { return p.route.Label }

// Bounds of the work for one path, in bytes looked at: a pattern with several
// path converters could otherwise be made to try every split of a long path.
const (
	minWork     = 1 << 16
	workPerByte = 8
)

// Match reports whether path is one that Django would resolve to p.
func (p *Pattern) Match(path string) bool {
	s := search{work: minWork + workPerByte*len(path)}
	return s.match(p.parts, path) && !s.tooLong
}

// search is the matching of one path.
type search struct {
	work    int  // that is left
	tooLong bool // a converter gives up on what it matched
}

func (s *search) match(parts []part, path string) bool {
	if len(parts) == 0 {
		return path == ""
	}
	converter, rest := parts[0].converter, parts[1:]
	if converter == nil {
		after, ok := strings.CutPrefix(path, parts[0].literal)
		return ok && s.match(rest, after)
	}
	longest := converter.match(path)
	s.work -= longest
	shortest := 1
	switch {
	case len(rest) == 0:
		shortest = len(path)
	case converter.fixed:
		shortest = longest
	}
	// As Python's re: the longest first, then ever shorter ones.
	for n := longest; n >= max(shortest, 1); n-- {
		if s.work--; s.work < 0 {
			return false
		}
		if n < len(path) && !utf8.RuneStart(path[n]) {
			continue
		}
		if s.match(rest, path[n:]) {
			// Django converts what the expression found, and looks for no
			// other match if that fails.
			s.tooLong = s.tooLong || converter.max > 0 && n > converter.max
			return true
		}
	}
	return false
}

func isIdentifier(s string) bool {
	for i, c := range s {
		if c != '_' && !unicode.IsLetter(c) && (i == 0 || !unicode.IsDigit(c)) {
			return false
		}
	}
	return s != ""
}
