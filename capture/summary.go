package capture

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/caddy-django/gateway/evidence"
)

// maxSummary is in bytes. It is more than what is shown, so that scrubbing and
// normalizing see whole values.
const maxSummary = 1 << 10

// summarize returns the line of a failing response that says what went wrong:
// the exception of a debug page, the title of another, the message of a JSON
// error, the first line of a text. It is what a person reads in a list, and what
// tells two failures of one route apart. Empty if there is no such line.
func summarize(said *evidence.Evidence) string { return oneLine(said.Summary()) }

// oneLine makes s fit for a list: what does not print, such as the escape
// sequences of a terminal, counts as a blank.
func oneLine(s string) string {
	const margin = 4 // blanks may make up most of it
	words := strings.FieldsFunc(clip(s, margin*maxSummary), func(r rune) bool { return !unicode.IsPrint(r) || r == ' ' })
	return clip(strings.Join(words, " "), maxSummary)
}

// clip cuts s to at most n bytes between two characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	const mark = "…"
	n -= len(mark)
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + mark
}
