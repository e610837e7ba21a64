package capture

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// maxSummary is in bytes. It is more than what is shown, so that scrubbing and
// normalizing see whole values.
const maxSummary = 1 << 10

// summarize returns the line of a failing response that says what went wrong:
// the title of a page, the message of a JSON error, the first line of a text.
// It is what a person reads in a list, and what tells two failures of one route
// apart. Empty if there is no such line.
func summarize(body []byte, f format) string {
	var line string
	switch f {
	case formatHTML:
		line = htmlSummary(body)
	case formatJSON:
		line = jsonSummary(body, maxMessageDepth)
	case formatText:
		line = textSummary(string(body))
	}
	return oneLine(line)
}

// oneLine makes s fit for a list: what does not print, such as the escape
// sequences of a terminal, counts as a blank.
func oneLine(s string) string {
	const margin = 4 // blanks may make up most of it
	words := strings.FieldsFunc(clip(s, margin*maxSummary), func(r rune) bool { return !unicode.IsPrint(r) || r == ' ' })
	return clip(strings.Join(words, " "), maxSummary)
}

// htmlSummary returns the title of a page or, without one, its first heading or
// its first words.
func htmlSummary(body []byte) string {
	z := html.NewTokenizer(bytes.NewReader(body))
	var within, title, words string
	for {
		switch z.Next() {
		case html.ErrorToken:
			if title != "" {
				return title
			}
			return words
		case html.StartTagToken:
			token := z.Token()
			within = token.Data
			if token.DataAtom == 0 && !strings.Contains(token.Data, "-") {
				return "" // XML, where any word may be a secret
			}
			if attribute(token, "class") == "exception_value" {
				within = "exception_value"
			}
		case html.EndTagToken:
			within = ""
		case html.TextToken:
			line := strings.Join(strings.Fields(string(z.Text())), " ")
			switch {
			case line == "" || within == "style" || within == "script" || within == "textarea":
			case within == "exception_value" && debugTitle(title):
				return withMessage(title, line)
			case within == "title" || within == "h1":
				if title == "" {
					title = line
				}
				if !debugTitle(title) {
					return title
				}
			case words == "":
				words = line
			}
		}
	}
}

// debugTitle reports whether title is that of Django's debug page, "ValueError
// at /path" (views/templates/technical_500.html). What went wrong stands below.
func debugTitle(title string) bool {
	name, _, found := strings.Cut(title, " at /")
	return found && name != "" && !strings.Contains(name, " ")
}

// withMessage leaves out the path, which the route says better, and puts the
// message of the exception in its place.
func withMessage(title, message string) string {
	name, _, _ := strings.Cut(title, " ")
	if message == "No exception message supplied" {
		return name
	}
	return name + ": " + message
}

// messageKeys hold the message in the errors of Django REST framework, Django
// Ninja, GraphQL and problem details (RFC 9457), the most telling first.
var messageKeys = []string{"detail", "message", "error", "title", "msg", "errors", "code", "type"}

// maxMessageDepth is how deep in a JSON document the message is looked for.
const maxMessageDepth = 4

func jsonSummary(body []byte, depth int) string {
	var object map[string]json.RawMessage
	var list []json.RawMessage
	switch {
	case depth == 0:
		return ""
	case json.Unmarshal(body, &object) == nil:
		for _, key := range messageKeys {
			if message := jsonSummary(object[key], depth-1); message != "" {
				return message
			}
		}
		return ""
	case json.Unmarshal(body, &list) == nil:
		if len(list) == 0 {
			return ""
		}
		return jsonSummary(list[0], depth-1)
	default:
		var message string
		if json.Unmarshal(body, &message) == nil {
			return message
		}
		return firstLine(string(body))
	}
}

// textSummary returns the first line, unless that only announces what follows:
// Python's traceback, which ends in the exception, and Django's debug page.
func textSummary(body string) string {
	line := firstLine(body)
	if debugTitle(line) {
		_, rest, _ := strings.Cut(body, line)
		return withMessage(line, firstLine(rest))
	}
	const traceback = "Traceback (most recent call last):"
	if !strings.HasPrefix(line, traceback) {
		return line
	}
	last := body[strings.LastIndex(body, traceback)+len(traceback):]
	for line := range strings.Lines(last) {
		if line = strings.TrimRight(line, "\r\n"); line != "" && line[0] != ' ' && line[0] != '\t' {
			return line
		}
	}
	return line
}

func firstLine(body string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(body), "\n")
	return line
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
