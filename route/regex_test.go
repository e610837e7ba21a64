package route

import (
	"strings"
	"testing"
	"time"
)

func TestRegex(t *testing.T) {
	for _, c := range []struct {
		name, text, path string
		whole, want      bool
	}{
		{"digits of any script", `^\d+$`, "٣", true, true},
		{"a word of any script", `^\w$`, "é", true, true},
		{"no word", `^\W$`, "é", true, false},
		{"a blank that RE2 does not know", `^\s$`, "\x1c", true, true},
		{"a dollar before the last newline", `a$`, "a\n", false, true},
		{"a dollar in a match of the whole", `a$`, "a\n", true, false},
		{"the very end", `a\Z`, "a\n", false, false},
		{"at most so many", `^x{,3}$`, "xx", true, true},
		{"a brace that is none", `^x{a}$`, "x{a}", true, true},
		{"a repetition RE2 finds too large", `^x{1001}$`, strings.Repeat("x", 1001), true, true},
		{"what must not follow", `^(?!b)\w$`, "b", true, false},
		{"the same again", `^(?P<a>\w)(?P=a)$`, "xx", true, true},
		{"the same again is another", `^(?P<a>\w)(?P=a)$`, "xy", true, false},
		{"one that keeps what it has", `^a++a$`, "aa", true, false},
		{"an atomic group", `^(?>a+)b$`, "aab", true, true},
		{"the edge of a word of any script", `é\b`, "éa", false, false},
		{"case", `(?i)^k$`, "\u212a", true, true},
		{"the dotted I", `(?i)^[h-j]$`, "ı", true, true},
		{"a comment in a verbose one", "(?x) a # b\n c", "ac", true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, err := parsePython(c.text, "")
			if err != nil {
				t.Fatal(err)
			}
			r, err := compileRegex(e, c.whole)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := r.matches(c.path); got != c.want || err != nil {
				t.Errorf("%q matches %q: %v, %v", c.text, c.path, got, err)
			}
		})
	}
}

func FuzzRegex(f *testing.F) {
	for _, text := range []string{`^(?P<a>[\w-]+)/(?:\d{2,}|x)?$`, `(?!a)(?<=b)\1(x)\1(?(1)y|z)`, `[^]\W\-a-z\n]+?\b`, `(?imsx-a:.)(?>x)++$ # c`, `\x41\u00e9\101\Z{,3}`} {
		f.Add(text, "i", "/a-1/", true)
		f.Add(text, "msxa", "x\n", false)
	}
	f.Fuzz(func(t *testing.T, text, letters, path string, whole bool) {
		e, err := parsePython(text, letters)
		if err != nil || len(text) > 1000 || len(path) > 1000 {
			return
		}
		simplify(e)
		prefix, only := e.prefix(whole)
		r, err := compileRegex(e, whole)
		if err != nil {
			return
		}
		path = repercent(path)
		began := time.Now()
		end, groups, err := r.find(path)
		if took := time.Since(began); took > time.Second {
			t.Errorf("took %v", took)
		}
		if err != nil {
			return
		}
		if end > len(path) || end >= 0 && len(groups) != len(r.names) {
			t.Errorf("ends at %d of %d with %d groups", end, len(path), len(groups))
		}
		if end >= 0 && !strings.HasPrefix(path, prefix) {
			t.Errorf("%q matches %q, which does not begin with %q", text, path, prefix)
		}
		if only && !whole && strings.HasPrefix(path, prefix) && end != len(prefix) {
			t.Errorf("%q ends at %d of %q, want %d", text, end, path, len(prefix))
		}
	})
}
