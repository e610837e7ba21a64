package measure

import (
	"slices"
	"testing"
)

func TestARoundTakesEachSubjectOnce(t *testing.T) {
	const n = 4
	all := []int{0, 1, 2, 3}
	var first []int
	for round := range n {
		order := Turns(n, round)
		first = append(first, order[0])
		if sorted := slices.Sorted(slices.Values(order)); !slices.Equal(sorted, all) {
			t.Errorf("round %d takes %v", round, order)
		}
	}
	if sorted := slices.Sorted(slices.Values(first)); !slices.Equal(sorted, all) {
		t.Errorf("the rounds begin with %v, want each subject once", first)
	}
}
