package caddymodule

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2/caddyconfig"
)

var update = flag.Bool("update", false, "write what the adapter says into the test files")

const separator = "----------\n"

// Each file in testdata/adapt holds a Caddyfile and, below a line of dashes,
// either the JSON it becomes or the error with which it is refused.
func TestAdapt(t *testing.T) {
	files, err := filepath.Glob("testdata/adapt/*.caddyfiletest")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test files: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".caddyfiletest")
		t.Run(name, func(t *testing.T) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			caddyfile, want, found := strings.Cut(string(content), separator)
			if !found {
				t.Fatalf("no line of dashes in %s", file)
			}
			got, refused := adapt(t, caddyfile)
			if refused != strings.HasPrefix(name, "bad_") {
				t.Errorf("refused: %v\n%s", refused, got)
			}
			if *update {
				if err := os.WriteFile(file, []byte(caddyfile+separator+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
			if refused && strings.Count(got, "\n") != 1 {
				t.Errorf("the error is more than one line:\n%s", got)
			}
		})
	}
}

// adapt returns the JSON of a Caddyfile, indented, or the error.
func adapt(t *testing.T, caddyfile string) (text string, refused bool) {
	t.Helper()
	config, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(caddyfile), map[string]any{"filename": "Caddyfile"})
	if err != nil {
		return err.Error() + "\n", true
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, config, "", "\t"); err != nil {
		t.Fatal(err)
	}
	return indented.String() + "\n", false
}
