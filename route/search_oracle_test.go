package route

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestSearchAgreesWithPython asks Python's own re about expressions that are made
// up, most of them such as RE2 has no words for.
func TestSearchAgreesWithPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skipf("there is no Python: %v", err)
	}
	g := &expressions{rand.New(rand.NewPCG(7, 8))}
	pairs := make([][2]string, 10_000)
	if os.Getenv("GATEWAY_TEST_LONG") != "" {
		pairs = make([][2]string, 100_000)
	}
	for i := range pairs {
		pairs[i] = [2]string{g.expression(), g.text()}
	}
	input, err := json.Marshal(pairs)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "testdata/search.py")
	cmd.Stdin = bytes.NewReader(input)
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var answers []json.RawMessage
	if err := json.Unmarshal(output, &answers); err != nil || len(answers) != len(pairs) {
		t.Fatalf("%d answers to %d questions: %v", len(answers), len(pairs), err)
	}

	found, backtracked, gaveUp := 0, 0, 0
	for i, pair := range pairs {
		if string(answers[i]) == "false" {
			continue
		}
		var want [][2]int
		if err := json.Unmarshal(answers[i], &want); err != nil {
			t.Fatal(err)
		}
		e, err := parsePython(pair[0], "")
		if err != nil {
			t.Errorf("%q: %v", pair[0], err)
			continue
		}
		r, err := compileRegex(e, false)
		if err != nil {
			t.Errorf("%q: %v", pair[0], err)
			continue
		}
		if r.re2 == nil {
			backtracked++
		}
		if want != nil {
			found++
		}
		b := new(budget)
		got := characters(pair[1], r.find(b, pair[1]))
		if b.exhausted {
			gaveUp++
		} else if !slices.Equal(got, want) {
			t.Errorf("%q in %q: %v, Python says %v", pair[0], pair[1], got, want)
		}
	}
	t.Logf("%d of %d searches find something, %d need to backtrack, %d take too long", found, len(pairs), backtracked, gaveUp)
	if found < len(pairs)/5 || backtracked < len(pairs)/3 || gaveUp > len(pairs)/100 {
		t.Error("the expressions are of no use")
	}
}

// characters counts in characters what is counted in bytes.
func characters(text string, places []int) [][2]int {
	var spans [][2]int
	count := func(at int) int {
		if at < 0 {
			return -1
		}
		return utf8.RuneCountInString(text[:at])
	}
	for i := 0; i < len(places); i += 2 {
		spans = append(spans, [2]int{count(places[i]), count(places[i+1])})
	}
	return spans
}

// expressions makes up regular expressions and texts of few characters, so that
// they often meet.
type expressions struct{ *rand.Rand }

func (g *expressions) pick(from ...string) string { return from[g.IntN(len(from))] }

func (g *expressions) text() string {
	var b strings.Builder
	for range g.IntN(7) {
		b.WriteString(g.pick("a", "a", "b", "b", "c", "A", "7", "_", "é", "É", "-", "/", "\n", "٣"))
	}
	return b.String()
}

func (g *expressions) expression() string {
	groups := 0
	return g.pick("", "", "", "(?i)", "(?m)", "(?s)", "(?a)", "(?ia)") + g.alternatives(2, &groups)
}

func (g *expressions) alternatives(depth int, groups *int) string {
	text := g.sequence(depth, groups)
	for range max(0, g.IntN(4)-2) {
		text += "|" + g.sequence(depth, groups)
	}
	return text
}

func (g *expressions) sequence(depth int, groups *int) string {
	var b strings.Builder
	for range 1 + g.IntN(3) {
		atom, repeats := g.atom(depth, groups)
		b.WriteString(atom)
		if repeats {
			b.WriteString(g.pick("", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{,2}", "{2,}?"))
		}
	}
	return b.String()
}

func (g *expressions) atom(depth int, groups *int) (atom string, repeats bool) {
	if depth == 0 || g.IntN(2) == 0 {
		if g.IntN(4) == 0 {
			return g.pick("^", "$", `\b`, `\B`, `\A`, `\Z`), false
		}
		return g.pick("a", "b", "c", "é", ".", `\w`, `\W`, `\d`, `\s`, `\S`, "[ab]", "[^a]", "[a-c7]", `[\w-]`, `[^\W\d]`), true
	}
	switch g.IntN(7) {
	case 0:
		return g.pick("(?=", "(?!") + g.alternatives(depth-1, groups) + ")", false
	case 1:
		return g.pick("(?<=", "(?<!") + g.pick("a", "ab", "[ab]", `\w`, "a|b", "^", `\b`, "(?:ab|ba)") + ")", false
	case 2:
		if *groups > 0 {
			return fmt.Sprintf(`\%d`, 1+g.IntN(*groups)), true
		}
	case 3:
		if *groups > 0 {
			return fmt.Sprintf("(?(%d)%s|%s)", 1+g.IntN(*groups), g.sequence(depth-1, groups), g.sequence(depth-1, groups)), true
		}
	case 4:
		return "(?:" + g.alternatives(depth-1, groups) + ")", true
	}
	inner := g.alternatives(depth-1, groups)
	*groups++ // a reference must not be inside what it refers to
	return "(" + inner + ")", true
}
