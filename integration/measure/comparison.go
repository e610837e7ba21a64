package measure

import (
	"fmt"
	"slices"
)

// Comparison is a figure of one subject divided by that of another. Subjects are
// compared within a round, where they had the same machine to themselves: what
// differs between rounds is the noise of others.
type Comparison struct {
	Name        string
	Of, Against int // subjects
	Figure      func(Figures) float64
	Target      Target
}

// Target bounds a ratio; 0 is no bound.
type Target struct{ AtMost, AtLeast float64 }

func (t Target) String() string {
	switch {
	case t.AtMost > 0:
		return fmt.Sprintf("at most %.2f", t.AtMost)
	case t.AtLeast > 0:
		return fmt.Sprintf("at least %.2f", t.AtLeast)
	default:
		return ""
	}
}

func (t Target) met(ratio float64) bool {
	return (t.AtMost == 0 || ratio <= t.AtMost) && ratio >= t.AtLeast
}

// Ratio is what a comparison has come to.
type Ratio struct {
	Name   string    `json:"name"`
	Median float64   `json:"median"`
	Min    float64   `json:"min"`
	Max    float64   `json:"max"`
	Rounds []float64 `json:"rounds"`
	Target string    `json:"target,omitempty"`
	Met    bool      `json:"met"`
}

// Ratio compares two of the series of all subjects.
func (c Comparison) Ratio(all []Series) Ratio {
	rounds := make([]float64, len(all[c.Of]))
	for i := range rounds {
		rounds[i] = c.Figure(all[c.Of][i]) / c.Figure(all[c.Against][i])
	}
	m := median(rounds)
	return Ratio{
		Name:   c.Name,
		Median: m,
		Min:    slices.Min(rounds),
		Max:    slices.Max(rounds),
		Rounds: rounds,
		Target: c.Target.String(),
		Met:    c.Target.met(m),
	}
}

// Verdict says whether the target was met, if there is one.
func (r Ratio) Verdict() string {
	switch {
	case r.Target == "":
		return ""
	case r.Met:
		return "met"
	default:
		return "missed"
	}
}

// RatioTable shows ratios beside their targets.
func RatioTable(ratios []Ratio) Table {
	t := Table{{"round by round", "median", "min..max", "target", ""}}
	for _, r := range ratios {
		t = append(t, []string{r.Name, fmt.Sprintf("%.3f", r.Median), fmt.Sprintf("%.3f..%.3f", r.Min, r.Max), r.Target, r.Verdict()})
	}
	return t
}

// Missed returns the names of the ratios that missed their target.
func Missed(ratios []Ratio) (names []string) {
	for _, r := range ratios {
		if !r.Met {
			names = append(names, r.Name)
		}
	}
	return names
}
