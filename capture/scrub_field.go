package capture

import (
	"encoding/json"
	"slices"
	"strings"
)

// fieldNames and fieldValues are the keys of objects that say apart what a value
// is and what it is: {"name": "password", "value": "…"}, as forms, headers of a
// HAR file, environments of Kubernetes and errors of validators have them.
var (
	fieldNames = []string{"name", "key", "field", "param", "parameter", "header", "label", "attribute", "attr", "property", "prop",
		"variable", "var", "option", "setting", "id", "identifier", "column", "arg", "argument", "loc", "path", "pointer", "k", "n", "for", "title"}
	fieldValues = []string{"value", "values", "val", "v", "content", "contents", "data", "text", "input", "default", "initial", "raw",
		"string", "old", "new", "before", "after", "previous", "current", "answer", "secret"}
)

// Bounds of the search for the other half of a pair.
const (
	maxFieldGap   = 512 // bytes
	maxFieldAhead = 8   // other keys between the value and the name
)

// lastWord returns the last word of a key such as "fieldName" or "@name" in lower
// case.
func lastWord(key string) string {
	key = strings.TrimRight(key, " \t0123456789")
	start := len(key)
	for start > 0 && isLetter(key[start-1]) {
		start--
		if isUpper(key[start]) && start+1 < len(key) && !isUpper(key[start+1]) {
			break
		}
	}
	return strings.ToLower(key[start:])
}

func isFieldName(key string) bool  { return slices.Contains(fieldNames, lastWord(key)) }
func isFieldValue(key string) bool { return slices.Contains(fieldValues, lastWord(key)) }

// fields finds pairs of a field's name and its value in a text, in either order.
type fields struct {
	s     *Scrubber
	plain string

	name  string // of a secret, that ended at; empty if there is none
	at    int
	value int  // where that of the last key of a value begins
	isKey bool // the last one was "key", and its value the name of what another key holds
}

// namedSpan is a part of a text that goes under a name.
type namedSpan struct {
	start, end int
	name       string
}

// visit sees a key whose value begins at, and returns the value if it is that of a
// secret.
func (f *fields) visit(key string, at int) (namedSpan, bool) {
	f.isKey = false
	switch {
	case isFieldValue(key):
		f.value = at
		name := ""
		if f.name != "" && at-f.at <= maxFieldGap && sameGroup(f.plain[f.at:at]) {
			name = f.name
		} else {
			name = f.ahead(at)
		}
		if name == "" {
			return namedSpan{}, false
		}
		start, end := fieldValue(f.plain, at)
		if end-start > 2 && strings.IndexByte(`"'`, f.plain[start]) >= 0 && f.plain[end-1] == f.plain[start] {
			start, end = start+1, end-1
		}
		return namedSpan{start, end, name}, end > start
	case isFieldName(key):
		f.isKey = strings.EqualFold(key, "key") && (f.valueFollows(at) ||
			f.value > 0 && at-f.value <= maxFieldGap && sameGroup(f.plain[f.value:at]))
		if name := f.s.deniedValue(f.plain[at:min(len(f.plain), at+maxFieldGap)]); name != "" {
			f.name, f.at = name, at
		}
	}
	return namedSpan{}, false
}

// valueFollows reports whether the key of a value stands beside one that begins at.
func (f *fields) valueFollows(at int) bool {
	window := f.plain[at:min(len(f.plain), at+maxFieldGap)]
	_, end := fieldValue(window, 0)
	rest := strings.TrimLeft(window[end:], " \t\r\n,'\"\\&;")
	word := 0
	for word < len(rest) && isLetter(rest[word]) {
		word++
	}
	return word > 0 && isFieldValue(rest[:word])
}

// ahead returns the name of the secret that a value belongs to which stands before
// its name.
func (f *fields) ahead(at int) string {
	window := f.plain[at:min(len(f.plain), at+maxFieldGap)]
	_, from := fieldValue(window, 0)
	for range maxFieldAhead {
		next := strings.IndexAny(window[from:], ":=")
		if next < 0 {
			return ""
		}
		key := nameBefore(window[:from+next])
		if !sameGroup(window[:from+next]) {
			return ""
		}
		from += next + separator(window[from+next:])
		if isFieldName(key) {
			if name := f.s.deniedValue(window[from:]); name != "" {
				return name
			}
		}
		if isFieldValue(key) {
			return "" // of the next pair
		}
	}
	return ""
}

// deniedValue returns the name of a secret that a text begins with, or that ends the
// list it begins with: ('body', 'password').
func (s *Scrubber) deniedValue(text string) string {
	text = strings.TrimLeft(text, " \t\r\n>")
	quoted := text != "" && strings.IndexByte("[('\"`\\&%", text[0]) >= 0
	if text != "" && (text[0] == '(' || text[0] == '[') {
		list, _, found := strings.Cut(text[1:], string(closing[text[0]]))
		if !found {
			return ""
		}
		text = list[strings.LastIndexByte(list, ',')+1:]
	}
	text = strings.TrimLeft(text, " \t")
	if isQuote(text) {
		text = strings.TrimLeft(text, "bBuUrRfF")
	}
	text = strings.TrimLeft(text, "\"'`\\")
	for _, mark := range quoteMarks {
		text = strings.TrimPrefix(text, mark)
	}
	n := 0
	for n < len(text) && n < maxCellName && (inName(text[n]) || strings.IndexByte("[]/%", text[n]) >= 0 || quoted && text[n] == ' ') {
		n++
	}
	if n < len(text) && !quoted && strings.IndexByte(" \t\r\n,;&}>)\\\"'", text[n]) < 0 {
		return ""
	}
	if name := text[:n]; s.denies(name) {
		return name
	}
	return ""
}

var closing = map[byte]byte{'(': ')', '[': ']'}

// fieldValue returns where the value begins and ends that follows a separator: a
// literal, or a word that does not reach beyond its object.
func fieldValue(plain string, at int) (start, end int) {
	at += len(plain[at:]) - len(strings.TrimLeft(plain[at:], " \t\r\n"))
	if at == len(plain) {
		return at, at
	}
	text := plain[at:]
	switch {
	case isQuote(text) || strings.IndexByte("[{(|", text[0]) >= 0:
		return at, at + valueLength(text)
	case strings.HasPrefix(text, `\"`) || strings.HasPrefix(text, `\'`):
		if end := strings.Index(text[2:], text[:2]); end >= 0 {
			return at, at + 2 + end + 2
		}
		return at, len(plain)
	}
	n := strings.IndexAny(text, "\n,}&;<>")
	if n < 0 {
		n = len(text)
	}
	return at, at + n
}

// isQuote reports whether a literal of Python begins here.
func isQuote(text string) bool {
	text = strings.TrimLeft(text[:min(len(text), 3)], "bBuUrRfF")
	return text != "" && (text[0] == '"' || text[0] == '\'')
}

// sameGroup reports whether a text does not leave the object it begins in.
func sameGroup(text string) bool {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '{', '(', '[':
			depth++
		case '}', ')', ']':
			if depth--; depth < 0 {
				return false
			}
		case '\n':
			if strings.HasPrefix(strings.TrimLeft(text[i:min(len(text), i+40)], "\n \t"), "- ") || strings.HasPrefix(text[i:], "\n\n") {
				return false
			}
		case '>':
			if depth == 0 && i > 0 && text[i-1] != '=' && text[i-1] != '-' {
				return false
			}
		}
	}
	return true
}

// pairedValue returns the name of the secret that an object is a field of, which
// says so under one of fieldNames; empty if it is none.
func (s *Scrubber) pairedValue(object map[string]any) string {
	for key, value := range object {
		if !isFieldName(key) {
			continue
		}
		if list, ok := value.([]any); ok && len(list) > 0 {
			value = list[len(list)-1]
		}
		if name, ok := value.(string); ok && len(name) <= maxCellName && s.denies(name) {
			return name
		}
	}
	return ""
}

// isPlain reports whether a value of JSON may be what a field holds.
func isPlain(value any) bool {
	switch value.(type) {
	case string, json.Number, []any, map[string]any:
		return true
	}
	return false
}
