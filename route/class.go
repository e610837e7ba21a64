package route

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// class is a set of characters.
type class struct {
	ranges  []rune // pairs of first and last
	props   string // such as \p{Nd}
	negated bool
}

func (c *class) add(first, last rune) { c.ranges = append(c.ranges, first, last) }

// What \d, \w and \s are in Python, which is neither what they are in RE2 nor in
// .NET: str.isdecimal, str.isalnum or _, str.isspace.
func (c *class) addEscape(letter rune, ascii bool) {
	switch {
	case letter == 'd' && ascii:
		c.add('0', '9')
	case letter == 'd':
		c.props += `\p{Nd}`
	case letter == 'D' && ascii:
		c.add(0, '0'-1)
		c.add('9'+1, unicode.MaxRune)
	case letter == 'D':
		c.props += `\P{Nd}`
	case letter == 'w' && ascii:
		c.ranges = append(c.ranges, '0', '9', 'A', 'Z', '_', '_', 'a', 'z')
	case letter == 'w':
		c.props += `\p{L}\p{N}`
		c.add('_', '_')
	case letter == 'W' && ascii:
		c.ranges = append(c.ranges, 0, '0'-1, '9'+1, 'A'-1, 'Z'+1, '_'-1, '_'+1, 'a'-1, 'z'+1, unicode.MaxRune)
	case letter == 'W':
		c.ranges = append(c.ranges, noWord()...)
	case letter == 's' && ascii:
		c.ranges = append(c.ranges, '\t', '\r', ' ', ' ')
	case letter == 's':
		c.ranges = append(c.ranges, spaces...)
	case letter == 'S' && ascii:
		c.ranges = append(c.ranges, 0, '\t'-1, '\r'+1, ' '-1, ' '+1, unicode.MaxRune)
	case letter == 'S':
		c.ranges = append(c.ranges, noSpaces()...)
	}
}

// spaces are those of str.isspace.
var spaces = []rune{
	'\t', '\r', 0x1c, ' ', 0x85, 0x85, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a,
	0x2028, 0x2029, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000,
}

var noWord = sync.OnceValue(func() []rune {
	return runesThat(func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsNumber(r) })
})

var noSpaces = sync.OnceValue(func() []rune {
	return runesThat(func(r rune) bool {
		for i := 0; i < len(spaces); i += 2 {
			if spaces[i] <= r && r <= spaces[i+1] {
				return false
			}
		}
		return true
	})
})

// runesThat are the ranges of the characters that in takes.
func runesThat(in func(rune) bool) []rune {
	var ranges []rune
	for r := rune(0); r <= unicode.MaxRune; r++ {
		switch last := len(ranges) - 1; {
		case !in(r):
		case last > 0 && ranges[last] == r-1:
			ranges[last] = r
		default:
			ranges = append(ranges, r, r)
		}
	}
	return ranges
}

// dottedI are one letter to Python when case is ignored, and two to Go.
var dottedI = []rune{'i', 'I', 'ı', 'İ'}

// text is the class as RE2 reads it. Where only ASCII has case it needs no flag
// to ignore it.
func (c class) text(f flags) string {
	ranges := slices.Clone(c.ranges)
	switch {
	case f.fold && f.ascii:
		for r := 'a'; r <= 'z'; r++ {
			if upper := r - 'a' + 'A'; c.hasRange(r) || c.hasRange(upper) {
				ranges = append(ranges, r, r, upper, upper)
			}
		}
	case f.fold && slices.ContainsFunc(dottedI, c.hasRange):
		for _, r := range dottedI {
			ranges = append(ranges, r, r)
		}
	}
	var b strings.Builder
	b.WriteByte('[')
	if c.negated {
		b.WriteByte('^')
	}
	for i := 0; i < len(ranges); i += 2 {
		writeRange(&b, ranges[i], ranges[i+1])
	}
	b.WriteString(c.props)
	b.WriteByte(']')
	return b.String()
}

func (c class) hasRange(r rune) bool {
	for i := 0; i < len(c.ranges); i += 2 {
		if c.ranges[i] <= r && r <= c.ranges[i+1] {
			return true
		}
	}
	return false
}

// writeRange leaves out the surrogates, which no path has and no engine takes.
func writeRange(b *strings.Builder, first, last rune) {
	const low, high = 0xd800, 0xdfff
	if first < low && last > high {
		writeRange(b, first, low-1)
		writeRange(b, high+1, last)
		return
	}
	if low <= first && first <= high {
		first = high + 1
	}
	if low <= last && last <= high {
		last = low - 1
	}
	if first > last {
		return
	}
	writeRune(b, first)
	if last > first {
		b.WriteByte('-')
		writeRune(b, last)
	}
}

// writeRune writes a character so that it means itself.
func writeRune(b *strings.Builder, r rune) {
	switch {
	case r == '_' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || r >= 0x80:
		b.WriteRune(r)
	default:
		fmt.Fprintf(b, `\x%02x`, r)
	}
}
