package secretname

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of a name. Of a longer one the end counts.
const (
	maxName  = 256 // bytes
	maxWords = 32
)

// maxEscapes is how often a name can be percent-encoded.
const maxEscapes = 3

// split returns the words of a name in lower case, and for each the word that its part of the name begins with: parts
// are set apart by dots, brackets and blanks.
func split(name string) (words []string, starts []int) {
	if len(name) > maxName {
		name = name[len(name)-maxName:]
	}
	for range maxEscapes {
		if strings.IndexByte(name, '%') < 0 {
			break
		}
		plain, err := url.PathUnescape(name)
		if err != nil || plain == name {
			break
		}
		name = plain
	}
	if strings.Contains(name, `\u`) {
		name = unescape(name)
	}
	var folded strings.Builder
	folded.Grow(len(name) + 8)
	ends := make([]int, 0, 8)
	starts = make([]int, 0, 8)
	start := 0
	end := func() {
		if n := folded.Len(); n > 0 && (len(ends) == 0 || ends[len(ends)-1] < n) {
			ends, starts = append(ends, n), append(starts, start)
		}
	}
	last := none
	for i, r := range name {
		k := kindOf(r)
		switch {
		case k == accent:
			continue
		case k == none:
			end()
			if r != '_' && r != '-' {
				start = len(ends)
			}
		case last != none && k != last && !(last == upper && k == lower):
			end()
		case k == upper && last == upper: // the last capital of "APIKey" begins a word
			next, _ := utf8.DecodeRuneInString(name[i+utf8.RuneLen(r):])
			if kindOf(next) == lower && !plural(name[i+utf8.RuneLen(r):]) {
				end()
			}
		}
		last = k
		if k != none {
			folded.WriteRune(unicode.ToLower(r))
		}
	}
	end()
	all, from := folded.String(), 0
	words = make([]string, len(ends))
	for i, end := range ends {
		words[i] = all[from:end]
		from = end
	}
	if len(words) > maxWords {
		from = len(words) - maxWords
		words, starts = words[from:], starts[from:]
		for i := range starts {
			starts[i] = max(starts[i]-from, 0)
		}
	}
	return words, starts
}

// unescape reads escapes such as \u0070, which JSON and Python have.
func unescape(name string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(name, `\u`)
		out.WriteString(before)
		if !found {
			return out.String()
		}
		if len(rest) >= 4 {
			if code, err := strconv.ParseUint(rest[:4], 16, 16); err == nil {
				out.WriteRune(rune(code))
				rest = rest[4:]
			}
		}
		name = rest
	}
}

// plural reports whether a text is the rest of a word such as "APIs".
func plural(rest string) bool {
	if rest == "" || rest[0] != 's' {
		return false
	}
	next, _ := utf8.DecodeRuneInString(rest[1:])
	return rest == "s" || kindOf(next) != lower
}

type kind byte

const (
	none kind = iota // separates words
	lower
	upper
	digit
	accent // belongs to the letter before
)

func kindOf(r rune) kind {
	switch {
	case 'a' <= r && r <= 'z':
		return lower
	case 'A' <= r && r <= 'Z':
		return upper
	case '0' <= r && r <= '9':
		return digit
	case r < 0xC0 || 0x2000 <= r && r <= 0x206F || 0x3000 <= r && r <= 0x3004 || r == utf8.RuneError || r >= 0xF0000:
		return none
	case 0x300 <= r && r <= 0x36F:
		return accent
	case unicode.IsUpper(r):
		return upper
	default:
		return lower
	}
}
