package capture

import (
	"regexp"
	"strings"
)

// insert is a statement that names columns in front of their values.
var insert = regexp.MustCompile(`(?i)\binto[ \t\r\n]{1,8}[^ \t\r\n(]{1,200}[ \t\r\n]{0,8}\(([^()]+)\)[ \t\r\n]{0,8}values[ \t\r\n]{0,8}\(`)

// maxColumns bounds the names of the columns of a statement, in bytes.
const maxColumns = 4096

// hideInserted hides the literals of INSERT INTO t (name, password) VALUES ('ada', 'x'), of all rows, whose column is one
// of a secret.
func (s *Scrubber) hideInserted(plain string) string {
	if !strings.Contains(plain, "into") && !strings.Contains(plain, "INTO") {
		return plain
	}
	out := replacing{s: s, plain: plain}
	for _, m := range insert.FindAllStringSubmatchIndex(plain, -1) {
		if m[3]-m[2] > maxColumns {
			continue
		}
		columns := strings.Split(plain[m[2]:m[3]], ",")
		secret := make([]bool, len(columns))
		some := false
		for i, column := range columns {
			columns[i] = strings.Trim(column, " \t\r\n\"`[]\\")
			secret[i] = s.denies(columns[i])
			some = some || secret[i]
		}
		if !some {
			continue
		}
		at := max(m[1], out.done())
		for n := 0; at < len(plain); n++ {
			from, to, next := literalAt(plain, at)
			if n < len(columns) && secret[n] {
				out.hide(from, to, columns[n])
			}
			if at = next; at == len(plain) || plain[at] == ',' {
				at = min(at+1, len(plain))
				continue
			}
			row := strings.TrimLeft(plain[at+1:], " \t\r\n,") // plain[at] ends this row
			if !strings.HasPrefix(row, "(") {
				break
			}
			at, n = len(plain)-len(row)+1, -1
		}
	}
	return out.text()
}

// literalAt returns where the quoted text or the number is that the value at is, and where the comma or the bracket behind
// the value.
func literalAt(plain string, at int) (from, to, next int) {
	for at < len(plain) && strings.IndexByte(" \t\r\n", plain[at]) >= 0 {
		at++
	}
	from = at
	for at < len(plain) && at-from < 2 && isLetter(plain[at]) { // N'x', E'x'
		at++
	}
	if at == len(plain) || plain[at] != '\'' && plain[at] != '"' {
		end := len(plain)
		if n := strings.IndexAny(plain[from:], ",)"); n >= 0 {
			end = from + n
		}
		if value := strings.TrimSpace(plain[from:end]); value != "" && strings.Trim(value, "0123456789") == "" {
			return from, from + len(value), end
		}
		return from, from, end
	}
	quote := plain[at]
	for at++; at < len(plain); at++ {
		switch {
		case plain[at] == '\\':
			at++
		case plain[at] == quote && at+1 < len(plain) && plain[at+1] == quote:
			at++
		case plain[at] == quote:
			to = at + 1
			next = len(plain)
			if n := strings.IndexAny(plain[to:], ",)"); n >= 0 {
				next = to + n
			}
			return from, to, next
		}
	}
	return from, len(plain), len(plain)
}
