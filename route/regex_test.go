package route

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/internal/testutil"
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
			r := mustCompile(t, c.text, c.whole)
			if got := r.matches(new(budget), c.path); got != c.want {
				t.Errorf("%q matches %q: %v", c.text, c.path, got)
			}
			if got := r.program.find(new(budget), c.path) != nil; got != c.want {
				t.Errorf("step by step, %q matches %q: %v", c.text, c.path, got)
			}
		})
	}
}

func mustCompile(t testing.TB, text string, whole bool) *regex {
	t.Helper()
	e, err := parsePython(text, "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := compileRegex(e, whole)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func FuzzRegex(f *testing.F) {
	for _, text := range []string{`^(?P<a>[\w-]+)/(?:\d{2,}|x)?$`, `(?!a)(?<=b)\1(x)\1(?(1)y|z)`, `[^]\W\-a-z\n]+?\b`, `(?imsx-a:.)(?>x)++$ # c`, `\x41\u00e9\101\Z{,3}`, `^(?:x((?:a|\1)b))+c$`, `(?P<a>(?(a)x|y))*`} {
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
		b := new(budget)
		var at []int
		if took := testutil.CPUTime(func() { at = r.find(b, path) }); took > time.Second {
			t.Errorf("took %v", took)
		}
		if b.exhausted {
			return
		}
		end := -1
		if at != nil {
			end = at[1]
		}
		if counted := r.program.find(b, path); !b.exhausted && !slices.Equal(at, counted) {
			t.Errorf("%q in %q: RE2 finds %v, the program %v", text, path, at, counted)
		}
		if end > len(path) || end >= 0 && len(at) != 2*len(r.names) {
			t.Errorf("ends at %d of %d with groups at %v", end, len(path), at)
		}
		if end >= 0 && !strings.HasPrefix(path, prefix) {
			t.Errorf("%q matches %q, which does not begin with %q", text, path, prefix)
		}
		if only && !whole && strings.HasPrefix(path, prefix) && end != len(prefix) {
			t.Errorf("%q ends at %d of %q, want %d", text, end, path, len(prefix))
		}
	})
}

func BenchmarkRegex(b *testing.B) {
	for _, c := range []struct{ name, text, path string }{
		{"RE2", `^users/(?P<slug>[\w-]+)/(\d+)/$`, "users/red-shoes/4711/"},
		{"backtracking", `^users/(?!admin)(?P<slug>[\w-]+)/(\d+)/$`, "users/red-shoes/4711/"},
	} {
		b.Run(c.name, func(b *testing.B) {
			r := mustCompile(b, c.text, true)
			b.ReportAllocs()
			for b.Loop() {
				if !r.matches(new(budget), c.path) {
					b.Fatal("no match")
				}
			}
		})
	}
}
