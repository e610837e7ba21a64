package probe_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// everyPart is what DJANGO_PROBE_WITHOUT can turn off.
const everyPart = "vars source breadcrumbs user packages cache logged"

// allParts are what an answer has of them.
var allParts = []string{"vars", "source", "source of the template", "query", "log", "cache", "user", "packages", "calls of the cache", "logged error"}

func TestSitecustomizeGoesWithoutWhatIsTurnedOff(t *testing.T) {
	const known = "which is none of vars, source, breadcrumbs, user, packages, cache, logged; it is ignored"
	for _, c := range []struct {
		name, without string
		missing, says []string
	}{
		{"nothing is missing where nothing is turned off", "", nil, nil},
		{"local variables", "vars", []string{"vars"}, nil},
		{"source lines, those of a template, too", "source", []string{"source", "source of the template"}, nil},
		{"what happened before", "breadcrumbs", []string{"query", "log", "cache"}, nil},
		{"the user", "user", []string{"user"}, nil},
		{"the list of packages", "packages", []string{"packages"}, nil},
		{"the watch over the cache", "cache", []string{"cache", "calls of the cache"}, nil},
		{"errors that were logged, and not their log records", "logged", []string{"logged error"}, nil},
		{"several, between blanks and commas", " user,,packages\t, logged ", []string{"user", "packages", "logged error"}, nil},
		{"all", everyPart, allParts, nil},
		{"an unknown word turns nothing off", "locals", nil, []string{"'locals', " + known}},
		{"unknown words among known ones are said, each once", "no,vars VARS no", []string{"vars"}, []string{"'VARS', " + known, "'no', " + known}},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := []string{"DJANGO_PROBE_SECRET=" + secret, "DJANGO_PROBE_WITHOUT=" + c.without}
			p := process{python: interpreter(t, "venv", "django"), env: env}
			answers, stderr := p.answers(t, asked("wsgi", "/everything/", "pii"), asked("asgi", "/everything/", "pii"))
			var says []string
			for line := range strings.Lines(stderr) {
				if text, ok := strings.CutPrefix(line, "django probe: "); ok {
					says = append(says, strings.TrimPrefix(strings.TrimSpace(text), "DJANGO_PROBE_WITHOUT has "))
				}
			}
			if !slices.Equal(says, c.says) {
				t.Errorf("it says %q, want %q", says, c.says)
			}
			want := slices.DeleteFunc(slices.Clone(allParts), func(part string) bool { return slices.Contains(c.missing, part) })
			for i, r := range answers {
				if got := partsOf(t, r); !slices.Equal(got, want) {
					t.Errorf("answer %d has %q, want %q", i, got, want)
				}
			}
		})
	}
}

// partsOf names what can be turned off and is there, and checks what always is.
func partsOf(t *testing.T, r response) (parts []string) {
	t.Helper()
	line := r.line(t)
	got, _, _ := r.report(t)
	has := make(map[string]bool)
	for _, e := range got.Errors {
		has["logged error"] = has["logged error"] || e.Handled
		for _, f := range e.Chain[0].Frames {
			has["vars"] = has["vars"] || len(f.Vars) > 0
			has["source"] = has["source"] || f.Context != "" || len(f.Pre)+len(f.Post) > 0
		}
	}
	for _, crumb := range got.Breadcrumbs {
		has[crumb.Category] = true
	}
	has["user"] = len(got.User) > 0
	has["packages"] = len(got.Versions.Packages) > 0
	has["calls of the cache"] = line["c"] != "" || line["ct"] != ""

	first := got.Errors[0]
	last := first.Chain[0].Frames[len(first.Chain[0].Frames)-1]
	if first.Handled || last.Line == 0 || last.Function != "total" || !strings.HasSuffix(last.File, "/project.py") || first.Template == nil || first.Template.Line != 3 {
		t.Fatalf("%+v", first)
	}
	has["source of the template"] = first.Template.Context != ""
	if line["q"] != "1" || got.Versions.Django == "" || got.Versions.Python == "" || len(got.Cut) > 0 {
		t.Errorf("%v, %+v, cut %q", line, got.Versions, got.Cut)
	}
	for _, part := range allParts {
		if has[part] {
			parts = append(parts, part)
		}
	}
	return parts
}

// What is turned off is not gathered and then dropped: it costs nothing. The id of a user leaves no trace to look for.
func TestSitecustomizeGathersNothingThatIsTurnedOff(t *testing.T) {
	// A sitecustomize behind ours is the way into the process: it says at the end of a request what was gathered.
	const program = `
import sys
from django_probe import hooks, names, packages, request, source
described, describe_error, end = [], request.describe_error, request.Exchange.end

def describing(error, record, budget):
    described.append(record)
    return describe_error(error, record, budget)

def ending(self):
    import logging
    from django.core.cache.backends.locmem import LocMemCache
    gathered = {
        "vars": "request" in names.judged, "source": source.windows, "breadcrumbs": self.crumbs, "packages": packages.found,
        "cache": isinstance(LocMemCache.__dict__["get"], hooks.Hook), "logged": any(described),
        "records": isinstance(logging.Logger.__dict__["callHandlers"], hooks.Hook),
    }
    print("gathered:", *(part for part, there in gathered.items() if there), file=sys.stderr)
    end(self)

request.describe_error, request.Exchange.end = describing, ending
`
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "sitecustomize.py"), []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	for without, want := range map[string]string{
		"":            "vars source breadcrumbs packages cache logged records",
		"breadcrumbs": "vars source packages cache logged records",
		everyPart:     "",
	} {
		env := []string{"DJANGO_PROBE_SECRET=" + secret, "DJANGO_PROBE_WITHOUT=" + without}
		p := process{python: interpreter(t, "venv", "django"), path: []string{ours(t), dir}, env: env}
		_, stderr := p.answers(t, asked("wsgi", "/everything/"))
		_, gathered, _ := strings.Cut(stderr, "gathered:")
		gathered, _, _ = strings.Cut(gathered, "\n")
		if strings.TrimSpace(gathered) != want || !strings.Contains(stderr, "gathered:") {
			t.Errorf("without %q it gathers %q, want %q\n%s", without, gathered, want, stderr)
		}
	}
}
