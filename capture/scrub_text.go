package capture

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/caddy-django/gateway/internal/secretname"
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
	clean = s.hideElements(s.hideNamedElements(s.hideShapes(plain)))
	clean, open = s.named(s.hideParts(s.hidePairs(s.hideArguments(s.hideRows(clean)))))
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
	out := replacing{s: s, plain: plain}
	f := fields{s: s, plain: plain}
	oauth := strings.Contains(plain, "code=") && containsAny(plain, oauthParameters)
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
		name := nameBefore(plain[out.done():at])
		at += width
		verdict, _ := s.judge(name)
		switch {
		case exceptionName.MatchString(name):
			verdict = secretname.Harmless
		case verdict == secretname.Harmless && oauth && strings.TrimSpace(name) == "code" && width == 1 && plain[at-1] == '=':
			verdict = secretname.Secret
		}
		if pair, found := f.visit(name, at); found {
			out.hide(pair.start, pair.end, pair.name)
			at = max(at, out.done())
			continue
		}
		if f.isKey {
			continue
		}
		if verdict == secretname.Harmless {
			continue
		}
		at += len(plain[at:]) - len(strings.TrimLeft(plain[at:], " \t\r\n"))
		if open = at == len(plain); open {
			open = verdict == secretname.Secret
			break
		}
		length := valueLength(plain[at:])
		if verdict == secretname.Stated && !looksRandom(plain[at:at+length]) {
			continue
		}
		out.hide(at, at+length, name)
		at += length
	}
	return out.text(), open
}

// replacing is a text some of whose parts are hidden, in their order.
type replacing struct {
	s     *Scrubber
	plain string
	out   strings.Builder
	at    int // plain[:at] has been written
}

func (r *replacing) done() int { return r.at }

// hide hides what goes under a name.
func (r *replacing) hide(start, end int, name string) {
	if end > r.at && start < end {
		start = max(start, r.at)
		r.replace(start, end, r.s.hideNamed(name, r.plain[start:end]))
	}
}

func (r *replacing) replace(start, end int, with string) {
	r.out.WriteString(r.plain[r.at:start])
	r.out.WriteString(with)
	r.at = end
}

func (r *replacing) text() string {
	if r.at == 0 {
		return r.plain
	}
	r.out.WriteString(r.plain[r.at:])
	return r.out.String()
}

// exceptionName tells what fails from what is hidden: "KeyError: 'price'" is no
// key. It must look like a class of Python's: what follows "Token expired:" is a
// token.
var exceptionName = regexp.MustCompile(`(?:^|[ .])[A-Z][a-z]\w*(?:Error|Exception|Warning|Failed|Denied|Expired|Invalid|Required|Missing|Exists?)$`)

// oauthParameters tell the code of OAuth from other codes, such as those of countries.
var oauthParameters = []string{"state=", "redirect_uri=", "code_verifier=", "grant_type=", "client_id="}

// looksRandom reports whether a text is one word that looks like a secret.
func looksRandom(text string) bool {
	text = strings.Trim(strings.TrimSpace(text), "'\"`.,;")
	return len(text) >= 6 && !strings.ContainsAny(text, " \t\n") && hasLetterAndDigit(text)
}

func hasLetterAndDigit(text string) bool {
	letter, digit := false, false
	for i := range len(text) {
		letter, digit = letter || isLetter(text[i]), digit || isDigit(text[i])
	}
	return letter && digit
}

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
		if next == after || !strings.ContainsAny(after[:min(2, len(after)-len(next))], ":=") { // the end of a tag
			return n
		}
		n = len(s) - len(strings.TrimLeft(next, " \t\r\n"))
	}
}

// separator returns the length of the separator that s begins with, which may
// be percent-encoded; 0 if it begins with none.
func separator(s string) int {
	if s[0] != '%' {
		return len(s) - len(strings.TrimLeft(s, ":=>"))
	}
	n := 1
	for strings.HasPrefix(s[n:], "25") && n < 2*maxEscapes {
		n += 2
	}
	if len(s) >= n+2 && s[n] == '3' && strings.IndexByte("AaDd", s[n+1]) >= 0 {
		return n + 2
	}
	return 0
}

// quoteMarks can stand between a name and its separator: those of HTML and of
// URLs when the text was escaped for one of them.
var quoteMarks = []string{"&quot;", "&#x27;", "&#39;", "&#34;", "&gt;", "%22", "%27"}

// maxNameWords is how many words a name in prose can have: mot de passe.
const maxNameWords = 3

// nameBefore returns the name that s ends with: a word with the words before it,
// as in "session id", without quotes and brackets around. Of "tokens[0]" it is
// "tokens".
func nameBefore(s string) string {
	s = trimQuotes(s)
	if index := strings.TrimRight(s, "0123456789"); strings.HasSuffix(index, "[") {
		s = trimQuotes(strings.TrimRight(index, "["))
	}
	start := wordStart(s)
	for range maxNameWords - 1 {
		if start > 1 && s[start-1] == ' ' {
			start = wordStart(s[:start-1])
		}
	}
	return strings.TrimLeft(s[afterEscape(s, start):], " ")
}

// afterEscape returns where a name begins whose first letter is that of an escape, as in "line\npassword": in source code
// and in JSON that is text of JSON.
func afterEscape(s string, start int) int {
	if start > 0 && start < len(s) && s[start-1] == '\\' && strings.IndexByte("abfnrtv0", s[start]) >= 0 {
		return start + 1
	}
	return start
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

// wordStart returns where the word begins that s ends with. Escapes are part of
// it: user%5Bpassword%5D, pass\u0077ord.
func wordStart(s string) int {
	i := len(s)
	for i > 0 && len(s)-i < maxCellName {
		c := s[i-1]
		switch {
		case inName(c):
		case c == '%' && i+1 < len(s) && isHex(s[i:i+2]):
		case c == '\\' && i+4 < len(s) && s[i] == 'u' && isHex(s[i+1:i+5]):
		default:
			return i
		}
		i--
	}
	return i
}

func inName(c byte) bool {
	return c == '_' || c == '-' || c == '.' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf
}
