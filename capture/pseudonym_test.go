package capture

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func newPseudonyms(t *testing.T, file string) (p *pseudonyms, log *bytes.Buffer) {
	t.Helper()
	log = new(bytes.Buffer)
	return &pseudonyms{file: file, log: slog.New(slog.NewTextHandler(log, nil))}, log
}

func TestPseudonyms(t *testing.T) {
	p, _ := newPseudonyms(t, "")
	ada := p.of("shop", "ada")
	if !pseudonym.MatchString(ada) {
		t.Errorf("%q is not 16 hexadecimal digits", ada)
	}
	if p.of("shop", "ada") != ada {
		t.Error("the same user has two")
	}
	other, _ := newPseudonyms(t, "")
	for what, id := range map[string]string{
		"another user":               p.of("shop", "bob"),
		"another project":            p.of("blog", "ada"),
		"another cut between both":   p.of("shopa", "da"),
		"another gateway with a key": other.of("shop", "ada"),
	} {
		if id == ada {
			t.Errorf("%s has the same", what)
		}
	}
}

func TestPseudonymsSurviveARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "django", "errors.key")
	before, log := newPseudonyms(t, file)
	id := before.of("shop", "ada")
	after, _ := newPseudonyms(t, file)
	if after.of("shop", "ada") != id {
		t.Error("they have changed")
	}
	if log.Len() > 0 {
		t.Errorf("the log says %s", log)
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the key has the mode %v", info.Mode())
	}
	if left, _ := filepath.Glob(file + ".*"); len(left) > 0 {
		t.Errorf("there is still %v", left)
	}
}

func TestWithoutAKeyFileThereAreStillPseudonyms(t *testing.T) {
	dir := t.TempDir()
	short := filepath.Join(dir, "short.key")
	if err := os.WriteFile(short, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{
		"a directory in its place":           dir,
		"a file that is no key":              short,
		"a file in the directory's place":    filepath.Join(short, "errors.key"),
		"a directory that cannot be made in": "/proc/errors/errors.key",
	} {
		t.Run(name, func(t *testing.T) {
			p, log := newPseudonyms(t, file)
			if id := p.of("shop", "ada"); !pseudonym.MatchString(id) || id != p.of("shop", "ada") {
				t.Errorf("the id is %q", id)
			}
			if strings.Count(log.String(), "level=WARN") != 1 {
				t.Errorf("the log says %s", log)
			}
		})
	}
	if content, _ := os.ReadFile(short); string(content) != "abc" {
		t.Error("a file that is no key is overwritten")
	}
}
