// Package secretname tells by its name whether a value is a secret.
//
// It compares whole words: "api_key", "apiKey" and "X-Api-Key" are names of secrets, while "monkey", "primary_key" and
// "max_tokens" are not. The probe has the same rules: its tables are made from this package.
package secretname

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"sync/atomic"
)

// Verdict says what a name is.
type Verdict int

const (
	// Harmless is a name of something else.
	Harmless Verdict = iota
	// Stated is prose about the state of a secret, such as "session expired". What follows may be a secret.
	Stated
	// Secret is the name of a secret.
	Secret
)

// Matcher judges names. It is safe for concurrent use. The zero value goes by all terms.
type Matcher struct {
	without set
	recent  [recentNames]atomic.Pointer[judged] // names come again and again
}

// judged is a name with its verdict.
type judged struct {
	name    string
	verdict Verdict
	term    string
}

// Bounds of the names that are remembered.
const (
	recentNames = 1 << 10
	maxRecent   = 64 // bytes of a name
)

var seed = maphash.MakeSeed()

// Without returns a matcher that does without some of the terms.
func Without(terms []string) (*Matcher, error) {
	m := &Matcher{without: make(set)}
	for _, term := range terms {
		if !IsTerm(term) {
			return nil, fmt.Errorf("%q is not a built-in term", term)
		}
		m.without[term] = true
	}
	return m, nil
}

// Judge says what a name is, and which term makes it that.
func (m *Matcher) Judge(name string) (Verdict, string) {
	if len(name) > maxRecent {
		return m.judge(name)
	}
	place := &m.recent[maphash.String(seed, name)%recentNames]
	known := place.Load()
	if known == nil || known.name != name {
		known = &judged{name: strings.Clone(name)}
		known.verdict, known.term = m.judge(name)
		place.Store(known)
	}
	return known.verdict, known.term
}

func (m *Matcher) judge(name string) (Verdict, string) {
	words, starts := split(name)
	stated, prose := "", strings.ContainsAny(name, " +")
	for i := len(words) - 1; i >= 0; i-- {
		term, n := m.termAt(words, starts, i)
		if n == 0 {
			continue
		}
		switch verdictOf(words, starts[i], i, n, term, prose) {
		case Secret:
			return Secret, term
		case Stated:
			stated = term
		}
	}
	if stated != "" && prose {
		return Stated, stated
	}
	return Harmless, ""
}

// termAt returns the term that the words have at i, and how many words it is; 0 if there is none.
func (m *Matcher) termAt(words []string, starts []int, i int) (term string, n int) {
	for _, parts := range compoundsBy[words[i]] {
		if len(parts) <= len(words)-i && isCompound(parts, words[i:]) {
			if term := strings.Join(parts, "_"); !m.without[term] {
				return term, len(parts)
			}
		}
	}
	if term := m.termIn(words[i]); term != "" {
		if term == "key" && strings.HasSuffix(words[i], "s") && (i == starts[i] || !keys[words[i-1]]) {
			return "", 0 // the keys of a dictionary
		}
		return term, 1
	}
	return "", 0
}

// isCompound reports whether words begin with the parts of a term, of which the last may be in the plural.
func isCompound(parts, words []string) bool {
	last := len(parts) - 1
	return slices.Equal(parts[:last], words[:last]) && (words[last] == parts[last] || words[last] == parts[last]+"s")
}

// termIn returns the term that makes a word the name of a secret; empty if none does.
func (m *Matcher) termIn(word string) string {
	if len(word) < 2 || other[word] {
		return ""
	}
	one := word
	if len(word) > 3 && strings.HasSuffix(word, "s") && !singles[word] {
		one = word[:len(word)-1]
	}
	if singles[one] && !m.without[one] {
		return one
	}
	if len(word) < 4 || other[one] {
		return ""
	}
	for _, term := range inside {
		if strings.Contains(word, term) && !m.without[term] {
			return term
		}
	}
	if compound := joined[one]; compound != "" && !m.without[compound] {
		return compound
	}
	for _, term := range suffixes {
		if (strings.HasSuffix(word, term) || strings.HasSuffix(one, term)) && !m.without[term] {
			return term
		}
	}
	if start, found := strings.CutSuffix(one, "key"); found && (keys[start] || around[start]) && !m.without["key"] {
		return "key"
	}
	return m.termOfTwo(one)
}

// maxTwo is the length of the longest word that is taken for two.
const maxTwo = 24

// termOfTwo finds the term in two words that are written as one: "userpin", "tokenvalue".
func (m *Matcher) termOfTwo(word string) string {
	for cut := 2; cut <= len(word)-2 && len(word) <= maxTwo; cut++ {
		start, end := word[:cut], word[cut:]
		switch {
		case around[start] && singles[end] && end != "key" && !m.without[end]:
			return end
		case around[start] && joined[end] != "" && !m.without[joined[end]]:
			return joined[end]
		case behindParts[end] && start != "key" && singles[start] && !m.without[start]:
			return start
		}
	}
	return ""
}

// verdictOf judges the term words[i:i+n] by the words around it. start is the first word of its part of the name.
func verdictOf(words []string, start, i, n int, term string, prose bool) Verdict {
	if words[start] == "x" && start < i {
		start++ // X-…
	}
	last := len(words) - 1
	for last > i && words[last][0] <= '9' {
		last--
	}
	if last >= i+n {
		switch {
		case after[words[last]]:
			return Harmless
		case states[words[last]]:
			return Stated
		case behind[term][words[i+n]] && (i == start || !strings.HasPrefix(words[i+n], "value")):
			return Harmless
		}
	}
	switch {
	case i == 0, i == start && !prose:
		return Secret
	case start < i && (flags[words[start]] || quantities[words[start]]), quantities[words[i-1]]:
		return Harmless
	case before[term][words[i-1]]:
		return Harmless
	case term == "key" && states[words[i-1]]:
		return Stated
	}
	return Secret
}
