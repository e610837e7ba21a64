package dashboards

import (
	"maps"
	"regexp"
	"slices"
	"testing"
)

// asked is what an expression asks for: metrics with the labels that select their
// series, and the labels that it groups or joins by.
type asked struct {
	metrics map[string][]string
	groups  []string
}

var (
	token      = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[a-zA-Z_][\w:]*|[0-9][\w.]*|\S`)
	identifier = regexp.MustCompile(`^[a-zA-Z_]`)
)

// parse finds the names in an expression of PromQL.
func parse(expr string) asked {
	found := asked{metrics: make(map[string][]string)}
	tokens := token.FindAllString(expr, -1)
	at := func(i int) string {
		if i < len(tokens) {
			return tokens[i]
		}
		return ""
	}
	// names returns the identifiers up to a closing token, and where that is.
	names := func(i int, end string) (all []string, last int) {
		for ; at(i) != "" && at(i) != end; i++ {
			if identifier.MatchString(at(i)) {
				all = append(all, at(i))
			}
		}
		return all, i
	}
	for i := 0; i < len(tokens); i++ {
		switch name := tokens[i]; {
		case !identifier.MatchString(name) || slices.Contains([]string{"and", "or", "unless", "offset", "bool"}, name):
		case slices.Contains([]string{"by", "without", "on", "ignoring", "group_left", "group_right"}, name):
			var labels []string
			labels, i = names(i+1, ")")
			found.groups = append(found.groups, labels...)
		case at(i+1) == "(" || at(i+1) == "by" || at(i+1) == "without": // a function, an aggregation
		default:
			var labels []string
			if at(i+1) == "{" {
				labels, i = names(i+2, "}")
			}
			found.metrics[name] = append(found.metrics[name], labels...)
		}
	}
	return found
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		expr    string
		metrics map[string][]string
		groups  []string
	}{
		{`a`, map[string][]string{"a": nil}, nil},
		{`a{b="c{d}", e=~"f"}`, map[string][]string{"a": {"b", "e"}}, nil},
		{`sum by (b, le) (rate(a_bucket{c!="d"}[$__rate_interval] offset 1d))`, map[string][]string{"a_bucket": {"c"}}, []string{"b", "le"}},
		{`time() - max by (b) (a) or vector(0)`, map[string][]string{"a": nil}, []string{"b"}},
		{`a / on (x) group_left (y) (b > 0) and c unless d`, map[string][]string{"a": nil, "b": nil, "c": nil, "d": nil}, []string{"x", "y"}},
		{`level:a:rate5m > 14.4 * 0.001`, map[string][]string{"level:a:rate5m": nil}, nil},
	} {
		got := parse(c.expr)
		if !maps.EqualFunc(got.metrics, c.metrics, slices.Equal[[]string]) || !slices.Equal(got.groups, c.groups) {
			t.Errorf("%s: %v", c.expr, got)
		}
	}
}
