package route

import (
	"strings"
	"unicode/utf8"
)

// segment is literal text of a path() or, if converter is set, a parameter.
type segment struct {
	literal   string
	name      string
	converter *converter
}

// builtin are the classes of Django's own converters (urls/converters.py).
var builtin = map[string]*converter{
	"django.urls.converters.IntConverter":    converters["int"],
	"django.urls.converters.PathConverter":   converters["path"],
	"django.urls.converters.SlugConverter":   converters["slug"],
	"django.urls.converters.StringConverter": converters["str"],
	"django.urls.converters.UUIDConverter":   converters["uuid"],
}

// segments splits a route as Django does (urls/resolvers.py, _route_to_regex). It
// fails if a parameter is not of one of the built-in converters.
func segments(route string, with map[string]URLConverter) ([]segment, bool) {
	var all []segment
	literal := 0
	for i := 0; i < len(route); i++ {
		if route[i] != '<' {
			continue
		}
		end := strings.IndexByte(route[i:], '>')
		if end < 2 {
			continue // Django takes the < for a literal
		}
		_, name, typed := strings.Cut(route[i+1:i+end], ":")
		if !typed {
			name = route[i+1 : i+end]
		}
		c, ok := with[name]
		if !ok || c.Opaque || builtin[c.Class] == nil {
			return nil, false
		}
		if literal < i {
			all = append(all, segment{literal: route[literal:i]})
		}
		all = append(all, segment{name: name, converter: builtin[c.Class]})
		i += end
		literal = i + 1
	}
	if literal < len(route) {
		all = append(all, segment{literal: route[literal:]})
	}
	return all, true
}

// segmentSearch is the matching of one path with segments, as Python's re would.
type segmentSearch struct {
	budget *budget
	whole  bool // the match must end where the path ends
	failed bool // a converter refused what it matched
	kwargs map[string]string
}

// match returns the rest of the path after the match.
func (s *segmentSearch) match(all []segment, path string) (rest string, ok bool) {
	if len(all) == 0 {
		return path, !s.whole || path == ""
	}
	converter, others := all[0].converter, all[1:]
	if converter == nil {
		after, ok := strings.CutPrefix(path, all[0].literal)
		if !ok {
			return "", false
		}
		return s.match(others, after)
	}
	longest := converter.match(path)
	if !s.budget.spend(longest) {
		return "", false
	}
	shortest := 1
	switch {
	case len(others) == 0 && s.whole:
		shortest = len(path)
	case converter.fixed:
		shortest = longest
	}
	for n := longest; n >= max(shortest, 1); n-- {
		if !s.budget.spend(1) {
			return "", false
		}
		if n < len(path) && !utf8.RuneStart(path[n]) {
			continue
		}
		if rest, ok := s.match(others, path[n:]); ok {
			// Django converts what the expression found, and looks for no
			// other match if that fails.
			s.failed = s.failed || converter.max > 0 && n > converter.max
			if s.kwargs != nil {
				s.kwargs[all[0].name] = path[:n]
			}
			return rest, true
		}
	}
	return "", false
}
