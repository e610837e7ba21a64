package capture

import (
	"regexp"
	"strings"
)

// pair is how Python prints an item: ('name', 'value'), and setattr(x, 'name', 'value'). A value that is no literal is
// code.
var pair = regexp.MustCompile(`(?:[(\[]|setattr\([^,()\n'"]+,[ ]?)[bBuU]?(?:'[^'\\\n]{2,64}'|"[^"\\\n]{2,64}"),[ \t]*[bBuU]?(?:'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?)`)

// hidePairs hides the second literal of two of which the first is its name.
func (s *Scrubber) hidePairs(plain string) string {
	if !strings.Contains(plain, "',") && !strings.Contains(plain, "\",") {
		return plain
	}
	return pair.ReplaceAllStringFunc(plain, func(found string) string {
		quote := strings.IndexAny(found, `'"`)
		end := quote + 1 + strings.IndexByte(found[quote+1:], found[quote]) + 1
		name, value := found[:end], found[end+1:]
		blanks := len(value) - len(strings.TrimLeft(value, " \t"))
		start := name
		if name = name[strings.IndexAny(name, `'"`):]; !s.denies(strings.Trim(name, `'"`)) {
			return found
		}
		name = strings.Trim(name, `'"`)
		return start + "," + value[:blanks] + s.hideNamed(name, value[blanks:])
	})
}

// part is the head of a form field in a multipart body. Its line breaks may be
// escaped, as Python prints them.
var partHead = regexp.MustCompile(`(?i)form-data;[^\n]{0,200}?name=\\?["']?([^"'\\;\r\n]{1,128})`)

// hideParts hides the fields of multipart bodies.
func (s *Scrubber) hideParts(plain string) string {
	if !strings.Contains(plain, "form-data;") && !strings.Contains(plain, "Form-Data;") {
		return plain
	}
	out := replacing{s: s, plain: plain}
	for _, m := range partHead.FindAllStringSubmatchIndex(plain, -1) {
		name := plain[m[2]:m[3]]
		if m[0] < out.done() || !s.denies(name) {
			continue
		}
		start, end := partValue(plain, m[1])
		out.hide(start, end, name)
	}
	return out.text()
}

// maxPartHead bounds the lines behind the name of a part, in bytes.
const maxPartHead = 512

// partValue returns where the value of a part begins and ends whose head is at.
func partValue(plain string, at int) (start, end int) {
	head := plain[at:min(len(plain), at+maxPartHead)]
	for _, line := range []string{"\r\n", `\r\n`, "\n", `\n`} {
		if n := strings.Index(head, line+line); n >= 0 {
			start = at + n + 2*len(line)
			if n := strings.Index(plain[start:], line+"--"); n >= 0 {
				return start, start + n
			}
			return start, len(plain)
		}
	}
	return at, at
}
