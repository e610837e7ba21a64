package measure

import (
	"testing"
)

func TestSubjectsAreComparedRoundByRound(t *testing.T) {
	// The medians of 30 and 20 would say 1.5; the machine was slow in one round.
	all := []Series{
		{{CPU: 10}, {CPU: 20}, {CPU: 100}},
		{{CPU: 30}, {CPU: 24}, {CPU: 110}},
	}
	got := Comparison{Name: "x", Of: 1, Against: 0, Figure: CPUOf, Target: Target{AtMost: 1.1}}.Ratio(all)
	if got.Median != 1.2 || got.Min != 1.1 || got.Max != 3 {
		t.Errorf("%v in %v..%v, want 1.2 in 1.1..3", got.Median, got.Min, got.Max)
	}
	if got.Met || got.Target != "at most 1.10" || len(got.Rounds) != 3 {
		t.Errorf("%+v", got)
	}
}

func TestTargets(t *testing.T) {
	for _, c := range []struct {
		name   string
		target Target
		ratio  float64
		met    bool
		text   string
	}{
		{"a ratio at the upper bound meets it", Target{AtMost: 1.05}, 1.05, true, "at most 1.05"},
		{"a ratio above the upper bound misses it", Target{AtMost: 1.05}, 1.051, false, "at most 1.05"},
		{"a ratio at the lower bound meets it", Target{AtLeast: 0.85}, 0.85, true, "at least 0.85"},
		{"a ratio below the lower bound misses it", Target{AtLeast: 0.85}, 0.849, false, "at least 0.85"},
		{"without a bound every ratio will do", Target{}, 7, true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.target.met(c.ratio) != c.met || c.target.String() != c.text {
				t.Errorf("met %t, %q, want %t, %q", !c.met, c.target, c.met, c.text)
			}
		})
	}
}
