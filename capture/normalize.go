package capture

import (
	"regexp"
	"strings"
)

// volatile are the parts of a message that differ between two occurrences of
// one failure. The order matters: the longer forms come first.
var volatile = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`\bHTTP[ /]\d+(?:\.\d+)?\b`, // a status or a version, which is kept
	`https?://\S+`,              // addresses
	`\[Filtered\]`,              // what was one of those to come
	`[\w.+-]+@[\w-]+\.[\w.-]+`,  // e-mail
	`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`, // UUID
	`\b0x[0-9a-f]+\b`,   // memory address
	`\b[0-9a-f]{8,}\b`,  // digest, or a word of these letters, which is kept
	`\B'[^']*'|"[^"]*"`, // quoted value, not the apostrophe of "can't"
	`[-+]?\b\d+(?:[.,:T-]\d+)*(?:e[-+]?\d+)?(?:ms|s|Z)?\b`, // number, date, time, duration
	`\B/\S*\d\S*`, // path with an identifier
}, "|"))

var constant = regexp.MustCompile(`(?i)^(?:HTTP[ /].*|[a-f]+)$`)

// normalize replaces what varies in a summary, so that it can identify a
// failure.
func normalize(summary string) string {
	return volatile.ReplaceAllStringFunc(summary, func(found string) string {
		if constant.MatchString(found) {
			return found
		}
		return "*"
	})
}
