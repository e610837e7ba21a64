package route

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// What is found is what Python finds: it has been asked.
func TestBacktracking(t *testing.T) {
	for _, c := range []struct {
		name, text, path string
		want             []int
	}{
		{"anywhere", `(b)(?=c)`, "abc", []int{1, 2, 1, 2}},
		{"places are bytes", `(?<=é)b`, "ébb", []int{2, 3}},
		{"the first alternative that will do", `(?=a)(a|ab)(c|bcd)`, "abcd", []int{0, 4, 0, 1, 1, 4}},
		{"the last round of a loop is what is kept", `(?=a)(?:(a)|b)*`, "aba", []int{0, 3, 2, 3}},
		{"a group that took no part", `(?=b)(a)?b`, "b", []int{0, 1, -1, -1}},
		{"a round of no text is the last", `(?=a)(a?)*b`, "aab", []int{0, 3, 2, 2}},
		{"as few rounds as will do", `(?=a)((?:ab)+?)(a.*)`, "ababab", []int{0, 6, 0, 2, 2, 6}},
		{"as few characters as will do", `(?=a)(a{2,}?)(.*)`, "aaaa", []int{0, 4, 0, 2, 2, 4}},
		{"at least so many rounds", `(?=a)(?:ab){3}`, "abab", nil},
		{"at most so many rounds", `(?=a)(?:ab){1,2}`, "ababab", []int{0, 4}},
		{"a loop within a loop", `(?=a)(?:(?:ab?){2}c)+`, "abacaabcaabb", []int{0, 8}},
		{"a loop that is tried again in vain", `(?=a)(?:(?:b|ba|a){2}a)*$`, "abaa", []int{0, 4}},
		{"a possessive loop gives nothing back", `(?:ab)++ab`, "abab", nil},
		{"nor does any of its rounds", `(?:(b(?:b+?|a*))){2}+`, "bb", nil},
		{"an atomic group gives nothing back", `(?>a+|b)ab`, "aab", nil},
		{"what must follow leaves what it found", `(?=(a+))a`, "aa", []int{0, 1, 0, 2}},
		{"what was found in vain is forgotten", `(?:(?=(a))ab|(?!\1)a)`, "ac", []int{0, 1, -1, -1}},
		{"what must not come before", `(?<!a)b`, "abb", []int{2, 3}},
		{"nothing is before the beginning", `(?<=\w\w)`, "abc", []int{2, 2}},
		{"the same again, when case is ignored", `(?i)(é)\1`, "éÉ", []int{0, 4, 0, 2}},
		{"only ASCII has case", `(?ia)(é)\1`, "éÉ", nil},
		{"a reference to a group that took no part", `(?:(a)|b)\1`, "bb", nil},
		{"a condition that holds", `(a)?(?(1)b|c)`, "ab", []int{0, 2, 0, 1}},
		{"a condition that does not", `(a)?(?(1)b|c)`, "c", []int{0, 1, -1, -1}},
		{"a condition without another branch", `(?=b)(a)?(?(1)c)b`, "b", []int{0, 1, -1, -1}},
		{"the beginning of a line", `(?m)(?=b)^b$`, "a\nb\nc", []int{2, 3}},
		{"within a word", `a\Bb`, "ab", []int{0, 2}},
		{"nothing has no inside", `\B`, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := new(budget)
			if got := mustCompile(t, c.text, false).program.find(b, c.path); !slices.Equal(got, c.want) || b.exhausted {
				t.Errorf("%q in %q: %v, want %v", c.text, c.path, got, c.want)
			}
		})
	}
}

func TestALookBehindHasAFixedWidth(t *testing.T) {
	for _, c := range []struct {
		text string
		want error
	}{
		{`(?<=a|b{1})`, nil},
		{`(?<=(?:ab){2}\b)`, nil},
		{`(?<=a|bc)`, errWidth},
		{`(?<!a*)`, errWidth},
		{`(a)(?<=(?(1)b))`, errWidth},
		{`(?<=(?:a{60000}){60000})`, errWidth},
	} {
		e, err := parsePython(c.text, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := compileRegex(e, false); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.text, err, c.want)
		}
	}
}

func TestOpenChoicesAreBounded(t *testing.T) {
	b := new(budget)
	deep := mustCompile(t, `(?=a)(?:a|b)*!`, false)
	if deep.program.find(b, strings.Repeat("ab", maxDepth)) != nil || !b.exhausted {
		t.Error("there is no bound")
	}
	if deep.program.find(new(budget), strings.Repeat("ab", maxDepth/10)+"!") == nil {
		t.Error("a path that is not too long does not match")
	}
}
