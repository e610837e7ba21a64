package capture

import (
	"encoding/json"
	"strings"
)

// audit notes what a scrubber takes out. While one is set, each replacement bears
// a mark: a character of a private-use plane that says which it is. Marks are part of
// the text like any other, so that they stay where the replacement goes, however
// the text is taken apart, escaped and put together again, and vanish with what
// is hidden as a whole.
type audit struct {
	taken []taken
}

type taken struct {
	reason string
	text   string // may hold marks

	leftOut bool // nothing stands in its place
}

// The marks, U+F0000 to U+FFFFD, and the pattern of one or none of them.
const (
	firstMark = '\U000F0000'
	lastMark  = '\U000FFFFD'
	marks     = `[\x{F0000}-\x{FFFFD}]?`
)

// filteredStart is what a mark stands behind.
const filteredStart = "[Filtered"

func (a *audit) hide(reason, text string) string {
	return filteredStart + a.mark(taken{reason: reason, text: text}) + "]"
}

// mark returns one for a text, or none when there are no more.
func (a *audit) mark(what taken) string {
	if firstMark+len(a.taken) > lastMark {
		return ""
	}
	a.taken = append(a.taken, what)
	return string(rune(firstMark + len(a.taken) - 1))
}

// altered reports whether scrubbing has made another text of dirty. What is hidden
// again has another mark and is the same.
func (s *Scrubber) altered(dirty, clean string) bool {
	if s.audit == nil {
		return clean != dirty
	}
	return unmarked(clean) != unmarked(dirty)
}

func unmarked(text string) string {
	return strings.Map(func(r rune) rune {
		if firstMark <= r && r <= lastMark {
			return -1
		}
		return r
	}, text)
}

// leaveOut returns what stands in place of a text that nothing replaces.
func (s *Scrubber) leaveOut(reason, text string) string {
	if s.audit == nil {
		return ""
	}
	return s.audit.mark(taken{reason, text, true})
}

// shown returns a value of a JSON document as text, for an audit.
func (s *Scrubber) shown(value any) string {
	if s.audit == nil {
		return ""
	}
	if text, ok := value.(string); ok {
		return text
	}
	document, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return string(document)
}

// size returns how many characters a text has had before marks came into it.
func (a *audit) size(text string) (n int) {
	for _, r := range text {
		i, ok := a.index(r)
		if !ok {
			n++
			continue
		}
		n += a.size(a.taken[i].text)
		if !a.taken[i].leftOut {
			n -= len(filtered)
		}
	}
	return n
}

func (a *audit) index(r rune) (int, bool) {
	i := int(r - firstMark)
	return i, i >= 0 && i < len(a.taken)
}

// Replacement is a text that a scrubber has taken out. It does not hold the text.
type Replacement struct {
	Line, Column int    // in the scrubbed text, in characters, both counted from 1
	Length       int    // of what was there, in characters
	Reason       string // why it was taken out
}

// settle takes the marks out of a text and returns what they stand for.
func (a *audit) settle(marked string) (text string, replacements []Replacement) {
	var out strings.Builder
	line, column := 1, 1
	for _, r := range marked {
		if i, ok := a.index(r); ok {
			at := column
			if !a.taken[i].leftOut {
				at -= len(filteredStart)
			}
			replacements = append(replacements, Replacement{line, at, a.size(a.taken[i].text), a.taken[i].reason})
			continue
		}
		out.WriteRune(r)
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return out.String(), replacements
}
