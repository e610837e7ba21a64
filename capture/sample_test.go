package capture

import (
	"strings"
	"testing"
)

func TestParseRate(t *testing.T) {
	for text, want := range map[string]float64{"0": 0, "1": 1, "0.25": 0.25, "1e-3": 0.001, ".5": 0.5} {
		if rate, err := ParseRate(text, "only the first of each group"); err != nil || rate != want {
			t.Errorf("ParseRate(%q) = %v, %v; want %v", text, rate, err, want)
		}
	}
	for text, want := range map[string]string{
		"20%":   "20% is not a fraction between 0 and 1: for 20 % write 0.2",
		"29 %":  "for 29 % write 0.29",
		"200%":  "for all write 1",
		"20":    "20 is not a fraction between 0 and 1: for 20 % write 0.2",
		"1.5":   "for 1.5 % write 0.015",
		"101":   "for all write 1",
		"-0.1":  "for all write 1",
		"NaN":   "for all write 1",
		"inf":   "for all write 1",
		"0,2":   "write 0.2",
		"true":  "write 1 for all, 0.2 for 20 %, 0 for only the first of each group",
		"false": "0 for only the first of each group",
		"off":   "0 for only the first of each group",
		"%":     "0 for only the first of each group",
		"":      "0 for only the first of each group",
	} {
		if _, err := ParseRate(text, "only the first of each group"); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("ParseRate(%q): %v, want …%s", text, err, want)
		}
	}
}
