package capture

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// text hides secrets in free text: settings, the reprs of local variables, a
// JSON document that was cut, a header dump, and the tags of a page among them.
func (s *Scrubber) text(plain string) string {
	clean, _ := s.textAt(plain, 0)
	return clean
}

// maxNesting bounds how deep a page is looked for in an attribute or a text of
// another one, where Django's debug page has it.
const maxNesting = 2

func (s *Scrubber) textAt(plain string, depth int) (clean string, open bool) {
	clean, open = s.named(s.hidePairs(s.hideShapes(plain)))
	if depth < maxNesting && valueTag.MatchString(clean) {
		clean = s.htmlAt(clean, depth)
	}
	return clean, open
}

// valueTag is an element whose name and value stand apart, so that only reading
// it as HTML brings them together.
var valueTag = regexp.MustCompile(`(?i)<(?:input|meta|textarea|t[dh])\b`)

// named hides the values of name = value and name: value. An unquoted value
// reaches to the end of its line, and a nested one to the end of the text,
// because where it ends cannot be known. open is true if the text ends where a
// secret value would begin.
//
// It goes from separator to separator and looks at the name before each: a
// regular expression that begins with the name takes a hundred times as long.
func (s *Scrubber) named(plain string) (clean string, open bool) {
	var out strings.Builder
	done := 0 // plain[:done] has been written
	for at := 0; ; {
		next := strings.IndexAny(plain[at:], ":=%")
		if next < 0 {
			break
		}
		at += next
		width := separator(plain[at:])
		if width == 0 {
			at++
			continue
		}
		name := nameBefore(plain[done:at])
		at += width
		if !s.denies(name) || exceptionName.MatchString(name) {
			continue
		}
		at += len(plain[at:]) - len(strings.TrimLeft(plain[at:], " \t\r\n"))
		out.WriteString(plain[done:at])
		done = at
		if open = at == len(plain); open {
			break
		}
		length := valueLength(plain[at:])
		out.WriteString(s.hideNamed(name, plain[at:at+length]))
		at += length
		done = at
	}
	if done == 0 {
		return plain, false
	}
	out.WriteString(plain[done:])
	return out.String(), open
}

// exceptionName tells what fails from what is hidden: "KeyError: 'price'" is no
// key. It must look like a class of Python's: what follows "Token expired:" is a
// token.
var exceptionName = regexp.MustCompile(`(?:^|[ .])[A-Z][a-z]\w*(?:Error|Exception|Warning|Failed|Denied|Expired|Invalid|Required|Missing|Exists?)$`)

// value is what follows a separator.
var value = func() *regexp.Regexp {
	const quoted = `(?:"(?:[^"\\\n]|\\(?s:.))*\\?"?|'(?:[^'\\\n]|\\(?s:.))*\\?'?)[\w/+=.-]*`
	return regexp.MustCompile(`^(?:` + strings.Join([]string{
		`\[Filtered` + marks + `\]`, // by its shape, before
		`[bBfFrRuU]{0,2}(?:"""(?s:.*?)(?:"""|$)|'''(?s:.*?)(?:'''|$))`,
		`[bBfFrRuU]{0,2}` + quoted + `(?:[ \t]*` + quoted + `)*`, // adjacent literals are one
		`[|>][+-]?[ \t]*\n(?:[ \t]+[^\n]*(?:\n|$)|\n)*`,          // YAML's text of several lines
		`\([^()\n]*\)`, // PostgreSQL: Key (token)=(…) already exists
		`[\[{(](?s:.*)`,
		`[^\n]+`,
	}, "|") + `)`)
}()

// valueLength returns the length of the value that s begins with. What another
// separator follows is no value: the value before was empty, and this is the
// next name. The two are hidden together.
func valueLength(s string) int {
	n := 0
	for {
		n += len(value.FindString(s[n:]))
		after := strings.TrimLeft(s[n:], " \t")
		next := strings.TrimLeft(after, ":=>")
		if next == after {
			return n
		}
		n = len(s) - len(strings.TrimLeft(next, " \t\r\n"))
	}
}

// pair is how Python prints an item: ('name', 'value'). A value that is no literal is
// code.
var pair = regexp.MustCompile(`[(\[][bBuU]?(?:'([\w .-]{2,64})'|"([\w .-]{2,64})"),[ \t]*[bBuU]?(?:'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?)`)

// hidePairs hides the second literal of two of which the first is its name.
func (s *Scrubber) hidePairs(plain string) string {
	if !strings.Contains(plain, "',") && !strings.Contains(plain, "\",") {
		return plain
	}
	return pair.ReplaceAllStringFunc(plain, func(found string) string {
		name, value, _ := strings.Cut(found, ",")
		blanks := len(value) - len(strings.TrimLeft(value, " \t"))
		if !s.denies(strings.Trim(name, "([bBuU'\"")) {
			return found
		}
		return name + "," + value[:blanks] + s.hideNamed(strings.Trim(name, "([bBuU'\""), value[blanks:])
	})
}

// separator returns the length of the separator that s begins with, which may
// be percent-encoded; 0 if it begins with none.
func separator(s string) int {
	if s[0] == '%' {
		if len(s) >= 3 && s[1] == '3' && strings.IndexByte("AaDd", s[2]) >= 0 {
			return 3
		}
		return 0
	}
	return len(s) - len(strings.TrimLeft(s, ":=>"))
}

// quoteMarks can stand between a name and its separator: those of HTML and of
// URLs when the text was escaped for one of them.
var quoteMarks = []string{"&quot;", "&#x27;", "&#39;", "&#34;", "%22", "%27"}

// nameBefore returns the name that s ends with: a word with the word before it,
// as in "session id", without quotes and brackets around.
func nameBefore(s string) string {
	s = trimQuotes(s)
	start := wordStart(s)
	if start > 1 && s[start-1] == ' ' {
		start = wordStart(s[:start-1])
	}
	return s[start:]
}

func trimQuotes(s string) string {
	for {
		trimmed := strings.TrimRight(s, " \t\r\n\"'`\\)]!")
		for _, mark := range quoteMarks {
			trimmed = strings.TrimSuffix(trimmed, mark)
		}
		if trimmed == s {
			return s
		}
		s = trimmed
	}
}

func wordStart(s string) int {
	i := len(s)
	for i > 0 && inName(s[i-1]) {
		i--
	}
	return i
}

func inName(c byte) bool {
	return c == '_' || c == '-' || c == '.' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf
}
