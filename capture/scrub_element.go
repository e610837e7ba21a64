package capture

import (
	"regexp"
	"strings"
)

// Bounds of an element's start tag in a text, and of the search for end tags.
const (
	maxTagName  = 64 // bytes
	maxStartTag = 512
	maxUnclosed = 32 // elements without an end
)

// hideElements hides what is in elements of XML whose name is that of a secret,
// in whatever text they stand: <password>…</password>, also where < and > are
// escaped. Pages are read as pages, but XML may be part of a log message.
func (s *Scrubber) hideElements(plain string) string {
	plain = s.elements(plain, "<", ">", "</")
	if strings.Contains(plain, "&lt;") {
		plain = s.elements(plain, "&lt;", "&gt;", "&lt;/")
	}
	return plain
}

func (s *Scrubber) elements(plain, opening, closing, ending string) string {
	if !strings.Contains(plain, opening) {
		return plain
	}
	out := replacing{s: s, plain: plain}
	unclosed := 0
	for at := 0; ; {
		next := strings.Index(plain[at:], opening)
		if next < 0 {
			break
		}
		at += next + len(opening)
		n := 0
		for at+n < len(plain) && n <= maxTagName && (inName(plain[at+n]) || plain[at+n] == ':') {
			n++
		}
		name := plain[at : at+n]
		if n == 0 || n > maxTagName || isDigit(name[0]) {
			continue
		}
		close := strings.Index(plain[at+n:min(len(plain), at+n+maxStartTag)], closing)
		if close < 0 {
			continue
		}
		attributes := plain[at+n : at+n+close]
		if strings.HasSuffix(attributes, "/") || (!s.denies(name) || strings.EqualFold(name, "key")) && !s.namesSecret(attributes) || strings.Contains(attributes, "[Filtered") {
			continue
		}
		if attributes != "" && strings.IndexByte(" \t\r\n", attributes[0]) < 0 {
			continue // <function token at 0x…> has no colon, <Field.PASSWORD: 'x'> is no tag
		}
		start := at + n + close + len(closing)
		end := -1
		if unclosed < maxUnclosed {
			if end = strings.Index(plain[start:], ending+name); end < 0 {
				unclosed++
			}
		}
		switch {
		case end >= 0:
			out.hideText(start, start+end, name)
			at = start + end
		case start < len(plain) && strings.IndexByte(" \t\r\n", plain[start]) < 0: // it was cut
			line := strings.IndexByte(plain[start:], '\n')
			if line < 0 {
				line = len(plain) - start
			}
			out.hideText(start, start+line, name)
			at = start + line
		default:
			at = start
		}
	}
	return out.text()
}

// hideText hides what is not blank.
func (r *replacing) hideText(start, end int, name string) {
	if strings.TrimSpace(r.plain[start:end]) != "" && r.plain[start:end] != filtered {
		r.hide(start, end, name)
	}
}

// namesSecret reports whether attributes say that an element holds a secret:
// <string name="api_key">, <entry key="password">.
func (s *Scrubber) namesSecret(attributes string) bool {
	for _, key := range []string{"name=", "key=", "Name=", "Key="} {
		if _, rest, found := strings.Cut(attributes, key); found && !strings.Contains(attributes, "value=") {
			if s.deniedValue(rest) != "" {
				return true
			}
		}
	}
	return false
}

// namedElements are two elements of which one names what the other holds:
// <name>password</name><value>…</value>, <key>password</key><string>…</string>.
var namedElements = []struct {
	pattern     *regexp.Regexp
	name, value int // groups
}{
	{regexp.MustCompile(`(?i)<(?:[\w-]+:)?(?:name|key|field|param|parameter|property|attribute|variable)>\s*([^<\n]{1,128}?)\s*</[^>\n]{1,64}>\s*<[\w:.-]{1,64}[^>\n]{0,200}>([^<]+)`), 1, 2},
	{regexp.MustCompile(`(?i)<(?:[\w-]+:)?(?:value|val|content|data|text|string)>([^<]+)</[^>\n]{1,64}>\s*<(?:[\w-]+:)?(?:name|key|field|param|parameter|property|attribute|variable)>\s*([^<\n]{1,128}?)\s*</`), 2, 1},
}

// nameEndings are in all that namedElements match.
var nameEndings = []string{"name>", "Name>", "NAME>", "key>", "Key>", "KEY>", "field>", "Field>", "param>", "Param>", "arameter>", "roperty>", "ttribute>", "ariable>"}

// hideNamedElements hides the values of namedElements.
func (s *Scrubber) hideNamedElements(plain string) string {
	if !strings.Contains(plain, "</") || !containsAny(plain, nameEndings) {
		return plain
	}
	for _, kind := range namedElements {
		out := replacing{s: s, plain: plain}
		for _, m := range kind.pattern.FindAllStringSubmatchIndex(plain, -1) {
			if name := plain[m[2*kind.name]:m[2*kind.name+1]]; s.denies(name) {
				out.hideText(m[2*kind.value], m[2*kind.value+1], name)
			}
		}
		plain = out.text()
	}
	return plain
}
