package caddymodule

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
)

// kept are the lines of the error file of a gateway that has failed once before a
// reload and once behind it, as they are when it has stopped.
func kept(t *testing.T, errorLog string) (lines []map[string]any, err error) {
	t.Helper()
	g := startGateway(t, "{\n\t\tenvironment test"+errorLog+"\n\t}", "respond no 500")
	file := g.app().pipeline.errors.writer.Filename
	if filepath.Base(file) != "errors.log" || filepath.Dir(file) != filepath.Dir(g.app().Store.Path) {
		t.Errorf("the file is %s, the database %s", file, g.app().Store.Path)
	}
	g.roundTrip(g.monitored, get11)
	g.load(strings.Replace(g.caddyfile, "environment test", "environment staging", 1))
	g.roundTrip(g.monitored, get11)
	if err := caddy.Stop(); err != nil {
		t.Error(err)
	}
	text, err := os.ReadFile(file)
	for line := range strings.Lines(string(text)) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Errorf("line %q: %v", line, err)
		}
		lines = append(lines, fields)
	}
	return lines, err
}

func TestErrorsAreKeptWithoutAnyLogDirective(t *testing.T) {
	for _, c := range []struct {
		name, option string
		want         map[string]string
	}{
		{"plain, which is the default", "", map[string]string{"kind": "app_error", "logger": "django.errors", "level": "error", "msg": "no"}},
		{"ecs", "\n\t\terror_log ecs", map[string]string{
			"error.type": "app_error", "log.logger": "django.errors", "log.level": "error", "message": "no", "ecs.version": ecsVersion,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines, err := kept(t, c.option)
			if err != nil || len(lines) != 2 {
				t.Fatalf("%d lines, want 2: %v (%v)", len(lines), lines, err)
			}
			for _, line := range lines {
				for name, want := range c.want {
					if line[name] != want {
						t.Errorf("%s is %v, want %q", name, line[name], want)
					}
				}
			}
		})
	}
	if lines, err := kept(t, "\n\t\terror_log off"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a log that is off has lines %v (%v)", lines, err)
	}
}

func TestAnErrorFileGoesOnWhereTheLastOneEnded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "django", "errors.log")
	for _, line := range []string{"one\n", "two\n"} {
		f := newErrorFile(path, slog.New(slog.DiscardHandler))
		if _, err := f.Write([]byte(line)); err != nil {
			t.Error(err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		if _, err := f.Write([]byte("three\n")); !errors.Is(err, os.ErrClosed) {
			t.Errorf("a closed file is written: %v", err)
		}
	}
	if text, err := os.ReadFile(path); string(text) != "one\ntwo\n" {
		t.Errorf("it holds %q (%v)", text, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("it is open to others: %v (%v)", info.Mode(), err)
	}
}

func TestAnErrorFileThatCannotBeWrittenIsToldOnce(t *testing.T) {
	var log bytes.Buffer
	blocked := filepath.Join(t.TempDir(), "django")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f := newErrorFile(filepath.Join(blocked, "errors.log"), slog.New(slog.NewTextHandler(&log, nil)))
	defer f.Close()
	for range 3 {
		if _, err := f.Write([]byte("lost\n")); err == nil {
			t.Error("a file is written where none can be")
		}
	}
	if err := os.Remove(blocked); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("kept\n")); err != nil {
		t.Error(err)
	}
	if n, m := strings.Count(log.String(), "cannot be written"), strings.Count(log.String(), "can be written again"); n != 1 || m != 1 {
		t.Errorf("told %d and %d times:\n%s", n, m, &log)
	}
}
