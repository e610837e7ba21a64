package nginx

import (
	"regexp"
	"strings"
)

// Expected is a difference that has a reason.
type Expected struct {
	What   string // differs, in words
	Cases  string // regular expression of their names
	Aspect string // regular expression
	Nginx  string // what it says; * is anything
	Ours   string // what the gateway says; * is anything
	Why    string
}

func (e Expected) explains(d Difference) bool {
	return whole(e.Cases, d.Case) && whole(e.Aspect, ofAnswer.ReplaceAllString(d.Aspect, "")) && like(e.Nginx, d.Nginx) && like(e.Ours, d.Ours)
}

// ofAnswer is what Compare puts before an aspect of an answer but the first.
var ofAnswer = regexp.MustCompile(`^answer \d+: `)

func whole(pattern, text string) bool {
	return regexp.MustCompile(`^(?s:` + pattern + `)$`).MatchString(text)
}

func like(pattern, text string) bool {
	return whole(strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*"), text)
}
