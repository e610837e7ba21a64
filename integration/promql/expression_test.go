package promql

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/caddy-django/gateway/integration/promql/grafana"
)

// earlier is where an offset of a day or more looks in a run that lasts a
// minute: still within the traffic that the question is about.
const earlier = 5 * time.Second

// chosen is the route that has every kind of answer, on the only site.
var chosen = grafana.Variables{RateInterval: window, Range: time.Minute, Site: "127.0.0.1", Route: "/crash/<slug:kind>/"}

// parse puts in what Grafana puts in for its variables, and brings what was long
// ago into the run.
func parse(expr string) (parser.Expr, error) {
	filled := chosen.In(expr)
	parsed, err := parser.NewParser(parser.Options{}).ParseExpr(filled)
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, filled)
	}
	for _, s := range selectors(parsed) {
		if s.OriginalOffset >= 24*time.Hour {
			s.OriginalOffset = earlier
		}
	}
	return parsed, nil
}

// selectors returns what an expression reads.
func selectors(expr parser.Expr) []*parser.VectorSelector {
	var found []*parser.VectorSelector
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if s, ok := node.(*parser.VectorSelector); ok {
			found = append(found, s)
		}
		return nil
	})
	return found
}

// compared takes a condition apart into the values it compares, without the
// numbers it compares them with. What compares nothing is its own value.
func compared(expr parser.Expr) []parser.Expr {
	switch e := expr.(type) {
	case *parser.ParenExpr:
		return compared(e.Expr)
	case *parser.BinaryExpr:
		if e.Op.IsComparisonOperator() || e.Op.IsSetOperator() {
			return append(compared(e.LHS), compared(e.RHS)...)
		}
	}
	if expr.Type() == parser.ValueTypeScalar {
		return nil
	}
	return []parser.Expr{expr}
}

// check complains unless an expression has an answer at a moment that is
// nothing but finite numbers. It must come from the series: a zero that stands
// for none hides a name that is wrong.
func (h history) check(ctx context.Context, expr parser.Expr, at time.Time) error {
	for _, s := range selectors(expr) {
		read, err := h.Prometheus.Instant(ctx, s.String(), at)
		if err != nil {
			return err
		}
		if len(read) == 0 {
			return fmt.Errorf("there is no %s", s)
		}
	}
	answer, err := h.Prometheus.Instant(ctx, expr.String(), at)
	if err != nil {
		return err
	}
	if len(answer) == 0 {
		return errors.New("there is no answer")
	}
	for _, sample := range answer {
		value := sample.F
		if sample.H != nil {
			value = sample.H.Sum
		}
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return fmt.Errorf("the answer for %s is %v", sample.Metric, value)
		}
	}
	return nil
}

func TestConditionsAreTakenApart(t *testing.T) {
	for _, c := range []struct {
		name, expr string
		want       []string
	}{
		{"what is compared with a number", `sum(a) > 5`, []string{`sum(a)`}},
		{"what is compared with a calculation", `a > 14.4 * 0.001`, []string{`a`}},
		{"both sides of a comparison", `a > b`, []string{`a`, `b`}},
		{"every part of a condition", `(a > 1 and b > 2) unless on (x) c`, []string{`a`, `b`, `c`}},
		{"a value that compares inside is whole", `a / (b > 0) > 1`, []string{`a / (b > 0)`}},
		{"a value is itself", `rate(a[5m])`, []string{`rate(a[5m])`}},
		{"a day ago is within the run", `a offset 1d > 1`, []string{`a offset 5s`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			expr, err := parse(c.expr)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, value := range compared(expr) {
				got = append(got, value.String())
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
