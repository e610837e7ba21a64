package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// crash is what the example of `caddy django scrub` reads.
const crash = `Traceback (most recent call last):
  File "/srv/shop/views.py", line 7, in pay
    charge(token='hunter2', order=42)
ValueError: no account of jane@example.com
`

func TestScrubPrintsWhatItsExampleSays(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "crash.txt"), []byte(crash), 0o600); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "caddy")
	if out, err := exec.Command("go", "build", "-o", binary, "../cmd/caddy").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, b := range readPage(t, "commands.md").blocks {
		command, want, _ := strings.Cut(b.text, "\n")
		if !strings.HasPrefix(command, "$ caddy django scrub ") {
			continue
		}
		run := exec.Command(binary, strings.Fields(command)[2:]...)
		run.Dir = dir
		got, err := run.CombinedOutput()
		if err != nil || string(got) != want {
			t.Errorf("%s: %v, printed\n%s", b.where, err, got)
		}
		return
	}
	t.Error("there is no example")
}
