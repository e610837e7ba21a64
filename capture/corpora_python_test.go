package capture

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/internal/secretname"
)

// judgeInPython reads {"name": …} or {"text": …} a line, and answers each with a line.
const judgeInPython = `
import json, sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
from django_probe.names import judge
from django_probe.secrets import scrub
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(judge(asked["name"]) if "name" in asked else scrub(asked["text"])))
`

// inPython answers each line with what the probe makes of it.
func inPython(t *testing.T, program string, lines []any) []json.RawMessage {
	t.Helper()
	var in, out bytes.Buffer
	for _, line := range lines {
		text, err := json.Marshal(line)
		if err != nil {
			t.Fatal(err)
		}
		in.Write(append(text, '\n'))
	}
	python := "python3"
	if venv := filepath.Join("..", ".build", "venv", "bin", "python"); exists(venv) {
		python = venv
	}
	cmd := exec.Command(python, "-c", program, filepath.Join("..", "probe"))
	cmd.Stdin, cmd.Stdout, cmd.Stderr = &in, &out, os.Stderr
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	var answers []json.RawMessage
	for line := range strings.Lines(out.String()) {
		answers = append(answers, json.RawMessage(line))
	}
	if len(answers) != len(lines) {
		t.Fatalf("%d answers to %d lines", len(answers), len(lines))
	}
	return answers
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func TestTheProbeJudgesNamesAsTheGatewayDoes(t *testing.T) {
	names := []string{"", "%", "a b", "x", "session expired", "API key invalid", "primary key", "contrasen\u0303a", "pass\\u0077ord", "user%255Bpin%255D", "%zz password",
		"APIs", "userIDs", "SSHKeys", "ſession", "PASSWORDİ", strings.Repeat("a_", 300) + "token", strings.Repeat("é", 300) + "_pin", "2fa", "x_has_token", "X-max-tokens"}
	for _, file := range []string{"secrets.jsonl", "harmless.jsonl"} {
		for _, e := range readCorpus(t, file) {
			if e.Name != "" {
				names = append(names, e.Name, "user["+e.Name+"]", "Field."+strings.ToUpper(e.Name), "wrong "+e.Name, e.Name+"_count", "has_"+e.Name, "max "+e.Name)
			}
		}
	}
	for _, s := range secretname.Sections() {
		for _, word := range s.Words {
			names = append(names, word, word+"s", "api_"+word, word+"_token", word+"Key", "key_"+word, word+" expired", "pass"+word, word+"pass", "session_"+word)
		}
	}
	lines := make([]any, len(names))
	for i, name := range names {
		lines[i] = map[string]string{"name": name}
	}
	for i, answer := range inPython(t, judgeInPython, lines) {
		var got secretname.Verdict
		if err := json.Unmarshal(answer, &got); err != nil {
			t.Fatal(err)
		}
		if want, term := new(secretname.Matcher).Judge(names[i]); got != want {
			t.Errorf("%q is judged %d by the probe, and %d by the gateway (%q)", names[i], got, want, term)
		}
	}
}

// textOfPlaces are those of namedPlaces that the probe sees: texts.
var textOfPlaces = map[string]func(name, value string) string{
	"JSON":                func(n, v string) string { return `{"a":1,` + quote(n) + `:` + quote(v) + `}` },
	"JSON in JSON":        func(n, v string) string { return `{"a":` + quote(`{`+quote(n)+`:`+quote(v)+`}`) + `}` },
	"a form":              func(n, v string) string { return "a=1&" + strings.ReplaceAll(n, "[", "%5B") + "=" + v },
	"a log message":       func(n, v string) string { return "cannot save " + n + ": " + v },
	"an assignment":       func(n, v string) string { return "a = 1\n" + n + " = '" + v + "'\nb = 2" },
	"an environment":      func(n, v string) string { return "DEBUG=1\n" + n + "=" + v + "\nPATH=/bin" },
	"a repr":              func(n, v string) string { return "{'a': 1, '" + n + "': '" + v + "'}" },
	"keyword arguments":   func(n, v string) string { return "Login(a=1, " + n + "='" + v + "')" },
	"YAML":                func(n, v string) string { return "a:\n  " + n + ": " + v + "\n  b: 1\n" },
	"pairs":               func(n, v string) string { return "[('a', 'b'), ('" + n + "', '" + v + "')]" },
	"an input":            func(n, v string) string { return `<input name="` + n + `" value="` + v + `">` },
	"name and value":      func(n, v string) string { return `{"name":` + quote(n) + `,"value":` + quote(v) + `}` },
	"value and name":      func(n, v string) string { return `{"value": ` + quote(v) + `, "name": ` + quote(n) + `}` },
	"key and value":       func(n, v string) string { return "{'key': '" + n + "', 'value': '" + v + "'}" },
	"an enum member":      func(n, v string) string { return "{<Field." + n + ": 1>: '" + v + "'}" },
	"a literal before it": func(n, v string) string { return "value '" + v + "' for column '" + n + "'" },
}

// The same texts, the same verdicts: a text keeps all of its secrets or none, and
// what is harmless stays on both sides.
func TestTheProbeHidesWhatTheGatewayDoes(t *testing.T) {
	type asked struct {
		entry   corpusEntry
		text    string
		secrets []string // none: it is harmless
	}
	var all []asked
	for _, e := range readCorpus(t, "secrets.jsonl") {
		if e.Name == "" {
			text, secrets := marked(e.Text)
			all = append(all, asked{e, text, secrets}, asked{e, "ValueError: " + text, secrets})
			continue
		}
		for _, place := range textOfPlaces {
			all = append(all, asked{e, place(e.Name, plantedValue), []string{plantedValue}})
		}
	}
	for _, e := range readCorpus(t, "harmless.jsonl") {
		if e.Name == "" {
			all = append(all, asked{e, e.Text, nil}, asked{e, "ValueError: " + e.Text, nil})
			continue
		}
		for _, place := range textOfPlaces {
			all = append(all, asked{e, place(e.Name, "blue"), nil})
		}
	}
	lines := make([]any, len(all))
	for i, a := range all {
		lines[i] = map[string]string{"text": a.text}
	}
	s := newScrubber(t)
	leaked, hid, differ := make(map[corpusEntry]bool), make(map[corpusEntry]bool), 0
	for i, answer := range inPython(t, judgeInPython, lines) {
		var clean string
		if err := json.Unmarshal(answer, &clean); err != nil {
			t.Fatal(err)
		}
		a := all[i]
		leaks := false
		for _, secret := range a.secrets {
			leaks = leaks || strings.Contains(clean, secret)
		}
		switch {
		case leaks:
			leaked[a.entry] = true
			t.Errorf("%q keeps its secret: %q", a.text, clean)
		case a.secrets == nil && strings.Contains(clean, filtered):
			hid[a.entry] = true
			t.Logf("%q became %q", a.text, clean)
		}
		if mine := s.text(a.text); strings.Contains(mine, filtered) != strings.Contains(clean, filtered) {
			differ++
			t.Errorf("%q becomes %q in the gateway, %q in the probe", a.text, mine, clean)
		}
	}
	t.Logf("%d secrets leak, %d harmless entries are hidden, %d of %d texts differ", len(leaked), len(hid), differ, len(all))
}
