package capture

import (
	"regexp"
	"strings"
)

// rowText is what a database prints of a row, in front of the name or without it.
const rowText = "row of a database"

// rows are the messages of databases that hold the values of a row. What stands
// between start and one of ends goes; without an end, the rest of the line.
var rows = []struct {
	start, after string // after is to be found behind start on the same line, where the values begin
	ends         []string
	lines        bool // the values may have line breaks
}{
	// PostgreSQL (src/backend/executor/execMain.c, nbtinsert.c, ri_triggers.c)
	{start: "ailing row contains (", ends: []string{")."}, lines: true},
	{start: "Key (", after: ")=(", ends: []string{") already exists", ") is not present", ") is still referenced", ") conflicts with", ") is duplicated"}},
	{start: "existing key (", after: ")=(", ends: []string{")."}},
	// MySQL and MariaDB (share/messages_to_clients.txt)
	{start: "Duplicate entry '", ends: []string{"' for key"}},
	{start: `Duplicate entry "`, ends: []string{`" for key`}},
	// SQL Server (message 2601 and 2627), Oracle (ORA-00001, since 23ai)
	{start: "duplicate key value is (", ends: []string{")."}},
	{start: "already exists (row with column", after: "values", ends: []string{")"}},
}

// minRow is the length of the shortest message of a row, in bytes.
const minRow = 12

// maxRowStart is how far from the beginning of a row's message its values may begin,
// in bytes.
const maxRowStart = 512

// hideRows hides the values that a database tells of a row: which of them are
// secret it does not say, or says only behind them.
func (s *Scrubber) hideRows(plain string) string {
	if len(plain) < minRow {
		return plain
	}
	for i := range rows {
		row := &rows[i]
		if !strings.Contains(plain, row.start) {
			continue
		}
		out := replacing{s: s, plain: plain}
		for at := 0; ; {
			next := strings.Index(plain[at:], row.start)
			if next < 0 {
				break
			}
			at += next + len(row.start)
			if row.after != "" {
				window, _, _ := strings.Cut(plain[at:min(len(plain), at+maxRowStart)], "\n")
				behind := strings.Index(window, row.after)
				if behind < 0 {
					continue
				}
				at += behind + len(row.after)
			}
			length := rowLength(plain[at:], row.ends, row.lines)
			out.replace(at, at+length, s.hide(rowText, plain[at:at+length]))
			at += length
		}
		plain = out.text()
	}
	return s.hideNamedAfter(s.hideProtocols(s.hideInserted(plain)))
}

// protocol is the header of a WebSocket whose first item announces a secret.
var protocol = regexp.MustCompile(`(?i)sec-websocket-protocol['"]?[ \t]{0,8}[:=][ \t]{0,8}['"]?([\w.-]{1,64})[ \t]{0,8},([^\n'"]+)`)

// hideProtocols hides what follows a name in the subprotocols of a header in a text.
func (s *Scrubber) hideProtocols(plain string) string {
	if !strings.Contains(plain, "rotocol") && !strings.Contains(plain, "ROTOCOL") {
		return plain
	}
	out := replacing{s: s, plain: plain}
	for _, m := range protocol.FindAllStringSubmatchIndex(plain, -1) {
		if name := plain[m[2]:m[3]]; s.denies(name) {
			out.hide(m[4], m[5], name)
		}
	}
	return out.text()
}

// rowLength returns the length of the values that s begins with.
func rowLength(s string, ends []string, lines bool) int {
	line := strings.IndexByte(s, '\n')
	if line < 0 {
		line = len(s)
	}
	whole := s
	if !lines {
		whole = s[:line]
	}
	for _, end := range ends {
		if n := strings.Index(whole, end); n >= 0 {
			return n
		}
	}
	if n := strings.LastIndexByte(s[:line], ')'); n >= 0 && !lines {
		return n
	}
	return len(whole)
}

// namedAfter is a literal in front of its name: 'x' for column 'password'.
var namedAfter = regexp.MustCompile(`(?:'([^'\n]+)'|"([^"\n]+)"|` + "`([^`\n]+)`" + `) (?:for|in|of|as|as an|as a|as the|is not a|is not an|is an|is no|is not the|does not match)` +
	`((?: (?:the|valid|invalid|correct|wrong|bad|acceptable|proper|key|column|field|parameter|attribute|argument|variable|option|setting|header|property|user's|current))*) ['"` + "`(]?" +
	`([\p{L}\d_.\[\]-]+(?: [\p{L}\d_-]+)?)`)

// namedAfterHints are in all that namedAfter matches.
var namedAfterHints = []string{"' for ", "\" for ", "` for ", "' in ", "\" in ", "' of ", "' as ", "\" as ", "' is ", "\" is ", "` is ", "' does not ", "\" does not "}

var literalEnds = []string{"' ", "\" ", "` "}

// hideNamedAfter hides literals whose name follows.
func (s *Scrubber) hideNamedAfter(plain string) string {
	if !containsAny(plain, literalEnds) || !containsAny(plain, namedAfterHints) {
		return plain
	}
	out := replacing{s: s, plain: plain}
	for _, m := range namedAfter.FindAllStringSubmatchIndex(plain, -1) {
		name := plain[m[10]:m[11]]
		if !s.denies(firstWord(name)) && !s.denies(name) {
			continue
		}
		for group := 2; group <= 6; group += 2 {
			if m[group] >= 0 {
				out.hide(m[group], m[group+1], name)
			}
		}
	}
	return out.text()
}

func firstWord(text string) string {
	word, _, _ := strings.Cut(text, " ")
	return word
}

func containsAny(text string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}
