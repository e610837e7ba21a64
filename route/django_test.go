package route

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// python is the interpreter with Django which integration/setup makes.
const python = "../.build/venv/bin/python"

// TestMatchAgreesWithDjango asks the real thing about patterns and paths that
// are made up of the same pieces, so that many match and many almost do.
func TestMatchAgreesWithDjango(t *testing.T) {
	if _, err := os.Stat(python); err != nil {
		t.Skipf("there is no Python with Django: run integration/setup (%v)", err)
	}
	pairs := append(generatePairs(5_000), long()...)
	input, err := json.Marshal(pairs)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "testdata/resolve.py")
	cmd.Stdin = bytes.NewReader(input)
	cmd.Stderr = os.Stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var answers []bool
	if err := json.Unmarshal(output, &answers); err != nil || len(answers) != len(pairs) {
		t.Fatalf("%d answers to %d questions: %v", len(answers), len(pairs), err)
	}
	matched := 0
	for i, pair := range pairs {
		if answers[i] {
			matched++
		}
		if got := mustParse(t, "/"+pair[0]).Match("/" + pair[1]); got != answers[i] {
			t.Errorf("/%s matches /%.60q (%d bytes): %v, Django says %v", pair[0], pair[1], len(pair[1]), got, answers[i])
		}
	}
	t.Logf("%d of %d match", matched, len(pairs))
	if matched < len(pairs)/10 || matched > len(pairs)*9/10 {
		t.Errorf("%d of %d match: the pairs are of no use", matched, len(pairs))
	}
}

// pieces are what a path can have where a pattern has the key.
var pieces = map[string][]string{
	"<int:%s>":  {"7", "007", "4711", "٣", "-1", "1_0"},
	"<str:%s>":  {"a", "é", "éé", "a b", "x.y", "a\nb", "😀", "%2F", "7"},
	"<%s>":      {"b", "é", "12", "-"},
	"<slug:%s>": {"red-shoes", "a_b", "7", "-", "é", "a.b"},
	"<uuid:%s>": {someUUID, strings.ToUpper(someUUID), someUUID[1:], someUUID + "f"},
	"<path:%s>": {"a/b", "/", "//", "a/b/c.txt", "\n", "a\n", "é/é", "edit/"},
	"/":         {"/", "//", ""},
	"-":         {"-", ""},
	"edit/":     {"edit/", "edit"},
	"a.b":       {"a.b", "axb"},
	"é":         {"é", "e"},
	"":          {"", "x"},
}

// long are too few to be left to chance, and too slow in Python to be many.
func long() (pairs [][2]string) {
	for _, route := range []string{"<int:a>/", "<str:a>/", "<int:a><int:b>/", "<int:a>-<int:b>/", "<slug:a><int:b>/", "<path:a>/"} {
		for _, digit := range []string{"7", "0"} {
			for more := range 3 {
				digits := strings.Repeat(digit, maxIntDigits+more)
				pairs = append(pairs, [2]string{route, digits + "/"}, [2]string{route, digits + "-" + digits + "/"})
			}
		}
	}
	return pairs
}

func generatePairs(n int) [][2]string {
	random := rand.New(rand.NewPCG(3, 4))
	kinds := []string{"<int:%s>", "<str:%s>", "<%s>", "<slug:%s>", "<uuid:%s>", "<path:%s>", "/", "/", "/", "-", "edit/", "a.b", "é", ""}
	pairs := make([][2]string, n)
	for i := range pairs {
		var route, path strings.Builder
		for part := range 1 + random.IntN(5) {
			kind := kinds[random.IntN(len(kinds))]
			if strings.Contains(kind, "%s") {
				fmt.Fprintf(&route, kind, fmt.Sprint("p", part))
			} else {
				route.WriteString(kind)
			}
			fits := pieces[kind]
			if random.IntN(3) == 0 { // what fits anything but this
				path.WriteString(fits[random.IntN(len(fits))])
			} else {
				path.WriteString(fits[0])
			}
		}
		pairs[i] = [2]string{route.String(), path.String()}
	}
	return pairs
}
