package capture

import (
	"strings"
	"testing"
)

func newPolicy(t testing.TB, r Rules) *Policy {
	t.Helper()
	p, err := NewPolicy(r)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// captured returns what became of failures of a site with these rules.
func captured(t *testing.T, rules Rules, failures int) *recording {
	t.Helper()
	r := newRecording()
	site := r.Site(Options{Scrubber: newScrubber(t), Policy: newPolicy(t, rules)})
	for range failures {
		site.Observe(asText("shop.errors.TillStuck: drawer 4"))
	}
	r.close(t)
	return r
}

func TestIgnoringTakesOneKindOfCondition(t *testing.T) {
	for _, c := range []struct {
		name   string
		ignore Conditions
		want   Disposition
	}{
		{"none", Conditions{}, Captured},
		{"one of the request that holds", Conditions{Statuses: []string{"500"}}, Ignored},
		{"one of the body that holds", Conditions{Exceptions: []string{"TillStuck"}}, Ignored},
		{"one of two that holds, of the request", Conditions{Statuses: []string{"5xx"}, Exceptions: []string{"KeyError"}}, Ignored},
		{"one of two that holds, of the body", Conditions{Statuses: []string{"501"}, Messages: []string{"drawer *"}}, Ignored},
		{"none of several that holds", Conditions{Paths: []string{"/"}, Messages: []string{"drawer"}, Bots: true}, Captured},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := captured(t, Rules{Ignore: c.ignore}, 1)
			r.want(t, map[Disposition]int{c.want: 1})
			if kept := len(r.all); (kept == 1) != (c.want == Captured) {
				t.Errorf("%d occurrences", kept)
			}
		})
	}
}

func TestWhatTheRequestShowsIsIgnoredBeforeTheQueue(t *testing.T) {
	r := newRecording() // nobody takes anything
	site := r.Site(Options{Scrubber: newScrubber(t), Policy: newPolicy(t, Rules{Ignore: Conditions{Statuses: []string{"500"}}})})
	for range maxQueued + 1 {
		site.Observe(asText("boom"))
	}
	r.want(t, map[Disposition]int{Ignored: maxQueued + 1})
}

func TestSampling(t *testing.T) {
	tenth := 0.1
	for _, c := range []struct {
		name  string
		rules Rules
		want  map[Disposition]int
	}{
		{"every failure, unless there are rules", Rules{}, map[Disposition]int{Captured: 5, RateLimited: 15}},
		{"by the rate of all", Rules{SampleRate: &tenth}, map[Disposition]int{Captured: 2, SampledOut: 18}},
		{"by the first rule that holds", Rules{SampleRate: &tenth, Samples: []SampleRule{
			{0, Conditions{Statuses: []string{"501"}}},
			{0.25, Conditions{Statuses: []string{"500"}}},
			{1, Conditions{Exceptions: []string{"TillStuck"}}},
		}}, map[Disposition]int{Captured: 5, SampledOut: 15}},
		{"by no rule of which only one condition holds", Rules{SampleRate: &tenth, Samples: []SampleRule{
			{0, Conditions{Statuses: []string{"500"}, Exceptions: []string{"KeyError"}}},
			{0, Conditions{Statuses: []string{"501"}, Exceptions: []string{"TillStuck"}}},
		}}, map[Disposition]int{Captured: 2, SampledOut: 18}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := captured(t, c.rules, 20)
			r.want(t, c.want)
			if len(r.all) != 20 {
				t.Errorf("%d occurrences, want all 20 in the group's count", len(r.all))
			}
		})
	}
}

func TestRulesThatMakeNoSenseAreRefused(t *testing.T) {
	rate := func(r float64) *float64 { return &r }
	for _, c := range []struct {
		rules Rules
		want  string
	}{
		{Rules{Ignore: Conditions{Paths: []string{"health"}}}, `ignore: path "health"`},
		{Rules{SampleRate: rate(20)}, "sample_rate 20 is not a fraction between 0 and 1: for 20 % write 0.2"},
		{Rules{SampleRate: rate(-1)}, "sample_rate -1 is not a fraction between 0 and 1: for all write 1"},
		{Rules{Samples: []SampleRule{{Rate: 2, Conditions: Conditions{Bots: true}}}}, "sample 2 is not a fraction"},
		{Rules{Samples: []SampleRule{{Rate: 0.5}}}, "sample 0.5 has no conditions: for all failures write sample_rate 0.5"},
		{Rules{Samples: []SampleRule{{Rate: 0.5, Conditions: Conditions{Statuses: []string{"x"}}}}}, `sample 0.5: status "x"`},
		{Rules{Groups: []GroupRule{{}}}, "group: fingerprint is missing"},
		{Rules{Groups: []GroupRule{{Conditions{Statuses: []string{"x"}}, []string{"a"}}}}, `group: status "x"`},
	} {
		if _, err := NewPolicy(c.rules); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want …%s…", c.rules, err, c.want)
		}
	}
}
