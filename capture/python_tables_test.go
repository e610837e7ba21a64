package capture

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/internal/secretname"
)

var update = flag.Bool("update", false, "write the probe's tables of secrets")

// pythonTables is the module of the probe that has the lists and tables of this package
// and of secretname.
const pythonTables = "../probe/django_probe/tables.py"

// The probe and the gateway go by the same words, prefixes and numbers.
func TestPythonTablesAreThoseOfTheGateway(t *testing.T) {
	want := renderTables()
	if *update {
		if err := os.WriteFile(pythonTables, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(pythonTables)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not up to date: run go test ./capture -run TestPythonTables -update", pythonTables)
	}
}

func renderTables() string {
	var out strings.Builder
	out.WriteString("\"\"\"What tells secrets from other text: the tables of the gateway.\n\n" +
		"Made from internal/secretname/words.txt and from capture: go test ./capture -run TestPythonTables -update\n\"\"\"\n\n")
	for _, s := range secretname.Sections() {
		name := strings.ToUpper(strings.ReplaceAll(s.Name, " ", "_"))
		writeWords(&out, name, s.Words)
	}
	terms := map[string][]string{"BEFORE": nil, "AFTER_TERM": nil}
	for _, s := range secretname.Sections() {
		if place, term, found := strings.Cut(s.Name, " "); found {
			key := map[string]string{"before": "BEFORE", "behind": "AFTER_TERM"}[place]
			terms[key] = append(terms[key], fmt.Sprintf("    %q: frozenset(%s),\n", term, strings.ToUpper(strings.ReplaceAll(s.Name, " ", "_"))))
		}
	}
	fmt.Fprintf(&out, "BEFORE_TERM = {\n%s}\nBEHIND_TERM = {\n%s}\n\n", strings.Join(terms["BEFORE"], ""), strings.Join(terms["AFTER_TERM"], ""))
	writeWords(&out, "FIELD_NAMES", fieldNames)
	writeWords(&out, "FIELD_VALUES", fieldValues)
	writeWords(&out, "PROSE_NAMES", proseNames)
	writeWords(&out, "FILLERS", fillers)
	writeWords(&out, "INTRODUCERS", introducers)
	writeWords(&out, "PLAIN_WORDS", plainWords)
	writeWords(&out, "PROSE_WORDS", proseWords)
	writeWords(&out, "SECRET_KEYS", secretKeys)
	writeWords(&out, "STEPS", steps)
	writeWords(&out, "IMAGES", images)
	writeWords(&out, "IBANS", strings.Fields(ibans))

	out.WriteString("# Flags of one letter: commands, those that a blank may follow, those that the secret follows at once.\nSECRET_FLAGS = (\n")
	for _, f := range secretFlags {
		fmt.Fprintf(&out, "    (%s, %q, %q),\n", tuple(f.commands), f.apart, f.glued)
	}
	out.WriteString(")\n# First and last number of an issuer, and the lengths of its cards.\nISSUERS = (\n")
	for _, i := range issuers {
		fmt.Fprintf(&out, "    (%q, %q, (%s,)),\n", i.first, i.last, strings.Trim(strings.Join(strings.Fields(fmt.Sprint(i.lengths)), ", "), "[]"))
	}
	out.WriteString(")\n# Prefix, bytes behind it, signs in it beside letters, digits, _ and -, bytes that are kept, what is checked.\nPREFIXES = (\n")
	var prefixes []string
	for _, all := range credentialsBy {
		for _, c := range all {
			prefixes = append(prefixes, fmt.Sprintf("    (%q, %d, %q, %d, %q),\n", c.prefix, c.least, c.also, c.keep, c.kind))
		}
	}
	out.WriteString(strings.Join(prefixes, "") + ")\n# Start of a row's message, what is behind it where the values begin, ends, whether it has several lines.\nROWS = (\n")
	for _, r := range rows {
		lines := "False"
		if r.lines {
			lines = "True"
		}
		fmt.Fprintf(&out, "    (%s, %q, %s, %s),\n", python(r.start), r.after, tuple(r.ends), lines)
	}
	out.WriteString(")\n")
	return out.String()
}

func tuple(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = python(word)
	}
	return "(" + strings.Join(quoted, ", ") + ",)"
}

func python(s string) string {
	if strings.Contains(s, `"`) {
		return "'" + s + "'"
	}
	return strconv.Quote(s)
}

// writeWords writes a list in lines of at most 120 characters.
func writeWords(out *strings.Builder, name string, words []string) {
	fmt.Fprintf(out, "%s = tuple(\n    \"\"\"", name)
	column := 7
	for i, word := range words {
		if column += 1 + len([]rune(word)); column > 118 {
			out.WriteString("\n    ")
			column = 4 + len([]rune(word))
		} else if i > 0 {
			out.WriteString(" ")
		}
		out.WriteString(word)
	}
	out.WriteString("\"\"\".split()\n)\n")
}

func TestEveryCredentialOfTheTableHasItsCheck(t *testing.T) {
	for _, all := range credentialsBy {
		for _, c := range all {
			if (c.kind == "") != (checks[c.kind] == nil) {
				t.Errorf("%s is checked by %q, which there is not", c.prefix, c.kind)
			}
		}
	}
	if !slices.Contains(steps, "reset") {
		t.Error("reset is no step")
	}
}
