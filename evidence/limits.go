package evidence

import (
	"strings"
	"unicode/utf8"
)

const (
	// maxText is in bytes, of a value. Django shows 4096 characters, each of which may take four bytes.
	maxText = 16 << 10
	// maxLine is in bytes, of a line of source code and of a name.
	maxLine = 1 << 10

	maxFrames     = 250 // of an exception; Sentry keeps as many
	maxExceptions = 32  // of a chain
	maxLocals     = 100 // of a frame
	maxNotes      = 32  // lines
	maxContext    = 10  // lines before and after a line
)

// clip returns a copy of s of at most n bytes.
func clip(s string, n int) string { return strings.Clone(cut(s, n)) }

// cut returns s, cut between two characters to at most n bytes.
func cut(s string, n int) string {
	s = strings.ToValidUTF8(s, "\ufffd")
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
