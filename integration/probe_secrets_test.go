package integration

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/integration/stack"
	"github.com/caddy-django/gateway/probe"
)

// leak is a text with a secret in it.
type leak struct {
	name, text string
	tell       string // what must not be left of it
}

// unfit are those that are secrets where capture finds them alone.
var unfit = map[string]string{
	"s3cr3t-67":  "a name that is escaped: who reads JSON knows it",
	"s3cr3t-226": "the same",
	"s3cr3t-155": "an address that was cut before its @, as bodies are",
	"s3cr3t-162": "the user in Django's debug page",
	"s3cr3t-278": "in a body that cannot be read: nothing else tells",
}

var tells = regexp.MustCompile(`s3cr3t-\d+`)

// corpus are the secrets that capture is tried with, as far as they are text: those under a
// name, and those that show by their shape.
func corpus(t *testing.T) (leaks []leak) {
	t.Helper()
	shapes, tell := map[string]string{}, map[string]string{}
	for _, file := range []string{"corpus_test.go", "secrets_test.go"} {
		tree, err := parser.ParseFile(token.NewFileSet(), stack.Root("capture", file), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(node ast.Node) bool {
			switch n := node.(type) {
			case *ast.ValueSpec:
				switch n.Names[0].Name {
				case "unnamed":
					constants(n.Values, shapes)
				case "tells":
					constants(n.Values, tell)
				}
			case *ast.CallExpr:
				function, ok := n.Fun.(*ast.Ident)
				if !ok || function.Name != "asText" && function.Name != "asJSON" {
					return true
				}
				if text, ok := constant(n.Args[0]); ok && tells.MatchString(text) {
					if l := (leak{text, text, tells.FindString(text)}); unfit[l.tell] == "" {
						leaks = append(leaks, l)
					}
				}
			}
			return true
		})
	}
	for name, text := range shapes {
		l := leak{name, text, tell[name]}
		if l.tell == "" {
			l.tell = text
		}
		leaks = append(leaks, l)
	}
	return leaks
}

// constants reads the pairs of a map of strings.
func constants(values []ast.Expr, into map[string]string) {
	for _, element := range values[0].(*ast.CompositeLit).Elts {
		pair := element.(*ast.KeyValueExpr)
		key, _ := constant(pair.Key)
		into[key], _ = constant(pair.Value)
	}
}

func constant(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		x, okX := constant(e.X)
		y, okY := constant(e.Y)
		return x + y, okX && okY
	}
	return "", false
}

// leaky is a module of Python that has the secrets in its source: in literals, in what is
// called with them, and in comments.
func leaky(leaks []leak) string {
	var b strings.Builder
	b.WriteString("def fail(*_):\n    raise KeyError(*_)\n\n\n")
	var texts, functions []string
	for i, l := range leaks {
		literal, _ := json.Marshal(l.text) // Python reads it, too
		fmt.Fprintf(&b, "def leak_%d(text):\n    note = %s\n    fail(%s)\n\n\n%s", i, literal, literal, strings.Repeat("#\n", 6))
		texts, functions = append(texts, string(literal)), append(functions, fmt.Sprintf("leak_%d", i))
	}
	fmt.Fprintf(&b, "texts = [%s]\nleaks = [%s]\n", strings.Join(texts, ",\n"), strings.Join(functions, ", "))
	return b.String()
}

func TestNoSecretLeavesTheWorker(t *testing.T) {
	needs(t, "servers")
	leaks := corpus(t)
	if len(leaks) < 100 {
		t.Fatalf("there are only %d secrets", len(leaks))
	}
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "leaks.py"), leaky(leaks))
	p := served{args: gunicorn(), dir: dir}.start(t)
	t.Logf("%d secrets", len(leaks))
	for i, l := range leaks {
		a := askProbe(t, p.Addr, fmt.Sprintf("/secrets/%d/", i))
		if a.report == nil || len(a.report.Errors) != 2 || len(a.report.Breadcrumbs) < 5 {
			t.Fatalf("%s: there is no report of two errors, but %+v", l.name, a.report)
		}
		if frames := a.report.Errors[0].Chain[1].Frames; !strings.Contains(fmt.Sprint(frames), "leaks.py") {
			t.Fatalf("%s: its source is in none of %v", l.name, frames)
		}
		all := a.header.Get(probe.AnswerHeader) + inflated(t, a.header[probe.ReportHeader])
		if at := strings.Index(all, l.tell); at >= 0 {
			t.Errorf("%s: the worker tells %.400q", l.name, all[max(0, at-200):])
		}
	}
}

// inflated is the text of a report, in which nothing is escaped.
func inflated(t *testing.T, lines []string) string {
	t.Helper()
	var packed strings.Builder
	for _, line := range lines {
		_, part, _ := strings.Cut(line, " ")
		packed.WriteString(part)
	}
	compressed, err := base64.StdEncoding.DecodeString(packed.String())
	if err != nil {
		t.Fatal(err)
	}
	zr, err := zlib.NewReader(bytes.NewReader(compressed))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(zr)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), `\"`, `"`)
}
