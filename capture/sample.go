package capture

import (
	"fmt"
	"strconv"
	"strings"
)

// SampleRule is how many of the failures that meet all its conditions may become
// events.
type SampleRule struct {
	// Rate is a fraction from 0 to 1.
	Rate float64 `json:"rate"`
	Conditions
}

type sampler struct {
	matcher
	rate float64
}

func (r SampleRule) compile() (sampler, error) {
	if err := validateRate(r.Rate); err != nil {
		return sampler{}, fmt.Errorf("sample %w", err)
	}
	m, err := r.Conditions.compile()
	if err != nil {
		return sampler{}, fmt.Errorf("sample %v: %w", r.Rate, err)
	}
	if m.empty() {
		return sampler{}, fmt.Errorf("sample %v has no conditions: for all failures write sample_rate %[1]v", r.Rate)
	}
	return sampler{m, r.Rate}, nil
}

// Validate refuses a rate that is no fraction, and conditions that are none.
func (r SampleRule) Validate() error {
	_, err := r.compile()
	return err
}

// ParseRate reads a fraction from 0 to 1, and tells what a percentage or a
// boolean should have been. none says what 0 stands for.
func ParseRate(text, none string) (float64, error) {
	rate, err := strconv.ParseFloat(text, 64)
	if err == nil {
		return rate, validateRate(rate)
	}
	if number, percent := strings.CutSuffix(text, "%"); percent {
		if rate, err = strconv.ParseFloat(strings.TrimSpace(number), 64); err == nil {
			return 0, notAFraction(text, rate)
		}
	}
	if number := strings.Replace(text, ",", ".", 1); number != text {
		if _, err = strconv.ParseFloat(number, 64); err == nil {
			return 0, fmt.Errorf("%s is not a fraction between 0 and 1: write %s", text, number)
		}
	}
	return 0, fmt.Errorf("%s is not a fraction between 0 and 1: write 1 for all, 0.2 for 20 %%, 0 for %s", text, none)
}

// notAFraction says what to write for a percentage.
func notAFraction(given string, percent float64) error {
	if !(percent >= 0 && percent <= 100) {
		return fmt.Errorf("%s is not a fraction between 0 and 1: for all write 1", given)
	}
	return fmt.Errorf("%s is not a fraction between 0 and 1: for %g %% write %g", given, percent, percent/100)
}

func validateRate(rate float64) error {
	if rate >= 0 && rate <= 1 {
		return nil
	}
	return notAFraction(strconv.FormatFloat(rate, 'g', -1, 64), rate)
}
