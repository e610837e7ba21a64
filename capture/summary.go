package capture

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// maxSummary is in bytes; the title of an error group is no longer.
const maxSummary = 200

// summarize returns the line of a failing response that says what went wrong:
// the title of a page, the message of a JSON error, the first line of a text.
// It is what a person reads in a list, and what tells two failures of one route
// apart. Empty if there is no such line.
func summarize(body []byte, f format) string {
	var line string
	switch f {
	case formatHTML:
		line = htmlTitle(body)
	case formatJSON:
		line = jsonMessage(body)
	case formatText:
		line = firstLine(body)
	}
	return clip(strings.Join(strings.Fields(line), " "), maxSummary)
}

// htmlTitle returns the title of a page or, without one, its first heading or
// its first words. Django's debug page has "ValueError at /path" as its title.
func htmlTitle(body []byte) string {
	z := html.NewTokenizer(bytes.NewReader(body))
	var within, words string
	for {
		switch z.Next() {
		case html.ErrorToken:
			return words
		case html.StartTagToken:
			name, _ := z.TagName()
			within = string(name)
		case html.EndTagToken:
			within = ""
		case html.TextToken:
			line := strings.TrimSpace(string(z.Text()))
			switch {
			case line == "" || within == "style" || within == "script":
			case within == "title" || within == "h1":
				return html.UnescapeString(line)
			case words == "":
				words = html.UnescapeString(line)
			}
		}
	}
}

// messageKeys hold the message in the errors of Django REST framework, Django
// Ninja and problem details (RFC 9457), the most telling first.
var messageKeys = []string{"detail", "message", "error", "title", "msg", "errors", "code", "type"}

func jsonMessage(body []byte) string {
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) != nil {
		return firstLine(body)
	}
	for _, key := range messageKeys {
		raw, ok := object[key]
		if !ok {
			continue
		}
		var message string
		if json.Unmarshal(raw, &message) == nil {
			return message
		}
		if nested := jsonMessage(raw); nested != "" {
			return nested
		}
	}
	return ""
}

func firstLine(body []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimSpace(body), []byte("\n"))
	return string(line)
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

// volatile are the parts of a message that differ between two occurrences of
// one failure. The order matters: the longer forms come first.
var volatile = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`https?://\S+`,             // addresses
	`[\w.+-]+@[\w-]+\.[\w.-]+`, // e-mail
	`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`, // UUID
	`\b0x[0-9a-f]+\b`,                        // memory address
	`\b[0-9a-f]*[0-9][0-9a-f]{7,}\b`,         // digest
	`'[^']*'|"[^"]*"`,                        // quoted value
	`[-+]?\b\d+(?:[.,:T-]\d+)*(?:ms|s|Z)?\b`, // number, date, time, duration
	`/\S*\d\S*`,                              // path with an identifier
}, "|"))

// normalize replaces what varies in a summary, so that it can identify a
// failure.
func normalize(summary string) string {
	return volatile.ReplaceAllLiteralString(summary, "*")
}
