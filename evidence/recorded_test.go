package evidence

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// recorded is what testdata/record.py writes: pages of Django, and what Python says of the exception behind.
type recorded struct {
	Django, Python, View string
	HTML, Text           string

	Exceptions []struct {
		Type, Value string
		Notes       []string
		Relation    Relation
		Frames      []struct {
			File, Function, Source, Module string
			Line                           int
			Pre, Post                      []string
			Locals                         [][2]string
		}
	}
	Template *struct {
		File, Source string
		Line         int
		Pre, Post    []string
	}
}

// loadRecordings reads all of them once: there are megabytes.
var loadRecordings = sync.OnceValues(func() (map[string]*recorded, error) {
	files, err := filepath.Glob("testdata/django-*/*.json.gz")
	if err != nil {
		return nil, err
	}
	all := make(map[string]*recorded, len(files))
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(file), "testdata/"), ".json.gz")
		if all[name], err = loadRecording(file); err != nil {
			return nil, fmt.Errorf("reading %s: %w", file, err)
		}
	}
	return all, nil
})

func loadRecording(file string) (*recorded, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	r := &recorded{}
	return r, json.NewDecoder(z).Decode(r)
}

func recordings(t testing.TB) map[string]*recorded {
	t.Helper()
	all, err := loadRecordings()
	if err != nil || len(all) == 0 {
		t.Fatalf("%d recordings: %v", len(all), err)
	}
	return all
}

// recording returns one by its name: django-5.2/chained.
func recording(t testing.TB, name string) *recorded {
	t.Helper()
	r, ok := recordings(t)[name]
	if !ok {
		t.Fatalf("no recording of %s", name)
	}
	return r
}

func TestTheDebugPageSaysWhatPythonSays(t *testing.T) {
	for name, r := range recordings(t) {
		t.Run(name, func(t *testing.T) {
			e := Read("text/html; charset=utf-8", []byte(r.HTML), false)
			if e == nil || e.Source != DebugPage || e.Cut {
				t.Fatalf("Read = %.200v", e)
			}
			checkExceptions(t, r, e, true)
			checkTemplate(t, r, e)
			checkVersions(t, r, e)
		})
	}
}

func TestTheDebugTextSaysWhatPythonSays(t *testing.T) {
	for name, r := range recordings(t) {
		t.Run(name, func(t *testing.T) {
			e := Read("text/plain; charset=utf-8", []byte(r.Text), false)
			if e == nil || e.Source != DebugText || e.Cut {
				t.Fatalf("Read = %.200v", e)
			}
			checkExceptions(t, r, e, false)
			checkVersions(t, r, e)
			if (e.Template == nil) != (r.Template == nil) {
				t.Fatalf("template %v, want %v", e.Template, r.Template)
			}
			if e.Template != nil && (e.Template.File != r.Template.File || e.Template.Line != r.Template.Line) {
				t.Errorf("template %s:%d, want %s:%d", e.Template.File, e.Template.Line, r.Template.File, r.Template.Line)
			}
		})
	}
}

func TestTheTracebackToCopyStandsInForTheOneToLookAt(t *testing.T) {
	for name, r := range recordings(t) {
		t.Run(name, func(t *testing.T) {
			page := strings.Replace(r.HTML, `id="browserTraceback"`, `id="redesigned"`, 1)
			e := Read("text/html", []byte(page), false)
			if e == nil || e.Source != DebugPage || e.Cut {
				t.Fatalf("Read = %.200v", e)
			}
			checkExceptions(t, r, e, false)
			checkTemplate(t, r, e)
			checkVersions(t, r, e)
		})
	}
}

// checkExceptions compares all, or what a text has.
func checkExceptions(t *testing.T, r *recorded, e *Evidence, all bool) {
	t.Helper()
	if len(e.Exceptions) != len(r.Exceptions) {
		t.Fatalf("%d exceptions, want %d", len(e.Exceptions), len(r.Exceptions))
	}
	for i, want := range r.Exceptions {
		got := e.Exceptions[i]
		if r.Template != nil { // Django 6.1 begins the message with it, and shows the rest
			want.Value = strings.TrimPrefix(want.Value, "Template: "+r.Template.File+", ")
		}
		want.Value = clip(want.Value, maxText)
		if got.Value != want.Value || got.Relation != want.Relation {
			t.Errorf("exception %d is %q (%q), want %q (%q)", i, got.Value, got.Relation, want.Value, want.Relation)
		}
		if got.Type != want.Type && (all || got.Type != "" || want.Relation == "") { // a text may not tell that of a cause
			t.Errorf("exception %d is a %q, want %q", i, got.Type, want.Type)
		}
		if r.Django >= "4.2" && !slices.Equal(got.Notes, want.Notes) {
			t.Errorf("exception %d has the notes %q, want %q", i, got.Notes, want.Notes)
		}
		if len(got.Frames)+got.Omitted != len(want.Frames) {
			t.Fatalf("exception %d has %d frames and %d more, want %d", i, len(got.Frames), got.Omitted, len(want.Frames))
		}
		for n, g := range got.Frames {
			w := want.Frames[n]
			if n >= outermost {
				w = want.Frames[n+got.Omitted]
			}
			where := fmt.Sprintf("exception %d, frame %d", i, n)
			if g.AbsPath != w.File || g.Line != w.Line || g.Function != w.Function || strings.TrimSpace(g.ContextLine) != w.Source {
				t.Errorf("%s: %s:%d %s %q, want %s:%d %s %q", where, g.AbsPath, g.Line, g.Function, g.ContextLine, w.File, w.Line, w.Function, w.Source)
			}
			if w.Source != "" && g.Module != w.Module {
				t.Errorf("%s: module %q, want %q", where, g.Module, w.Module)
			}
			if inApp := strings.HasPrefix(w.Module, "shop.") || w.File == "<generated>"; g.InApp != inApp {
				t.Errorf("%s: in app %v: %s", where, g.InApp, g.AbsPath)
			}
			if !all {
				continue
			}
			if !slices.Equal(g.PreContext, w.Pre) || !slices.Equal(g.PostContext, w.Post) {
				t.Errorf("%s: context %q %q, want %q %q", where, g.PreContext, g.PostContext, w.Pre, w.Post)
			}
			if len(g.Locals) != len(w.Locals) {
				t.Fatalf("%s: %d locals, want %d", where, len(g.Locals), len(w.Locals))
			}
			for k, local := range w.Locals {
				if g.Locals[k] != (Local{local[0], local[1]}) {
					t.Errorf("%s: local %q, want %q", where, g.Locals[k], local)
				}
			}
		}
	}
}

func checkTemplate(t *testing.T, r *recorded, e *Evidence) {
	t.Helper()
	if r.Template == nil || e.Template == nil {
		if (r.Template == nil) != (e.Template == nil) {
			t.Fatalf("template %v, want %v", e.Template, r.Template)
		}
		return
	}
	got, want := e.Template, Frame{File: r.Template.File, AbsPath: r.Template.File, Line: r.Template.Line, InApp: true}
	want.PreContext, want.ContextLine, want.PostContext = r.Template.Pre, r.Template.Source, r.Template.Post
	if fmt.Sprintf("%+v", *got) != fmt.Sprintf("%+v", want) {
		t.Errorf("template %+v, want %+v", *got, want)
	}
}

func checkVersions(t *testing.T, r *recorded, e *Evidence) {
	t.Helper()
	view := r.View
	if e.Source == DebugText && r.Django < "4.2" {
		view = "" // the text did not have it yet
	}
	if e.Django != r.Django || e.Python != r.Python || e.View != view {
		t.Errorf("Django %q, Python %q, view %q, want %q, %q, %q", e.Django, e.Python, e.View, r.Django, r.Python, view)
	}
}
