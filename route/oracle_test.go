package route

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestResolveAgreesWithDjango asks the real thing about projects whose URLconf is
// exported, and paths that are made of the patterns in it.
func TestResolveAgreesWithDjango(t *testing.T) {
	if _, err := os.Stat(python); err != nil {
		t.Skipf("there is no Python with Django: run integration/setup (%v)", err)
	}
	for _, c := range []struct{ name, dir, settings string }{
		{"the demo shop", "../integration/shop", "shop.settings"},
		{"all that is nasty", "testdata/project", "plain"},
		{"a language in front", "testdata/project", "prefixed"},
		{"no language in front where it is the default", "testdata/project", "unprefixed"},
		{"languages without the middleware", "testdata/project", "without_middleware"},
		{"languages without a prefix", "testdata/project", "unmarked"},
	} {
		t.Run(c.name, func(t *testing.T) {
			conf := export(t, c.dir, c.settings)
			resolver, err := NewResolver(conf)
			if err != nil {
				t.Fatal(err)
			}
			paths := generatePaths(conf, 20_000)
			found, gaveUp := 0, 0
			for i, want := range askDjango(t, c.dir, c.settings, paths) {
				got := [3]string{}
				route, err := resolver.Resolve(DecodePath(paths[i]))
				for tries := 0; err != nil && tries < 5; tries++ { // the machine may be busy
					route, err = resolver.Resolve(DecodePath(paths[i]))
				}
				if err != nil && len(paths[i]) > maxIntDigits/4 {
					gaveUp++ // Python would go on
					continue
				}
				if err != nil {
					t.Errorf("%.200q: %v", paths[i], err)
				}
				if route != nil {
					got = [3]string{route.Route, route.View, route.Name}
				}
				if want != [3]string{} {
					found++
				}
				if got != want {
					t.Errorf("%.200q: %q, Django says %q", paths[i], got, want)
				}
			}
			t.Logf("%d of %d paths have a route, %d take too long", found, len(paths), gaveUp)
			if found < len(paths)/10 || found > len(paths)*19/20 || gaveUp > len(paths)/1000 {
				t.Error("the paths are of no use")
			}
		})
	}
}

func djangoCommand(t *testing.T, dir, settings string, args ...string) *exec.Cmd {
	t.Helper()
	interpreter, err := filepath.Abs(python)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(interpreter, append([]string{"-W", "ignore"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "DJANGO_SETTINGS_MODULE="+settings, "PYTHONDONTWRITEBYTECODE=1", "SHOP_DATA="+t.TempDir())
	cmd.Stderr = os.Stderr
	return cmd
}

func export(t *testing.T, dir, settings string) *URLConf {
	t.Helper()
	program, err := os.Open("../urlconf/export.py")
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	file := filepath.Join(t.TempDir(), "routes.json")
	cmd := djangoCommand(t, dir, settings, "-", file)
	cmd.Stdin = program
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	conf, err := LoadURLConf(file)
	if err != nil {
		t.Fatal(err)
	}
	return conf
}

func askDjango(t *testing.T, dir, settings string, paths []string) [][3]string {
	t.Helper()
	oracle, err := filepath.Abs("testdata/oracle.py")
	if err != nil {
		t.Fatal(err)
	}
	input, err := json.Marshal(paths)
	if err != nil {
		t.Fatal(err)
	}
	cmd := djangoCommand(t, dir, settings, oracle)
	cmd.Stdin = bytes.NewReader(input)
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var answers [][3]string
	if err := json.Unmarshal(output, &answers); err != nil || len(answers) != len(paths) {
		t.Fatalf("%d answers to %d questions: %v", len(answers), len(paths), err)
	}
	return answers
}

// generatePaths makes paths that match, paths that almost do, and junk.
func generatePaths(conf *URLConf, n int) []string {
	g := &generator{Rand: rand.New(rand.NewPCG(5, 6)), languages: append(conf.Languages, conf.LanguageCode)}
	var leaves [][]*URLNode
	collect(conf.Patterns, nil, &leaves)
	paths := make([]string, n)
	for i := range paths {
		var path strings.Builder
		path.WriteByte('/')
		for _, node := range leaves[g.IntN(len(leaves))] {
			g.node(&path, node)
		}
		text := path.String()
		for range max(0, g.IntN(4)-1) {
			text = g.mutate(text)
		}
		if g.IntN(50) == 0 {
			text = "/" + g.junk() + "/" + g.junk()
		}
		paths[i] = g.encode(text)
	}
	return paths
}

func collect(nodes, above []*URLNode, to *[][]*URLNode) {
	for _, n := range nodes {
		path := append(above[:len(above):len(above)], n)
		if n.View != "" {
			*to = append(*to, path)
		}
		collect(n.Children, path, to)
	}
}

type generator struct {
	*rand.Rand
	languages []string
}

func (g *generator) node(to *strings.Builder, n *URLNode) {
	text := n.Regex
	if n.Kind == kindLocalePrefix {
		if g.IntN(8) > 0 {
			to.WriteString(g.languages[g.IntN(len(g.languages))] + "/")
		}
		return
	}
	for _, translation := range n.Translations {
		if g.IntN(2) == 0 {
			text = translation.Regex
		}
	}
	if e, err := parsePython(text, n.Flags); err == nil {
		g.expr(to, e)
	}
}

// expr writes text that e matches, as far as that is easy to say.
func (g *generator) expr(to *strings.Builder, e *expr) {
	switch e.op {
	case opLiteral:
		to.WriteRune(e.char)
	case opAny:
		to.WriteString(g.pick("a", "7", "/", "é", "-", "x/y", "\n"))
	case opClass:
		to.WriteString(g.pick("a", "7", "-", "f", "_", " ", "é", "٣", "\u2003", "K", "ı", "."))
		if len(e.class.ranges) > 0 && g.IntN(3) > 0 {
			i := g.IntN(len(e.class.ranges) / 2)
			low, high := e.class.ranges[2*i], e.class.ranges[2*i+1]
			to.WriteRune(low + g.Int32N(high-low+1))
		}
	case opAlternate:
		g.expr(to, e.subs[g.IntN(len(e.subs))])
	case opRepeat:
		high := e.max
		if high < 0 {
			high = e.min + 3
		}
		for range e.min + g.IntN(high-e.min+1) {
			g.expr(to, e.subs[0])
		}
	case opLook:
	default:
		for _, sub := range e.subs {
			g.expr(to, sub)
		}
	}
}

func (g *generator) pick(from ...string) string { return from[g.IntN(len(from))] }

func (g *generator) mutate(s string) string {
	at := g.IntN(len(s) + 1)
	for at < len(s) && !utf8.RuneStart(s[at]) {
		at++
	}
	switch g.IntN(6) {
	case 0:
		return s + g.junk()
	case 1:
		return strings.TrimSuffix(s, "/")
	case 2:
		return s[:at] + g.junk() + s[at:]
	case 3:
		return s[:at] + s[min(at+1, len(s)):]
	case 4:
		return strings.Replace(s, g.pick("/", "a", "7", "-"), g.junk(), 1)
	default:
		return g.pick(strings.ToUpper(s), s, "/"+g.pick("fr", "FR", "en-gb", "pt", "zh-cn", "xx", "fr\n")+s)
	}
}

func (g *generator) junk() string {
	if g.IntN(40) == 0 {
		return strings.Repeat(g.pick("7", "0", "a"), maxIntDigits-1+g.IntN(4))
	}
	return g.pick("/", "//", "\n", "7", "12", "٣", "é", "x", "\xff", "\xe2\x82", "\xed\xa0\x80", "%", "%zz", "%2", " ", ".", "$", "-", "_",
		"2024", someUUID, strings.ToUpper(someUUID), "anywhere", "a/b/", "tail/", "ı", "\u212a", "\x00", "\x1c", "😀", "{}", "<", "+", "")
}

// encode is s as a client may send it.
func (g *generator) encode(s string) string {
	s = strings.NewReplacer("%25zz", "%zz").Replace((&url.URL{Path: s}).EscapedPath())
	if g.IntN(10) == 0 {
		s = strings.ReplaceAll(s, "/", g.pick("/", "%2F", "%2f"))
		s = strings.ReplaceAll(s, "a", fmt.Sprintf("%%%02X", 'a'))
	}
	return strings.ReplaceAll(s, "?", "%3F")
}
