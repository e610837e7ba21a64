package capture

import (
	"bufio"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/evidence"
)

// corpusEntry is a line of testdata/secrets.jsonl or testdata/harmless.jsonl: a name, or a
// text, in which ⟦ and ⟧ stand around what is secret.
type corpusEntry struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

func (e corpusEntry) String() string {
	if e.Name != "" {
		return "name " + strconv.Quote(e.Name)
	}
	return "text " + strconv.Quote(e.Text)
}

func readCorpus(t testing.TB, file string) (all []corpusEntry) {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var e corpusEntry
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		all = append(all, e)
	}
	return all
}

// namedPlaces put a value under a name, as JSON, forms, headers and so on have it.
var namedPlaces = map[string]func(s *Scrubber, name, value string) (clean string){
	"JSON": func(s *Scrubber, n, v string) string {
		return s.json([]byte(`{"a":1,` + quote(n) + `:` + quote(v) + `}`))
	},
	"nested JSON": func(s *Scrubber, n, v string) string {
		return s.json([]byte(`{"a":[{"b":{` + quote(n) + `:` + quote(v) + `}}]}`))
	},
	"JSON, cut": func(s *Scrubber, n, v string) string { return s.json([]byte(`{"a":1,` + quote(n) + `:` + quote(v))) },
	"JSON in JSON": func(s *Scrubber, n, v string) string {
		return s.json([]byte(`{"a":` + quote(`{`+quote(n)+`:`+quote(v)+`}`) + `}`))
	},
	"a form":           func(s *Scrubber, n, v string) string { return s.query("a=1&" + url.QueryEscape(n) + "=" + v) },
	"a form in a form": func(s *Scrubber, n, v string) string { return s.query("user%5B" + url.QueryEscape(n) + "%5D=" + v) },
	"a URL":            func(s *Scrubber, n, v string) string { return s.url("/a/?b=1&" + url.QueryEscape(n) + "=" + v) },
	"a header":         func(s *Scrubber, n, v string) string { return s.headerValue("X-"+n, v) },
	"a log message":    func(s *Scrubber, n, v string) string { return s.text("cannot save " + n + ": " + v) },
	"an assignment":    func(s *Scrubber, n, v string) string { return s.text("a = 1\n" + n + " = '" + v + "'\nb = 2") },
	"an environment":   func(s *Scrubber, n, v string) string { return s.text("DEBUG=1\n" + n + "=" + v + "\nPATH=/bin") },
	"a literal of lines": func(s *Scrubber, n, v string) string {
		return s.text(`note = "DEBUG=1\n` + n + `=` + v + `\nPATH=/bin"`)
	},
	"YAML in a literal": func(s *Scrubber, n, v string) string { return s.text(`"a:\r\n  ` + n + `: ` + v + `\r\n"`) },
	"JSON of a log":     func(s *Scrubber, n, v string) string { return s.text(`{"log": "{\"a\\n` + n + `: ` + v + `\"}"}`) },
	"a repr":            func(s *Scrubber, n, v string) string { return s.text("{'a': 1, '" + n + "': '" + v + "'}") },
	"keyword arguments": func(s *Scrubber, n, v string) string { return s.text("Login(a=1, " + n + "='" + v + "')") },
	"YAML":              func(s *Scrubber, n, v string) string { return s.text("a:\n  " + n + ": " + v + "\n  b: 1\n") },
	"pairs":             func(s *Scrubber, n, v string) string { return s.text("[('a', 'b'), ('" + n + "', '" + v + "')]") },
	"a local variable": func(s *Scrubber, n, v string) string {
		return fmt.Sprint(s.frame(evidence.Frame{Locals: []evidence.Local{{Name: n, Value: "'" + v + "'"}}}).Vars[n])
	},
	"an input": func(s *Scrubber, n, v string) string {
		return s.html([]byte(`<input name="` + html.EscapeString(n) + `" value="` + v + `">`))
	},
	"a table row": func(s *Scrubber, n, v string) string {
		return s.html([]byte(`<tr><td>` + html.EscapeString(n) + `</td><td class="code"><pre>&#x27;` + v + `&#x27;</pre></td></tr>`))
	},
	"name and value": func(s *Scrubber, n, v string) string {
		return s.json([]byte(`{"name":` + quote(n) + `,"value":` + quote(v) + `}`))
	},
	"value and name": func(s *Scrubber, n, v string) string {
		return s.text(`{"value": ` + quote(v) + `, "name": ` + quote(n) + `}`)
	},
	"key and value":       func(s *Scrubber, n, v string) string { return s.text("{'key': '" + n + "', 'value': '" + v + "'}") },
	"an enum member":      func(s *Scrubber, n, v string) string { return s.text("{<Field." + n + ": 1>: '" + v + "'}") },
	"a literal before it": func(s *Scrubber, n, v string) string { return s.text("value '" + v + "' for column '" + n + "'") },
}

func quote(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

// textPlaces put a text where others stand.
var textPlaces = map[string]func(s *Scrubber, text string) (clean string){
	"a log message": func(s *Scrubber, text string) string { return s.text(text) },
	"an exception":  func(s *Scrubber, text string) string { return s.text("ValueError: " + text) },
	"a JSON value": func(s *Scrubber, text string) string {
		return decodedValue(s.json([]byte(`{"a":[` + quote(text) + `]}`)))
	},
	"a page": func(s *Scrubber, text string) string {
		return html.UnescapeString(s.html([]byte("<p>" + html.EscapeString(text) + "</p>")))
	},
	"a script": func(s *Scrubber, text string) string {
		if strings.Contains(text, "<") {
			return text
		}
		return s.html([]byte("<script>" + text + "</script>"))
	},
	"a local variable": func(s *Scrubber, text string) string {
		return fmt.Sprint(s.frame(evidence.Frame{Locals: []evidence.Local{{Name: "a", Value: text}}}).Vars["a"])
	},
	"a source line": func(s *Scrubber, text string) string { return s.text(text) },
}

func decodedValue(document string) string {
	var v map[string][]string
	if json.Unmarshal([]byte(document), &v) != nil || len(v["a"]) == 0 {
		return document
	}
	return v["a"][0]
}

const plantedValue = "Zq7Wv9xLm"

// leaksOf returns the places where a secret of the corpus can be read.
func leaksOf(s *Scrubber, e corpusEntry) (leaks []string) {
	if e.Name != "" {
		for place, plant := range namedPlaces {
			if clean := plant(s, e.Name, plantedValue); strings.Contains(clean, plantedValue) {
				leaks = append(leaks, place+": "+clean)
			}
		}
		return leaks
	}
	text, secrets := marked(e.Text)
	for place, plant := range textPlaces {
		if e.Name == "" && place == "a script" && strings.Contains(text, "<") {
			continue
		}
		clean := plant(s, text)
		for _, secret := range secrets {
			if strings.Contains(clean, secret) {
				leaks = append(leaks, place+": "+clean)
				break
			}
		}
	}
	return leaks
}

// marked returns a text without its marks, and what stands between them.
func marked(text string) (plain string, secrets []string) {
	for {
		before, rest, found := strings.Cut(text, "⟦")
		plain += before
		if !found {
			return plain, secrets
		}
		secret, after, _ := strings.Cut(rest, "⟧")
		secrets, plain, text = append(secrets, secret), plain+secret, after
	}
}

// hiddenOf returns the places where something harmless is hidden.
func hiddenOf(s *Scrubber, e corpusEntry) (hidden []string) {
	if e.Name != "" {
		for place, plant := range namedPlaces {
			if clean := plant(s, e.Name, "blue"); strings.Contains(clean, filtered) {
				hidden = append(hidden, place+": "+clean)
			}
		}
		return hidden
	}
	for place, plant := range textPlaces {
		if clean := plant(s, e.Text); strings.Contains(clean, filtered) {
			hidden = append(hidden, place+": "+clean)
		}
	}
	return hidden
}

func TestTheCorporaOfSecretsAndOfHarmlessTexts(t *testing.T) {
	s := newScrubber(t)
	secrets, harmless := readCorpus(t, "secrets.jsonl"), readCorpus(t, "harmless.jsonl")
	scores := make(map[string]*score)
	count := func(corpus string, e corpusEntry, bad bool) {
		kind := corpus + ", texts"
		if e.Name != "" {
			kind = corpus + ", names"
		}
		if scores[kind] == nil {
			scores[kind] = new(score)
		}
		scores[kind].entries++
		if bad {
			scores[kind].bad++
		}
	}
	for _, e := range secrets {
		leaks := leaksOf(s, e)
		if count("secrets", e, len(leaks) > 0); len(leaks) > 0 {
			t.Errorf("%v leaks in %d places: %s", e, len(leaks), leaks[0])
		}
	}
	for _, e := range harmless {
		hidden := hiddenOf(s, e)
		if count("harmless", e, len(hidden) > 0); len(hidden) > 0 {
			t.Logf("%v is hidden in %d places: %s", e, len(hidden), hidden[0])
		}
	}
	if bad := scores["harmless, names"].bad + scores["harmless, texts"].bad; bad*100 > len(harmless) {
		t.Errorf("%d of %d harmless entries are hidden", bad, len(harmless))
	}
	checkScores(t, scores)
}

// score is how many entries of a corpus there are, and of how many the verdict is wrong
// in one place or more.
type score struct{ entries, bad int }

// checkScores compares the table in the documentation with the scores.
func checkScores(t *testing.T, scores map[string]*score) {
	t.Helper()
	const page, start, end = "../docs/events.md", "| corpus | entries |", "\n\n"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	table := "| corpus | entries | places each | wrong verdicts |\n|---|---|---|---|\n"
	for _, kind := range slices.Sorted(maps.Keys(scores)) {
		places := len(namedPlaces)
		if strings.HasSuffix(kind, "texts") {
			places = len(textPlaces)
		}
		table += fmt.Sprintf("| %s | %d | %d | %d |\n", kind, scores[kind].entries, places, scores[kind].bad)
	}
	before, rest, found := strings.Cut(string(text), start)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s has no table of scores", page)
	}
	want := before + strings.TrimSuffix(table, "\n") + end + after
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(text) {
		t.Errorf("%s has other scores than\n%s\nrun go test ./capture -run TestTheCorpora -update", page, table)
	}
}
