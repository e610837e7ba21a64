package urlconf

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// layout is a project of testdata/projects, and what is expected of it. Its file has a line for
// each of these, and then the project's files, each after a line with its name.
type layout struct {
	python      string            // "thirdparty" for the environment with the packages of others
	environment map[string]string // given to the export
	settings    string            // named by the user

	want, route         string            // the settings module, and the only route
	variables           map[string]string // that manage.py sets
	first, second, last []string          // on sys.path
	reason, fix         string            // of a LoadError; {} is the directory
	refused             string            // before anything runs
}

var fileName = regexp.MustCompile(`(?m)^-- (\S+) --\n`)

// readLayout writes the files of a layout into a directory of its own.
func readLayout(t *testing.T, path string) (l layout, dir string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	l.environment, l.variables = map[string]string{}, map[string]string{}
	dir = t.TempDir()
	files := fileName.FindAllStringSubmatchIndex(string(text), -1)
	for i, at := range files {
		end := len(text)
		if i+1 < len(files) {
			end = files[i+1][0]
		}
		name := filepath.Join(dir, string(text[at[2]:at[3]]))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, text[at[1]:end], 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for line := range strings.Lines(string(text[:files[0][0]])) {
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		rest = strings.ReplaceAll(rest, "{}", dir)
		name, value, _ := strings.Cut(rest, "=")
		below := []string{filepath.Join(dir, rest)}
		switch word {
		case "#":
		case "python":
			l.python = rest
		case "environment":
			l.environment[name] = value
		case "settings":
			l.settings = rest
		case "want":
			l.want = rest
		case "route":
			l.route = rest
		case "variable":
			l.variables[name] = value
		case "first":
			l.first = below
		case "second":
			l.second = below
		case "last":
			l.last = below
		case "error":
			l.reason = rest
		case "fix":
			l.fix = rest
		case "refused":
			l.refused = rest
		default:
			t.Fatalf("%s: unknown line %q", path, line)
		}
	}
	return l, dir
}

func (l layout) project(t *testing.T, dir string) Project {
	t.Helper()
	clear(t)
	for name, value := range l.environment {
		t.Setenv(name, value)
	}
	python := django(t)
	if l.python != "" {
		python = "../.build/" + l.python + "/bin/python"
		if _, err := os.Stat(python); err != nil {
			t.Skipf("there is no such environment: run integration/setup (%v)", err)
		}
	}
	return Project{Dir: dir, Python: python, Settings: l.settings}
}

// TestProjectsLoadWithEveryDjango tries the layouts that need no other packages.
func TestProjectsLoadWithEveryDjango(t *testing.T) {
	if os.Getenv("GATEWAY_TEST_LONG") == "" {
		t.Skip("long: set GATEWAY_TEST_LONG")
	}
	pythons, _ := filepath.Glob("../.build/django-*/bin/python")
	layouts, _ := filepath.Glob("testdata/projects/*.txt")
	for _, python := range pythons {
		for _, path := range layouts {
			version := filepath.Base(filepath.Dir(filepath.Dir(python)))
			t.Run(version+"/"+strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
				l, dir := readLayout(t, path)
				if l.python != "" || l.reason+l.refused != "" {
					t.Skip("another test has it")
				}
				project := l.project(t, dir)
				project.Python = python
				runtime, document, err := project.Run(t.Context(), exporter)
				if err != nil {
					t.Fatal(err)
				}
				l.check(t, runtime, document)
			})
		}
	}
}

func TestProjectsLoadAsTheirManagePyLoadsThem(t *testing.T) {
	paths, err := filepath.Glob("testdata/projects/*.txt")
	if err != nil || len(paths) < 30 {
		t.Fatalf("there are %d layouts (%v)", len(paths), err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			l, dir := readLayout(t, path)
			runtime, document, err := l.project(t, dir).Run(t.Context(), exporter)
			failed, isLoadError := errors.AsType[*LoadError](err)
			switch {
			case l.refused != "":
				if err == nil || isLoadError || !strings.HasPrefix(err.Error(), l.refused) || strings.Contains(err.Error(), "\n") {
					t.Errorf("got %v, want %q", err, l.refused)
				}
			case l.reason != "":
				if !isLoadError || !strings.HasPrefix(failed.Reason, l.reason) || !strings.HasPrefix(failed.Fix(), l.fix) || strings.Contains(failed.Fix(), "\n") {
					t.Fatalf("got %v, want %q and the fix %q", err, l.reason, l.fix)
				}
				if l.fix != "" && !strings.Contains(err.Error(), "to fix it: "+failed.Fix()+"\n") {
					t.Errorf("the error does not say how to fix it: %v", err)
				}
			case err != nil:
				t.Fatal(err)
			default:
				l.check(t, runtime, document)
			}
			if _, err := os.Stat(filepath.Join(dir, "ran")); err == nil {
				t.Error("a program that is not Django's has run")
			}
		})
	}
}

func (l layout) check(t *testing.T, runtime Runtime, document []byte) {
	t.Helper()
	var exported struct {
		Settings string
		Patterns []map[string]any
	}
	if err := json.Unmarshal(document, &exported); err != nil {
		t.Fatal(err)
	}
	found := routes("", anySlice(exported.Patterns))
	if exported.Settings != l.want || runtime.Settings != l.want || len(found) != 1 || !strings.HasPrefix(found[0], l.route+" ") {
		t.Errorf("got the settings %q (%q) and the routes %q, want %q and %q", exported.Settings, runtime.Settings, found, l.want, l.route)
	}
	if !slices.Equal(runtime.First, l.first) || !slices.Equal(runtime.Second, l.second) || !slices.Equal(runtime.Last, l.last) {
		t.Errorf("sys.path has %q, %q and %q, want %q, %q and %q", runtime.First, runtime.Second, runtime.Last, l.first, l.second, l.last)
	}
	if len(l.variables) > 0 && !maps.Equal(runtime.Environ, l.variables) {
		t.Errorf("manage.py sets %q, want %q", runtime.Environ, l.variables)
	}
}

func anySlice(nodes []map[string]any) any {
	all := make([]any, len(nodes))
	for i, node := range nodes {
		all[i] = node
	}
	return all
}
